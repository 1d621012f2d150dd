/** Means and variances of groups against what models expect. */
import assert from "node:assert/strict";
import { dataset, describe, fit, fitted, gamma, meanVariance, refit, simulate, table } from "../../../mod.ts";

/** Relative difference; absolute below 1. */
function close(actual: number, expected: number, tolerance: number, what: string) {
  const error = Math.abs(actual - expected) / Math.max(1, Math.abs(expected));
  assert.ok(error <= tolerance, `${what}: ${actual} and ${expected}`);
}

const counts = await dataset("Salamanders"), rust = await dataset("yellow_rust");
const poisson = fit("count ~ spp * mined + (1 | site)", counts, { family: "poisson" });

Deno.test("groups: n, mean and variance of the data; without by those of the model's factors", () => {
  const found = meanVariance(poisson).toRecords(),
    wanted = describe(counts, "count ~ spp + mined").toRecords();
  assert.equal(found.length, wanted.length);
  for (const row of wanted) {
    const own = found.find(({ spp, mined }) => spp === row.spp && mined === row.mined)!;
    assert.equal(own.n, row.n);
    close(own.mean as number, row.mean as number, 1e-12, "mean");
    close(own.variance as number, (row.sd as number) ** 2, 1e-10, "variance");
  }
});

Deno.test("the variance that a Poisson model expects of a group is the mean of its fitted values plus their variance", () => {
  const mu = fitted(poisson), mined = counts.getColumn("mined").toArray();
  for (const row of meanVariance(poisson, { by: "mined" }).toRecords()) {
    const own = [...mu].filter((_, i) => mined[i] === row.mined),
      mean = own.reduce((a, b) => a + b) / own.length;
    close(row.fitted as number, mean, 1e-12, "fitted");
    const between = own.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (own.length - 1);
    close(row.expected as number, mean + between, 1e-10, "expected");
  }
});

Deno.test("it is what simulated data have on average: beta, binomial shares, zero inflation", async () => {
  const seeds = await dataset("crowder_seeds"), n = 1500;
  const cases = [
    { model: fit("severity ~ fungicide + (1 | block)", rust, { family: "beta" }), by: "block", unit: null },
    {
      model: fit("cbind(germ, n - germ) ~ extract + (1 | plate)", seeds, { family: "binomial" }),
      by: "gen",
      unit: seeds.getColumn("n").toArray() as number[],
    },
    {
      model: fit("count ~ mined", counts, { family: "nbinom2", zeroInflation: "~ spp" }),
      by: "spp",
      unit: null,
    },
  ];
  for (const { model, by, unit } of cases) {
    const data = by === "block" ? rust : by === "gen" ? seeds : counts,
      groups = data.getColumn(by).toArray().map(String);
    const draws = simulate(model, { n, seed: 7 }).rows() as number[][];
    for (const row of meanVariance(model, { by }).toRecords()) {
      const rows = groups.flatMap((group, i) => group === String(row[by]) ? [i] : []);
      const variances = Array.from({ length: n }, (_, draw) => {
        const own = rows.map((i) => draws[i][draw] / (unit?.[i] ?? 1));
        const mean = own.reduce((a, b) => a + b) / own.length;
        return own.reduce((sum, y) => sum + (y - mean) ** 2, 0) / (own.length - 1);
      });
      const mean = variances.reduce((a, b) => a + b) / variances.length;
      const error = Math.sqrt(variances.reduce((sum, v) => sum + (v - mean) ** 2, 0)) / variances.length;
      assert.ok(
        Math.abs(mean - (row.expected as number)) < 4.5 * error,
        `${by} ${row[by]}: ${mean} and ${row.expected}`,
      );
    }
  }
});

Deno.test("models beside each other: names of their families, of the same rows only; numbers alone make ten groups", async () => {
  const severity = fit("severity ~ fungicide + (1 | block)", rust, { family: "beta" });
  const percent = fit("severity_o ~ fungicide + (1 | block)", rust, { family: gamma("log") });
  assert.throws(
    () => meanVariance(severity, percent),
    /RangeError: Cannot compare variances of severity .* refit\(model/,
  );
  const both = meanVariance(severity, refit(percent, { formula: "severity ~ fungicide + (1 | block)" }));
  assert.deepEqual([...new Set(both.getColumn("model").toArray())], ["beta", "gamma"]);
  assert.match(table(both).notes.join(" "), /beta: severity ~ .* gamma: severity ~ /);
  const sleep = meanVariance(fit("Reaction ~ Days + (Days | Subject)", await dataset("sleepstudy")));
  assert.equal(sleep.height, 10);
  assert.deepEqual(sleep.getColumn("n").toArray(), new Array(10).fill(18));
});
