/** Models from lazy frames of polars are those of the same rows in memory. */
import { fitFrom } from "../../../mod.ts";
import { sourceTests } from "../cases.ts";

sourceTests("from a lazy frame", (formula, data, options) => fitFrom(formula, data.lazy(), options));
