/** Simulated residuals of models: decisions of the tutorials, options, words, errors. */
import assert from "node:assert/strict";
import { dataset } from "../../../lib/datasets.ts";
import { metaOf } from "../../../lib/display.ts";
import { columnNames, type Frame, frameOf, pl, readNumeric, rowCount } from "../../../lib/frame.ts";
import { testResiduals } from "../../../lib/inference/diagnostics/all.ts";
import { adviseFamily } from "../../../lib/inference/diagnostics/advise_family.ts";
import { testCategorical } from "../../../lib/inference/diagnostics/categorical.ts";
import { checkModel } from "../../../lib/inference/diagnostics/check_model.ts";
import { testDispersion } from "../../../lib/inference/diagnostics/dispersion.ts";
import { residualsFromSimulations } from "../../../lib/inference/diagnostics/from_simulations.ts";
import { testGeneric, testZeroInflation } from "../../../lib/inference/diagnostics/generic.ts";
import { testOutliers } from "../../../lib/inference/diagnostics/outliers.ts";
import { testQuantiles } from "../../../lib/inference/diagnostics/quantiles.ts";
import { recalculateResiduals } from "../../../lib/inference/diagnostics/recalculate.ts";
import {
  simulateResiduals,
  simulateResidualsAsync,
} from "../../../lib/inference/diagnostics/simulate_residuals.ts";
import { testSpatialAutocorrelation } from "../../../lib/inference/diagnostics/spatial.ts";
import { stateOf } from "../../../lib/inference/diagnostics/state.ts";
import { testTemporalAutocorrelation } from "../../../lib/inference/diagnostics/temporal.ts";
import { testUniformity } from "../../../lib/inference/diagnostics/uniformity.ts";
import { simulate } from "../../../lib/inference/simulate/simulate.ts";
import { seed } from "../../../lib/math/random.ts";
import { gamma } from "../../../lib/model/families/mod.ts";
import { fit, type FitOptions } from "../../../lib/model/fit.ts";
import { referenceCase, referenceData } from "../../reference/load.ts";
import { rejectionRates } from "./power.ts";

const p = (frame: Frame) => readNumeric(frame, "p_value")[0];
const words = (frame: Frame) => String(frame.getColumn("interpretation").get(0));

const tutorials: [string, string, string, FitOptions][] = [
  ["yellow_rust_beta", "severity ~ fungicide + (1 | block)", "yellow_rust", { family: "beta" }],
  ["yellow_rust_gamma", "severity_o ~ fungicide + (1 | block)", "yellow_rust", { family: gamma("log") }],
  ["crowder", "cbind(germ, n - germ) ~ extract * gen", "crowder_seeds", { family: "binomial" }],
  ["dragons_glmm1", "testScore ~ bodyLength_sc + (1 | mountainRange)", "dragons_1", { family: "beta" }],
  ["dragons_glmm3", "testScore ~ bodyLength_sc + (bodyLength_sc | mountainRange)", "dragons_1", {
    family: "beta",
  }],
  [
    "dragons_glmm4",
    "testScore ~ bodyLength_sc + (bodyLength_sc | mountainRange) + (1 | siteUnique)",
    "dragons_1",
    { family: "beta" },
  ],
  ["blood_pressure", "bp ~ time + (1 | hospital_id) + (1 | patient_id)", "blood_pressure", {}],
  ["salamanders_poisson", "count ~ spp + mined + (1 | site)", "Salamanders", { family: "poisson" }],
];

for (const [id, formula, data, options] of tutorials) {
  Deno.test(`${id}: the tests decide as DHARMa's do, in both modes of simulation`, async () => {
    const model = fit(formula, await referenceData(data), options),
      expected = await referenceCase(`dharma_${id}`);
    for (const mode of ["conditional", "unconditional"]) {
      const residuals = simulateResiduals(model, { n: 1000, randomEffects: mode }), theirs = expected[mode];
      const pairs: [string, number, number][] = [
        ["uniformity", p(testUniformity(residuals)), theirs.KS_p],
        ["dispersion", p(testDispersion(residuals)), theirs.dispersion_p],
        ["outliers", p(testOutliers(residuals)), theirs.outlier_p],
        ["quantiles", p(testQuantiles(residuals)), theirs.quantile_p],
      ];
      for (const [test, ours, other] of pairs) {
        // Between 0.005 and 0.3 the simulations decide: DHARMa's p-values there move as much from seed to seed.
        const open = (v: number) => v > 0.005 && v < 0.3;
        assert.ok(
          (ours < 0.05) === (other < 0.05) || open(ours) && open(other),
          `${mode} ${test}: ${ours}, DHARMa ${other}`,
        );
      }
    }
  });
}

