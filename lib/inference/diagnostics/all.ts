/** The tests of residuals together. */
import { noMore } from "../../check.ts";
import type { ResultFrame } from "../../display.ts";
import type { Frame } from "../../frame.ts";
import { stepwise } from "../../math/stepwise.ts";
import { dispersion } from "./dispersion.ts";
import { countedValues } from "./counted_values.ts";
import { oneInflation, zeroInflation } from "./generic.ts";
import { outliers } from "./outliers.ts";
import { quantileTest } from "./quantiles.ts";
import { type ResidualState, stateOf } from "./state.ts";
import { metaFrom, testFrame, type TestRow } from "./test_frame.ts";
import { uniformity, uniformPart } from "./uniformity.ts";

/**
 * Uniformity, dispersion, outliers and quantiles, and the number of zeros (and of ones) where the family gives them a probability of
 * their own (counts, hurdles, Tweedie, ordered beta, …): one row each.
 *
 * ```ts
 * import { dataset, fit, simulateResiduals, testResiduals } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("count ~ mined + (1 | site)", await dataset("Salamanders"), { family: "poisson" });
 * const residuals = simulateResiduals(model);
 * testResiduals(residuals);
 * ```
 *
 * @returns one row per test; the notes say which stand after Holm's adjustment for their number
 * Source: the single tests; Holm (1979), Scand. J. Stat. 6:65–70.
 * @category Checks
 */
export function testResiduals(residuals: Frame): ResultFrame {
  const state = stateOf(residuals, "test residuals"), rows = allTests(state), meta = metaFrom(residuals);
  noMore("testResiduals", arguments, 1);
  const notes = [multiplicity(rows), ...meta.notes ?? []];
  return testFrame(rows, { kind: "qq", state }, { state, of: uniformPart() }, { ...meta, notes });
}

const known = new WeakMap<ResidualState, TestRow[]>();

/** The tests as rows, made once. */
export function allTests(state: ResidualState): TestRow[] {
  const found = known.get(state) ?? makeTests(state);
  known.set(state, found);
  return found;
}

function makeTests(state: ResidualState): TestRow[] {
  return [
    uniformity(state),
    dispersion(state).row,
    outliers(state).row,
    ...countedValues(state).map((v) => v === 0 ? zeroInflation(state) : oneInflation(state)),
    quantileTest(state, undefined),
  ];
}

/** What so many tests mean together, in words. */
function multiplicity(rows: readonly TestRow[]): string {
  const k = rows.length, chance = Math.round(100 * (1 - 0.95 ** k));
  const adjusted = stepwise("holm", rows.map((r) => r.pValue)),
    stand = rows.filter((_, i) => adjusted[i] < 0.05).map((r) => r.about);
  const found = stand.length > 0
    ? `After adjustment for ${k} tests (Holm) these stand: ${stand.join(", ")}.`
    : `None stands after adjustment for ${k} tests (Holm).`;
  return `${k} tests at 5 % each: in up to ${chance} % of right models one of them is significant by chance. ${found}`;
}
