/** Expressions of formulas in polars' SQL, and that none of the functions of formulas is forgotten. */
import assert from "node:assert/strict";
import { transformNames } from "../../../lib/formula/transforms/registry.ts";
import { polarsEngine } from "../../../lib/source/engines/polars.ts";
import { isTranslated } from "../../../lib/source/translate/functions.ts";
import { expressionTests } from "./expressions.ts";

expressionTests("polars", async (frame, use) => use(await polarsEngine(frame.lazy())));

Deno.test("every function of formulas has a translation", () => {
  assert.deepEqual(transformNames.filter((name) => !isTranslated(name)), []);
});