Deno.test("the quantile test decides as qgam does on the shipped simulations", async () => {
  for (const id of ["dharma_continuous", "dharma_integer"]) {
    const expected = await referenceCase(id), data = await referenceData(expected.data);
    const residuals = residualsFromSimulations({
      simulated: await referenceData(expected.simulations),
      observed: readNumeric(data, "observed"),
      fitted: readNumeric(data, "fitted"),
      integer: expected.integerResponse,
    });
    assert.equal(p(testQuantiles(residuals)) < 0.05, expected.tests.quantiles_ballpark.p < 0.05, id);
  }
});

Deno.test("the quantile test holds its level and finds a missing square", () => {
  // 40 models: 5 % and 3 standard errors are below 16 %; power.ts measures it on 400.
  assert.ok(rejectionRates("null_poisson", 40).quantiles <= 0.16);
  assert.ok(rejectionRates("missing_quadratic", 10).quantiles >= 0.9);
});

const r = seed(21), x = Array.from({ length: 120 }, () => r.normal());
const counts = pl.DataFrame({
  x,
  g: x.map((_, i) => `g${i % 6}`),
  y: x.map((v) => r.poisson(Math.exp(1 + 0.4 * v))),
});
const poisson = fit("y ~ x + (1 | g)", counts, { family: "poisson" });

Deno.test("residuals: columns, rows of the data given, range, seed", () => {
  const gaps = counts.withColumns(pl.Series("x", x.map((v, i) => i % 10 === 3 ? null : v), pl.Float64));
  const residuals = simulateResiduals(fit("y ~ x", gaps, { family: "poisson" }));
  assert.deepEqual(columnNames(residuals), ["row", "observed", "fitted", "residual"]);
  const row = readNumeric(residuals, "row"), y = readNumeric(counts, "y");
  assert.equal(rowCount(residuals), 108);
  row.forEach((i, k) => {
    assert.notEqual(i % 10, 3);
    assert.equal(readNumeric(residuals, "observed")[k], y[i]);
  });
  assert.ok(readNumeric(residuals, "residual").every((v) => v >= 0 && v <= 1));
  const again = simulateResiduals(poisson, { seed: 5 }), other = simulateResiduals(poisson, { seed: 6 });
  assert.deepEqual(
    readNumeric(again, "residual"),
    readNumeric(simulateResiduals(poisson, { seed: 5 }), "residual"),
  );
  assert.notDeepEqual(readNumeric(again, "residual"), readNumeric(other, "residual"));
});

Deno.test("residuals of the model are those of its simulations given from outside", () => {
  const inside = simulateResiduals(poisson, { n: 100, seed: 4 }),
    drawn = simulate(poisson, { n: 100, seed: 4 });
  const outside = residualsFromSimulations({
    simulated: drawn.drop("row"),
    observed: readNumeric(inside, "observed"),
    fitted: readNumeric(inside, "fitted"),
    seed: 4,
  });
  assert.deepEqual(readNumeric(outside, "residual"), readNumeric(inside, "residual"));
  assert.equal(stateOf(outside, "test").integer, true);
});

Deno.test("trials are honoured: proportions are shown, successes are ranked", async () => {
  const seeds = await dataset("crowder_seeds"),
    model = fit("cbind(germ, n - germ) ~ extract * gen", seeds, { family: "binomial" });
  const residuals = simulateResiduals(model), germ = readNumeric(seeds, "germ"), n = readNumeric(seeds, "n");
  readNumeric(residuals, "observed").forEach((v, i) => assert.ok(Math.abs(v - germ[i] / n[i]) < 1e-15));
  assert.ok(readNumeric(residuals, "fitted").every((v) => v > 0 && v < 1));
  const grouped = recalculateResiduals(residuals, { group: "gen" });
  const total = (v: Float64Array, k: string) =>
    v.reduce((s, a, i) => s + (seeds.getColumn("gen").get(i) === k ? a : 0), 0);
  const level = [...new Set(seeds.getColumn("gen").toArray() as string[])].sort()[0];
  assert.ok(Math.abs(readNumeric(grouped, "observed")[0] - total(germ, level) / total(n, level)) < 1e-12);
});

