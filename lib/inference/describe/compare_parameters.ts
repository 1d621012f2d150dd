/** Coefficients of several models side by side. */
import {
  type FigureMeta,
  type ResultFrame,
  resultFrame,
  type ResultKind,
  resultKind,
} from "../../display.ts";
import { readColumn, readNumeric, rowCount } from "../../frame.ts";
import type { Model } from "../../model/result/model.ts";
import { modelTitle } from "../../model/result/title.ts";
import { tidy } from "../intervals/tidy.ts";
import { namedModels } from "./named_models.ts";

/** Coefficients of several models. */
export const PARAMETERS: ResultKind<FigureMeta> = resultKind("parameters");

/**
 * The coefficients of several models, one below the other: the table behind a forest of several models, which it draws.
 *
 * ```ts
 * import { compareParameters, dataset, fit } from "@tidyglmm/tidyglmm";
 *
 * const dragons = await dataset("dragons_1");
 * const alone = fit("testScore ~ bodyLength_sc", dragons, { family: "beta" });
 * const grouped = fit("testScore ~ bodyLength_sc + (1 | mountainRange)", dragons, { family: "beta" });
 * compareParameters({ alone, grouped }).plot();
 * ```
 *
 * @param given models, `compareParameters(m0, m1)`, or models by the names that are shown, `compareParameters({ alone: m0, … })`
 * @returns `model`, `component`, `term`, `estimate`, `std_error`, `statistic`, `df`, `p_value`, `conf_low`, `conf_high`, as `tidy` has
 *   them (95 % intervals), model after model
 * @throws {TypeError} for what is no model
 * @category Tests and intervals
 */
export function compareParameters(...given: (Model | Readonly<Record<string, Model>>)[]): ResultFrame {
  const named = namedModels(given, "compareParameters")
    .map(({ name, model }, k): [string, Model] => [name ?? `M${k + 1}`, model]);
  const twice = named.map(([name]) => name).find((name, k, all) => all.indexOf(name) !== k);
  if (twice) throw new RangeError(`Cannot compare the parameters: two models are called "${twice}"`);
  const tables = named.map(([name, model]) => ({ name, frame: tidy(model, { effects: "fixed" }) }));
  const texts = (column: string) =>
    tables.flatMap(({ frame }) => {
      const read = readColumn(frame, column);
      return read.kind === "factor" ? Array.from(read.codes, (code) => read.levels[code]) : [];
    });
  const numbers = (column: string) =>
    Float64Array.from(tables.flatMap(({ frame }) => [...readNumeric(frame, column)]));
  const links = new Set(named.map(([, { family }]) => family.link.name));
  return resultFrame(PARAMETERS, {
    model: tables.flatMap(({ name, frame }) => new Array<string>(rowCount(frame)).fill(name)),
    component: texts("component"),
    term: texts("term"),
    ...Object.fromEntries(NUMBERS.map((name) => [name, numbers(name)])),
  }, {
    title: `Coefficients of ${named.length} models of ${
      [...new Set(named.map(([, m]) => m.response))].join(", ")
    }`,
    level: 0.95,
    scale: "link",
    notes: [
      ...named.map(([name, model]) => `${name}: ${modelTitle(model)}.`),
      ...(links.size > 1
        ? [`Their links differ (${[...links].join(", ")}): coefficients are on different scales.`]
        : []),
    ],
  });
}

const NUMBERS = ["estimate", "std_error", "statistic", "df", "p_value", "conf_low", "conf_high"] as const;
