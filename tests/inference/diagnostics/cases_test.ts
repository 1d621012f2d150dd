/** The tests of residuals against DHARMa on shipped simulations, where everything but tie-breaking is deterministic. */
import assert from "node:assert/strict";
import { columnNames, readNumeric } from "../../../lib/frame.ts";
import { asFactor, levelTests, leveneTest } from "../../../lib/inference/diagnostics/categorical.ts";
import { testDispersion } from "../../../lib/inference/diagnostics/dispersion.ts";
import { residualsFromSimulations } from "../../../lib/inference/diagnostics/from_simulations.ts";
import { testGeneric, testZeroInflation } from "../../../lib/inference/diagnostics/generic.ts";
import { outlierIndex, testOutliers } from "../../../lib/inference/diagnostics/outliers.ts";
import { recalculateResiduals } from "../../../lib/inference/diagnostics/recalculate.ts";
import { testSpatialAutocorrelation } from "../../../lib/inference/diagnostics/spatial.ts";
import { predictorOf, stateOf } from "../../../lib/inference/diagnostics/state.ts";
import { testTemporalAutocorrelation } from "../../../lib/inference/diagnostics/temporal.ts";
import type { TestAlternative } from "../../../lib/inference/diagnostics/test_frame.ts";
import { testUniformity } from "../../../lib/inference/diagnostics/uniformity.ts";
import { referenceCase, referenceData } from "../../reference/load.ts";

type Frame = Parameters<typeof testUniformity>[0];
const ALTERNATIVES = ["two.sided", "greater", "less"] as const;