Deno.test("simulations that are not held are the same when drawn again", () => {
  const big = pl.DataFrame({ y: Array.from({ length: 50000 }, () => r.poisson(0.8)) });
  const residuals = simulateResiduals(fit("y ~ 1", big, { family: "poisson" }), { n: 100 }),
    state = stateOf(residuals, "test");
  assert.equal(state.simulations.held, false);
  const zeros: number[] = [];
  state.simulations.each((v) => zeros.push(v.reduce((k, a) => k + Number(a === 0), 0)));
  assert.deepEqual(zeros, [...state.zeros]);
});

Deno.test("refitting finds overdispersion, and leaves the model as it was", () => {
  const wide = counts.withColumns(
    pl.Series("y", x.map((v) => r.negativeBinomial(1.5, Math.exp(1 + 0.4 * v))), pl.Float64),
  );
  const model = fit("y ~ x + (1 | g)", wide, { family: "poisson" }), before = model.logLik;
  const residuals = simulateResiduals(model, { n: 60, refit: true }), test = testDispersion(residuals);
  assert.match(String(test.getColumn("test").get(0)), /refits/);
  assert.ok(p(test) < 0.05 && readNumeric(test, "statistic")[0] > 1.3);
  const right = testDispersion(simulateResiduals(poisson, { n: 60, refit: true }));
  assert.ok(p(right) > 0.05, `Poisson data: p ${p(right)}`);
  assert.equal(model.logLik, before);
  assert.deepEqual(
    readNumeric(simulateResiduals(model, { seed: 2 }), "residual"),
    readNumeric(simulateResiduals(model, { seed: 2 }), "residual"),
  );
});

Deno.test("refits in worker threads are those of this thread, report progress and stop when told", async () => {
  const options = { n: 20, refit: true }, done: number[] = [];
  const here = simulateResiduals(poisson, options);
  const away = await simulateResidualsAsync(poisson, { n: 20, workers: 2, onProgress: (k) => done.push(k) });
  const [a, b] = [here, away].map((frame) => readNumeric(frame, "residual"));
  // Ranks move only where two fits to one response differ by their convergence tolerance.
  assert.ok(a.every((v, i) => Math.abs(v - b[i]) < 1e-6));
  assert.ok(
    Math.abs(
      readNumeric(testDispersion(here), "statistic")[0] - readNumeric(testDispersion(away), "statistic")[0],
    ) < 1e-6,
  );
  assert.equal(done.at(-1), 20);
  const reason = new Error("stopped by the test");
  await assert.rejects(simulateResidualsAsync(poisson, { n: 20, signal: AbortSignal.abort(reason) }), reason);
});

Deno.test("rotation removes the correlation of redrawn random effects", () => {
  const groups = Array.from({ length: 40 }, (_, i) => Math.floor(i / 10)), u = [3, -3, 2, -2];
  const data = pl.DataFrame({
    g: groups.map((k) => `g${k}`),
    y: groups.map((k) => u[k] + r.normal()),
    t: groups.map((_, i) => i),
  });
  const model = fit("y ~ 1 + (1 | g)", data),
    unconditional = { n: 1000, randomEffects: "unconditional" } as const;
  const plain = testTemporalAutocorrelation(simulateResiduals(model, unconditional), { time: "t" });
  const rotated = testTemporalAutocorrelation(
    simulateResiduals(model, { ...unconditional, rotation: "estimated" }),
    { time: "t" },
  );
  assert.ok(p(plain) < 1e-4, `without rotation p ${p(plain)}`);
  assert.ok(p(rotated) > 0.01, `with rotation p ${p(rotated)}`);
  assert.throws(() => simulateResiduals(model, { n: 50, rotation: "estimated" }), /too few/);
});

Deno.test("interpretations know the number of rows and the size", () => {
  const many = Array.from({ length: 60000 }, () => r.negativeBinomial(60, 2));
  const large = simulateResiduals(fit("y ~ 1", pl.DataFrame({ y: many }), { family: "poisson" }), { n: 100 });
  const test = testDispersion(large);
  assert.ok(p(test) < 0.05);
  assert.match(words(test), /too small to change conclusions/);
  const few = simulateResiduals(fit("y ~ 1", pl.DataFrame({ y: many.slice(0, 20) }), { family: "poisson" }));
  assert.match(words(testUniformity(few)), /With 20 rows only deviations above/);
});

