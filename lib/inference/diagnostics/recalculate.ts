/** Residuals of groups of rows: observations and simulations are added up within each group and ranked again. */
import { metaOf, type ResidualsPlotOptions, type ResultFrame } from "../../display.ts";
import type { Frame } from "../../frame.ts";
import { residualState } from "./residual_state.ts";
import { mappedSimulations } from "./simulations.ts";
import { predictorOf, residualFrame, type ResidualState, stateOf } from "./state.ts";
import { alone, checkOptions, type Kinds, kinds, noMore } from "../../check.ts";

/**
 * Options of {@link recalculateResiduals}.
 *
 * @category Checks
 */
export interface RecalculateOptions {
  /** A column of the data, or one value per row: rows with the same value become one residual. */
  group: string | ArrayLike<number | string>;
}

const OPTIONS: Kinds<RecalculateOptions> = { group: kinds.anyOf(kinds.column, kinds.values) };

/**
 * One residual per group: sums of responses against sums of simulated responses. Use it for several rows at one time or place
 * (before the tests of autocorrelation), or to look for groups that the model misses.
 *
 * ```ts
 * import { dataset, fit, recalculateResiduals, simulateResiduals } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("count ~ mined + (1 | site)", await dataset("Salamanders"), { family: "poisson" });
 * const residuals = simulateResiduals(model);
 * recalculateResiduals(residuals, { group: "site" });
 * ```
 *
 * @returns as {@link simulateResiduals}, `row` being the index of the group in the order of the first appearance
 * of its value when sorted
 * @throws RangeError when a group is missing
 * @category Checks
 */
export function recalculateResiduals(
  residuals: Frame,
  given: RecalculateOptions | string,
): ResultFrame<ResidualsPlotOptions> {
  noMore("recalculateResiduals", arguments, 2);
  const options = alone(given, "group");
  checkOptions("recalculateResiduals", options, OPTIONS, ["group"]);
  const what = "recalculate residuals", state = stateOf(residuals, what);
  const { name, code, size } = codesOf(state, options.group, what);
  const sum = (y: Float64Array, out: Float64Array) => {
    out.fill(0);
    for (let i = 0; i < y.length; i++) out[code[i]] += y[i];
  };
  const total = (y: Float64Array) => {
    const out = new Float64Array(size);
    sum(y, out);
    return out;
  };
  const trials = state.trials && total(state.trials);
  const expected = total(state.trials ? state.fitted.map((p, i) => p * state.trials![i]) : state.fitted);
  const meta = metaOf(residuals)!;
  return residualFrame(
    residualState({
      simulations: mappedSimulations(state.simulations, size, sum),
      observed: total(state.observed),
      trials,
      fitted: trials ? expected.map((v, i) => v / trials[i]) : expected,
      rows: Int32Array.from({ length: size }, (_, i) => i),
      unit: name,
      integer: state.integer,
      seed: state.seed,
      data: null,
      model: state.model,
      effects: state.effects,
      dependent: state.dependent,
    }),
    { ...meta, notes: [...meta.notes ?? [], `Rows added up by ${name}: ${size} groups.`] },
  );
}

/** Group of each row as 0 … size − 1, in the order of the sorted values. */
function codesOf(
  state: ResidualState,
  group: string | ArrayLike<number | string>,
  what: string,
): { name: string; code: Int32Array; size: number } {
  const { name, column } = predictorOf(state, group, what);
  const shown = typeof group === "string" ? name : "group";
  if (column.missing > 0) {
    throw new RangeError(`Cannot ${what}: "${shown}" has ${column.missing} missing values`);
  }
  const raw: ArrayLike<number> = column.kind === "numeric" ? column.values : column.codes;
  const values = [...new Set(Array.from(raw))].sort((a, b) => a - b),
    index = new Map(values.map((v, i) => [v, i]));
  return { name: shown, code: Int32Array.from(raw, (v) => index.get(v)!), size: values.length };
}