function close(actual: number, expected: number, tolerance: number, what: string) {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual}, DHARMa ${expected}`);
}
const first = (frame: Frame, column: string) => readNumeric(frame, column)[0];
const sd = (y: Float64Array) => {
  const m = y.reduce((s, v) => s + v, 0) / y.length;
  return Math.sqrt(y.reduce((s, v) => s + (v - m) ** 2, 0) / (y.length - 1));
};

// deno-lint-ignore no-explicit-any
type Case = any;

// 1e-8: DHARMa's statistics are ratios of sums and tail probabilities, the same to rounding; 15 digits are stored.
function compare(residuals: Frame, tests: Case) {
  const uniform = testUniformity(residuals);
  close(first(uniform, "statistic"), tests.uniformity.statistic.D, 1e-8, "D");
  close(first(uniform, "p_value"), tests.uniformity.p, 1e-8, "uniformity p");
  for (const alternative of ALTERNATIVES) {
    const ours = testDispersion(residuals, { alternative }), theirs = tests.dispersion[alternative];
    close(first(ours, "statistic"), theirs.statistic.dispersion, 1e-8, "dispersion");
    close(first(ours, "p_value"), theirs.p, 1e-8, `dispersion p ${alternative}`);
    if (!tests.zero_inflation) continue;
    const zeros = testZeroInflation(residuals, { alternative }), expected = tests.zero_inflation[alternative];
    close(first(zeros, "statistic"), expected.statistic.ratioObsSim, 1e-8, "zeros");
    close(first(zeros, "p_value"), expected.p, 1e-8, `zeros p ${alternative}`);
  }
  const mean = testGeneric(residuals, {
    summary: (y) => y.reduce((s, v) => s + v, 0) / y.length,
    name: "mean",
  });
  close(first(mean, "statistic"), tests.generic_mean.statistic.ratioObsSim, 1e-8, "mean");
  close(first(mean, "p_value"), tests.generic_mean.p, 1e-8, "mean p");
  const spread = testGeneric(residuals, { summary: sd, name: "sd" });
  close(first(spread, "statistic"), tests.generic_sd.statistic.ratioObsSim, 1e-8, "sd");
  close(first(spread, "p_value"), tests.generic_sd.p, 1e-8, "sd p");
  // DHARMa lists residuals of exactly 0 and 1; ties can also bring one within 1/251 of an end, which its test counts as ours does.
  const { residual } = stateOf(residuals, "test");
  const ends = outlierIndex(stateOf(residuals, "test")).filter((i) => residual[i] === 0 || residual[i] === 1);
  assert.deepEqual(ends.map((i) => i + 1), tests.outlier_index);
}

function compareOutliers(residuals: Frame, tests: Case) {
  for (const margin of ["both", "upper", "lower"] as const) {
    const ours = testOutliers(residuals, { margin, type: "binomial" }),
      theirs = tests.outliers_binomial[margin];
    close(first(ours, "statistic"), Object.values(theirs.statistic)[0] as number, 0, `outliers ${margin}`);
    close(first(ours, "p_value"), theirs.p, 1e-8, `outliers p ${margin}`);
  }
}

for (const id of ["dharma_continuous", "dharma_integer"]) {
  const expected: Case = await referenceCase(id);
  const data = await referenceData(expected.data), simulated = await referenceData(expected.simulations);
  const residuals = residualsFromSimulations({
    simulated,
    observed: readNumeric(data, "observed"),
    fitted: readNumeric(data, "fitted"),
    integer: expected.integerResponse,
    seed: 123,
    data,
  });

  Deno.test(`${id}: scaled residuals are DHARMa's, with R's random numbers for ties`, () => {
    assert.equal(columnNames(simulated).length, 250);
    const state = stateOf(residuals, "test");
    expected.pit.lower.forEach((v: number, i: number) => close(state.lower[i], v, 1e-14, `lower ${i}`));
    expected.pit.lower_or_equal.forEach((v: number, i: number) =>
      close(state.upper[i], v, 1e-14, `upper ${i}`)
    );
    const r = readNumeric(residuals, "residual");
    expected.scaledResiduals.forEach((v: number, i: number) => close(r[i], v, 1e-14, `residual ${i}`));
    const tied = [...r.keys()].filter((i) => state.lower[i] !== state.upper[i]).map((i) => i + 1);
    assert.deepEqual(tied, expected.needs_randomisation);
  });

  Deno.test(`${id}: uniformity, dispersion, zeros, summaries and outliers are DHARMa's`, () => {
    compare(residuals, expected.tests);
    compareOutliers(residuals, expected.tests);
  });

  Deno.test(`${id}: groups are added up as DHARMa does`, () => {
    const grouped = recalculateResiduals(residuals, { group: "group" });
    for (
      const [column, values] of [["observed", "observed"], ["fitted", "fitted"], [
        "residual",
        "scaledResiduals",
      ]]
    ) {
      expected.by_group[values].forEach((v: number, i: number) =>
        close(readNumeric(grouped, column)[i], v, 1e-10, `${column} ${i}`)
      );
    }
    compare(grouped, expected.by_group.tests);
    // Their outlier test divides by the 60 rows, not by the 12 groups that there are: 0 of either is no outlier.
    assert.equal(first(testOutliers(grouped, { type: "binomial" }), "n"), 12);
  });

  Deno.test(`${id}: autocorrelation and categorical predictors as lmtest, ape and car have them`, () => {
    for (const alternative of ALTERNATIVES as readonly TestAlternative[]) {
      const time = testTemporalAutocorrelation(residuals, { time: "time", alternative });
      close(first(time, "statistic"), expected.tests.temporal[alternative].statistic.DW, 1e-10, "DW");
      close(first(time, "p_value"), expected.tests.temporal[alternative].p, 1e-6, `DW p ${alternative}`);
      const place = testSpatialAutocorrelation(residuals, { x: "x", y: "y", alternative });
      close(first(place, "statistic"), expected.tests.spatial[alternative].statistic.observed, 1e-10, "I");
      close(first(place, "p_value"), expected.tests.spatial[alternative].p, 1e-6, `I p ${alternative}`);
    }
    const state = stateOf(residuals, "test"),
      group = (data.getColumn("group").toArray() as string[]).map((g) => Number(g) % 3);
    const x = asFactor("group", predictorOf(state, group, "test").column),
      levels = levelTests(state.residual, x);
    levels.forEach((t, i) => {
      close(t.pValue, expected.tests.categorical.uniformity_p[i], 1e-8, "level p");
      close(t.adjusted, expected.tests.categorical.uniformity_p_cor[i], 1e-8, "adjusted level p");
    });
    const levene = leveneTest(state.residual, x)!;
    close(levene.statistic, expected.tests.categorical.levene_F, 1e-8, "Levene F");
    close(levene.pValue, expected.tests.categorical.levene_p, 1e-8, "Levene p");
  });
}
