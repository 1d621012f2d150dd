/** Observed and simulated statistics by group. */
import assert from "node:assert/strict";
import { bandwidth } from "../../../lib/math/descriptive.ts";
import { predictiveCheck } from "../../../lib/inference/diagnostics/predictive.ts";
import { stateOf } from "../../../lib/inference/diagnostics/state.ts";
import { checkPredictions, dataset, describe, fit, pl, simulate, simulateResiduals } from "../../../mod.ts";

const counts = await dataset("Salamanders"), contraception = await dataset("Contraception");
const poisson = fit("count ~ spp + mined + (1 | site)", counts, { family: "poisson" });

Deno.test("observed statistics are those of describe, simulated ones those of simulate", () => {
  const frame = checkPredictions(poisson, { by: "mined", n: 40, seed: 5 });
  assert.deepEqual(frame.columns, ["mined", "statistic", "observed", "expected", "low", "high", "p_value"]);
  const records = frame.toRecords(),
    found = (mined: string, statistic: string) =>
      records.find((row) => row.mined === mined && row.statistic === statistic)!;
  for (const row of describe(counts, "count ~ mined").toRecords()) {
    assert.equal(found(row.mined as string, "mean").observed, row.mean);
    assert.ok(Math.abs(found(row.mined as string, "sd").observed as number - (row.sd as number)) < 1e-12);
  }
  const mined = counts.getColumn("mined").toArray(), drawn = simulate(poisson, { n: 40, seed: 5 });
  const zeros = drawn.columns.filter((name) => /sim|^\d/.test(name)).map((name) =>
    (drawn.getColumn(name).toArray() as number[]).filter((y, i) => y === 0 && mined[i] === "no").length
  ).sort((a, b) => a - b);
  assert.equal(zeros.length, 40);
  assert.equal(found("no", "zeros").expected, (zeros[19] + zeros[20]) / 2);
  assert.equal(found("no", "zeros").observed, 128); // R: sum(Salamanders$count[mined == "no"] == 0)
});

Deno.test("what a model leaves out is off, what it has is not; with too few simulations the note asks for more", () => {
  const model = fit("use ~ age + urban", contraception, { family: "binomial" });
  const notes = (frame: unknown) =>
    (frame as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")]()["text/plain"];
  const off = checkPredictions(model, "livch"); // the number of children is not in the model
  assert.match(notes(off), /Off after adjustment for 4 comparisons \(Holm\): 0: mean/);
  assert.match(off.plot().outerHTML, /#ff725c/);
  const fine = checkPredictions(model, "urban");
  assert.match(notes(fine), /✓ In every group[^]*Nothing is off after adjustment for 2 comparisons/);
  assert.doesNotMatch(fine.plot().outerHTML, /#ff725c/);
  assert.match(
    notes(checkPredictions(poisson, { by: "spp", n: 50 })),
    /For 21 comparisons 50 simulations find nothing: take n of 420/,
  );
});

Deno.test("groups of a few have panels, many have their means, 0 and 1 their share", () => {
  const panels = (by: string | string[] | undefined) =>
    checkPredictions(poisson, { by, n: 20 }).plot().outerHTML.match(/<svg/g)!.length - 1;
  assert.equal(panels("mined"), 2);
  assert.equal(panels(undefined), 1);
  assert.equal(panels(["spp", "mined"]), 1);
  const binary = fit("use ~ age", contraception, { family: "binomial" });
  const frame = checkPredictions(binary, { by: "urban", n: 20 });
  assert.deepEqual(frame.getColumn("statistic").toArray(), ["mean", "mean"]);
});

Deno.test("densities are smoothed as R's density does it, and hold one", () => {
  const sleep = fit(
    "testScore ~ 1",
    pl.DataFrame({ testScore: Array.from({ length: 80 }, (_, i) => (i * 0.618034) % 1) }),
  );
  const state = stateOf(simulateResiduals(sleep, { n: 20 }), "test"), check = predictiveCheck(state);
  assert.ok(Math.abs(check.observed.reduce((s, d) => s + d * check.step, 0) - 1) < 1e-9);
  // kernels of bins instead of points: off by no more than a bin's width does
  const y = state.observed, width = bandwidth(y), x = check.at[60];
  const exact = y.reduce((s, v) => s + Math.exp(-0.5 * ((x - v) / width) ** 2), 0) /
    (80 * width * Math.sqrt(2 * Math.PI));
  assert.ok(Math.abs(check.observed[60] / exact - 1) < 0.02, `${check.observed[60]} ${exact}`);
});

Deno.test("what cannot be checked says why", () => {
  assert.throws(() => checkPredictions(poisson, "sit"), /RangeError: .*did you mean "site"/);
  const cover = fit(
    "y ~ x",
    pl.DataFrame({
      y: Array.from({ length: 300 }, (_, i) => Math.sin(i * i)),
      x: Array.from({ length: 300 }, (_, i) => i),
    }),
  );
  assert.throws(() => checkPredictions(cover, "x"), /RangeError: .*300 groups, at most 200/);
  assert.throws(() => checkPredictions(poisson, { group: "site" } as never), /Cannot use option "group"/);
});

Deno.test("exact zeros and ones are shares beside a density of what is between", () => {
  const rows = Array.from({ length: 200 }, (_, i) => i);
  const share = rows.map((i) => i % 5 === 0 ? 0 : i % 8 === 0 ? 1 : ((i * 0.618034) % 1) * 0.98 + 0.01);
  const data = pl.DataFrame({ share, f: rows.map((i) => "ab"[i % 2]) });
  const model = fit("share ~ f", data, { family: "beta", zeroInflation: "~ 1", oneInflation: "~ 1" });
  const check = predictiveCheck(stateOf(simulateResiduals(model, { n: 100 }), "check"));
  const counts = [0, 1].map((v) => share.filter((y) => y === v).length / 200);
  check.exact.forEach(({ value, observed, low, high }, k) => {
    assert.equal(value, k);
    assert.ok(Math.abs(observed - counts[k]) < 1e-12, `${observed}, ${counts[k]}`);
    assert.ok(low < observed && observed < high);
  });
  const area = check.observed.reduce((sum, density) => sum + density * check.step, 0);
  assert.ok(Math.abs(area + counts[0] + counts[1] - 1) < 1e-9, `${area}`);
  const figure = checkPredictions(model, "f").plot().outerHTML;
  assert.match(figure, /0: 2\d % \(\d+ to \d+\)/);
  assert.match(figure, /the share of exact zeros and exact ones, with that of simulations/);
});

Deno.test("a value at the upper end of a bounded response is in its density", () => {
  const data = pl.DataFrame({
    y: Array.from({ length: 60 }, (_, i) => [2, 3, 5, 5][i % 4]),
    n: new Array(60).fill(5),
    k: new Array(60).fill(6),
  });
  const mixed = data.withColumn(pl.Series("n", Array.from({ length: 60 }, (_, i) => i % 3 ? 5 : 6)));
  const model = fit("cbind(y, n - y) ~ 1", mixed, { family: "binomial" });
  const check = predictiveCheck(stateOf(simulateResiduals(model, { n: 50 }), "check"));
  const area = check.observed.reduce((sum, density) => sum + density * check.step, 0);
  assert.ok(Math.abs(area - 1) < 1e-9, `${area}`); // 20 of 60 shares are 5/5
});
