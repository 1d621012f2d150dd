/** What sums of products cannot hold is said, or refused; and what they say of dependent columns is what the rows say. */
import assert from "node:assert/strict";
import { fit, fitFrom, pl } from "../../mod.ts";
import { independentColumns } from "../../lib/formula/rank.ts";
import { crossProducts } from "../../lib/math/columns.ts";
import { seed } from "../../lib/math/random.ts";
import { independentOf } from "../../lib/source/independent.ts";
import type { Sums } from "../../lib/source/source.ts";
import { inBlocks } from "./data.ts";

const rows = Array.from({ length: 300 }, (_, i) => i);
/** Groups that differ `ratio` times more than the residuals. */
const groups = (ratio: number) =>
  pl.DataFrame({
    g: rows.map((i) => `g${i % 15}`),
    x: rows.map((i) => Math.sin(7 * i)),
    y: rows.map((i) => ratio * Math.cos(13 * (i % 15)) + 0.3 * Math.sin(7 * i) + Math.sin(i * i)),
  });

Deno.test("groups that differ a thousand times more than the residuals: the digits that are said are right", async () => {
  const data = groups(1000),
    a = await fitFrom("y ~ x + (1 | g)", inBlocks(data, 64)),
    b = fit("y ~ x + (1 | g)", data);
  const [message] = a.messages, digits = Number(/^About (\d+) digits/.exec(message)?.[1]);
  assert.ok(digits >= 5 && digits <= 9, message);
  const limit = 10 ** -digits;
  for (
    const [u, v] of [[a.sigma, b.sigma], [a.parts[0].beta[1], b.parts[0].beta[1]], [
      a.random[0].covariance.get(0, 0),
      b.random[0].covariance.get(0, 0),
    ]]
  ) {
    assert.ok(Math.abs(u / v - 1) < limit, `${u}, in memory ${v}`);
  }
});

Deno.test("groups that differ ten thousand times more and beyond are refused", async () => {
  for (const ratio of [1e4, 1e5, 1e6]) {
    await assert.rejects(
      fitFrom("y ~ x + (x | g)", inBlocks(groups(ratio), 64)),
      /Cannot fit from this source: the groups differ/,
    );
  }
});

Deno.test("a column that is nearly a combination of others keeps the digits that are said", async () => {
  const data = pl.DataFrame({
    y: rows.map((i) => Math.cos(i * i) + i / 300),
    x: rows.map((i) => i / 300),
    z: rows.map((i) => i / 300 + 2e-5 * Math.sin(3 * i)),
  });
  const a = await fitFrom("y ~ x + z", inBlocks(data, 64)), b = fit("y ~ x + z", data);
  const digits = Number(/^Column "z" is nearly .* leave about (\d+) digits/.exec(a.messages[0])?.[1]);
  assert.ok(digits >= 5 && digits <= 8, a.messages[0]);
  assert.ok(Math.abs(a.parts[0].beta[2] / b.parts[0].beta[2] - 1) < 10 ** -(digits - 1));
});

Deno.test("dependent columns are found as from the rows", () => {
  const generator = seed(4), n = 200;
  for (let trial = 0; trial < 60; trial++) {
    const p = 2 + trial % 7, X: Float64Array[] = [new Float64Array(n).fill(1)];
    for (let j = 1; j < p; j++) {
      const kind = Math.floor(4 * generator.uniform()), scale = 10 ** Math.floor(9 * generator.uniform() - 4);
      if (kind === 0 && j > 1) { // a combination of earlier ones
        const weights = X.map(() => Math.round(4 * generator.uniform() - 2));
        X.push(Float64Array.from({ length: n }, (_, i) => X.reduce((s, x, k) => s + weights[k] * x[i], 0)));
      } else if (kind === 1) X.push(Float64Array.from({ length: n }, (_, i) => Number(i % (j + 1) === 0)));
      else {X.push(Float64Array.from({ length: n }, () =>
          scale * (kind === 2 ? 1000 : 0) + scale * generator.normal()));}
    }
    assert.deepEqual(independentOf(sumsOf(X)).kept, independentColumns(X), `trial ${trial}`);
  }
});

/** Sums about the means, as a source has them; the last column stands for the response. */
function sumsOf(X: readonly Float64Array[]): Sums {
  const all = [...X, X[0]], n = X[0].length;
  const centre = Float64Array.from(
    all,
    (x, j) => j === 0 || j === X.length ? 0 : x.reduce((s, v) => s + v / n, 0),
  );
  const centred = all.map((x, j) => x.map((v) => v - centre[j]));
  return {
    rows: n,
    total: n,
    logWeights: 0,
    centre,
    leading: 1,
    sums: Float64Array.from(centred, (x) => x.reduce((s, v) => s + v, 0)),
    products: crossProducts(centred, centred.map(() => null)),
    factors: [],
    pairs: [],
  };
}