Deno.test("tests of all kinds have the same columns; testResiduals says what many tests mean", () => {
  const residuals = simulateResiduals(poisson), all = testResiduals(residuals);
  const columns = ["test", "statistic", "p_value", "alternative", "n", "interpretation"];
  const single = [
    testUniformity(residuals),
    testDispersion(residuals, { type: "pearson" }),
    testOutliers(residuals, { type: "bootstrap" }),
    testZeroInflation(residuals),
    testGeneric(residuals, { summary: (v) => Math.max(...v), name: "maximum" }),
    testQuantiles(residuals, { x: "x" }),
  ];
  for (const frame of [all, ...single]) assert.deepEqual(columnNames(frame).slice(0, 6), columns);
  for (const frame of single) assert.ok(p(frame) > 0.01, words(frame));
  assert.equal(rowCount(all), 5);
});

Deno.test("checkModel names the fault and the model to try", () => {
  const wide = counts.withColumns(
    pl.Series("y", x.map((v) => r.negativeBinomial(1, Math.exp(1 + 0.4 * v))), pl.Float64),
  );
  const table = checkModel(fit("y ~ x + (1 | g)", wide, { family: "poisson" }));
  const at = (table.getColumn("check").toArray() as string[]).indexOf("dispersion");
  assert.equal(table.getColumn("verdict").get(at), "problem");
  assert.equal(table.getColumn("next").get(at), 'fit("y ~ x + (1 | g)", data, { family: nbinom2() })');
  const fine = checkModel(poisson).getColumn("verdict").toArray() as string[];
  assert.ok(!fine.includes("problem"), String(fine));
});

Deno.test("adviseFamily finds the family, says why others cannot, and chooses nothing", () => {
  const wide = counts.withColumns(
    pl.Series("y", x.map((v) => r.negativeBinomial(1, Math.exp(1 + 0.4 * v))), pl.Float64),
  );
  const advice = adviseFamily("y ~ x", wide), family = advice.getColumn("family").toArray() as string[];
  // 120 counts do not tell overdispersed families apart: the one that they come from is as good as any, and Poisson is far off
  const delta = (name: RegExp) =>
    (advice.getColumn("delta").toArray() as number[])[family.findIndex((each) => name.test(each))];
  assert.match(family[0], /^(nbinom|genpois|compois)/);
  assert.ok(delta(/^nbinom/) < 2, `${delta(/^nbinom/)}`);
  assert.ok(delta(/^poisson$/) > 10);
  const reason = (name: string) => String(advice.getColumn("reason").get(family.indexOf(name)));
  assert.match(reason("beta"), /strictly between 0 and 1/);
  assert.match(reason("gaussian"), /no likelihood that can be compared/);
  assert.equal((advice.getColumn("possible").toArray() as boolean[])[family.indexOf("gaussian")], false);
});

Deno.test("a numeric column of many values tested as categories: the note says so, and what takes it as numbers", () => {
  const random = seed(8), k = Array.from({ length: 96 }, (_, i) => i % 24);
  const r = simulateResiduals(fit("y ~ 1", frameOf({ y: k.map(() => random.normal()), k })));
  const notes = (x: string | number[] | string[]) => metaOf(testCategorical(r, { x }))!.notes!.join(" ");
  assert.match(notes("k"), /k is numeric: each of its 24 values counts as a level.*testQuantiles\(residuals/);
  assert.doesNotMatch(notes(k.map(String)), /counts as a level/);
  assert.doesNotMatch(notes(k.map((v) => v % 4)), /counts as a level/);
});

Deno.test("what cannot be tested says why", () => {
  const residuals = simulateResiduals(poisson);
  assert.throws(() => testUniformity(counts), /TypeError.*simulateResiduals/);
  assert.throws(() => testUniformity(residuals.filter(pl.col("row").gt(3)) as Frame), /filter\(\)/);
  assert.throws(
    () => testDispersion(residuals, { alternative: "both" as never }),
    /"two.sided", "greater", "less"/,
  );
  assert.throws(() => testDispersion(residuals, { type: "refit" }), /refit: true/);
  assert.throws(() => testQuantiles(residuals, { x: "g" }), /holds text/);
  assert.throws(() => testQuantiles(residuals, { x: "z" }), /Cannot find column "z"/);
  assert.throws(() => testQuantiles(residuals, { x: [1, 2] }), /2 values are given, there should be 120/);
  assert.throws(
    () => testTemporalAutocorrelation(residuals, { time: x.map((_, i) => i % 60) }),
    /occurs more than once/,
  );
  assert.throws(
    () => testSpatialAutocorrelation(residuals, { x: x.map(() => 1), y: x.map(() => 2) }),
    /same place/,
  );
  assert.throws(
    () => residualsFromSimulations({ simulated: [[1, 2], [1, NaN]], observed: [1, 2], fitted: [1, 2] }),
    /simulation 2 is NaN in row 1/,
  );
});
