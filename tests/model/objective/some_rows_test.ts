/** Designs of some rows: what a fit to these rows of the data would read. */
import assert from "node:assert/strict";
import { frameOf, pl } from "../../../lib/frame.ts";
import { planFit } from "../../../lib/model/fit.ts";
import { Laplace } from "../../../lib/model/objective/laplace.ts";
import { designOfRows, rowsOfSomeLevels } from "../../../lib/model/objective/some_rows.ts";
import { scattered } from "./dense.ts";

const n = 300, x = scattered(n), noise = scattered(n, 77), rows = Array.from({ length: n }, (_, i) => i);
const frame = frameOf({
  count: rows.map((i) => Math.round(Math.exp(1 + 0.5 * x[i] + noise[i]))),
  share: rows.map((i) => i % 5),
  trials: rows.map((i) => 5 + i % 3),
  x,
  k: rows.map((i) => `k${i % 30}`),
  g: rows.map((i) => `g${(i * 7) % 41}`),
  w: rows.map((i) => 1 + i % 3),
  time: rows.map((i) => 1 + i % 4),
});

for (
  const [formula, options] of [
    ["count ~ x + (1 | g)", { family: "poisson", offset: "time" }],
    ["count ~ k + (x | g)", { family: "nbinom2", dispersion: "~ x", weights: { frequency: "w" } }],
    ["count ~ x + (1 | g) + (x || k)", { family: "poisson", zeroInflation: "~ x + (1 | g)" }],
    ["cbind(share, trials - share) ~ x + (1 | g)", { family: "binomial" }],
  ] as const
) {
  Deno.test(`${formula} ${JSON.stringify(options)}: as from the rows of the frame`, () => {
    const { design, family } = planFit(formula, frame, options);
    const some = rowsOfSomeLevels(design.predictors[0].random[0], 3), units = new Laplace(design, family);
    const cut = new Laplace({ ...designOfRows(design, some), units: units.likelihood.units }, family);
    const mask = new Set(some), kept = frame.filter(pl.Series(rows.map((i) => mask.has(i))));
    const own = planFit(formula, kept, options), direct = new Laplace(own.design, own.family);
    assert.ok(some.length > n / 6 && some.length < n / 2, `${some.length} rows`);
    const names = (l: Laplace) => l.design.predictors.map((p) => [p.names, p.random.map((t) => t.levels)]);
    assert.deepEqual(names(cut), names(direct));
    const psi = Float64Array.from({ length: cut.size }, (_, i) => 0.3 + 0.05 * i), at = psi.slice();
    cut.bases.forEach((basis, k) =>
      direct.bases[k].onBasis(basis.coefficients(psi, cut.first[k]), at, direct.first[k])
    );
    // sums over the same rows in another order of operations
    assert.ok(Math.abs(cut.evaluate(psi) - direct.evaluate(at)) < 1e-9 * direct.evaluate(at));
  });
}

Deno.test("levels are taken evenly, whatever repeats in their order", () => {
  const level = Int32Array.from({ length: 20_000 }, (_, i) => i);
  for (const every of [4, 7, 10, 16]) {
    const rows = rowsOfSomeLevels({ level } as never, every);
    assert.ok(Math.abs(rows.length * every / level.length - 1) < 0.01, `${rows.length} of one in ${every}`);
    for (const period of [2, 3, 5, 10, 16]) {
      const first = rows.filter((i) => i % period === 0).length;
      assert.ok(
        Math.abs(first * period / rows.length - 1) < 0.05,
        `every ${every}, period ${period}: ${first}`,
      );
    }
  }
});
