import assert from "node:assert/strict";
import { choleskyFactor, Matrix, symmetricEigen } from "../../lib/math/dense.ts";
import { pt, ptukey, qt, qtukey } from "../../lib/math/distributions.ts";
import { MaximumT } from "../../lib/math/multivariate_t.ts";
import { seed } from "../../lib/math/random.ts";
import { referenceCase } from "../reference/load.ts";

/** Rows A with AAᵀ = correlation. */
function factor(correlation: number[][]): Float64Array[] {
  const { values, vectors } = symmetricEigen(new Matrix(correlation));
  return correlation.map((_, i) =>
    Float64Array.from(values, (v, j) => Math.sqrt(Math.max(0, v)) * vectors.get(i, j))
  );
}

/** All pairwise differences of k means. */
function differences(k: number): Float64Array[] {
  const rows: Float64Array[] = [];
  for (let i = 0; i < k; i++) {
    for (let j = i + 1; j < k; j++) {
      const row = new Float64Array(k);
      row[i] = 1;
      row[j] = -1;
      rows.push(row);
    }
  }
  return rows;
}

Deno.test("P(max |T| <= t) is mvtnorm's, singular correlations included", async () => {
  const { pmvt } = await referenceCase("quantiles");
  for (const { name, corr, df, t, p_inside } of pmvt) {
    const { probability, error } = new MaximumT(factor(corr)).upper(t, df === "Inf" ? Infinity : df);
    // Three standard errors hold in all but one case of 370; the values are given to 1e-6.
    assert.ok(
      Math.abs(1 - probability - p_inside) <= 1.5 * error + 2e-6,
      `${name} df ${df} t ${t}: ${1 - probability}, expected ${p_inside}`,
    );
    assert.ok(error <= Math.max(1e-4, 1e-3 * probability), `${name} df ${df} t ${t}: error ${error}`);
  }
});

for (const [k, df] of [[3, 50], [4, 7.5], [6, Infinity], [12, 45]]) {
  Deno.test(`all differences of ${k} means, df ${df}: Tukey's distribution`, () => {
    const maximum = new MaximumT(differences(k));
    assert.equal(maximum.rank, k - 1);
    for (const t of [1.5, 2.5, 3.5, 6]) {
      const exact = ptukey(Math.SQRT2 * t, k, df, false), { probability, error } = maximum.upper(t, df);
      assert.ok(
        Math.abs(probability - exact) <= 1.5 * error + 1e-9,
        `t ${t}: ${probability}, expected ${exact} ± ${error}`,
      );
    }
    // Errors of 1e-4 in the probability 0.05, where its density is about 0.1.
    assert.ok(Math.abs(maximum.upperQuantile(0.05, df) - qtukey(0.95, k, df) / Math.SQRT2) < 1e-3);
  });
}

Deno.test("far tails keep their relative accuracy", () => {
  const maximum = new MaximumT(differences(5));
  for (const t of [8, 12]) {
    const bound = 10 * 2 * pt(-t, 200); // Bonferroni's, nearly reached
    const { probability } = maximum.upper(t, 200);
    assert.ok(
      probability > 0.5 * bound && probability <= bound * (1 + 1e-9),
      `${probability} ${bound}`,
    );
  }
});

Deno.test("independent statistics: products", () => {
  const maximum = new MaximumT([0, 1, 2].map((i) => Float64Array.from([0, 1, 2], (j) => Number(i === j))));
  for (const t of [1, 2, 3]) {
    const inside = 1 - 2 * pt(-t, Infinity), { probability, error } = maximum.upper(t, Infinity);
    assert.ok(Math.abs(probability - (1 - inside ** 3)) <= 1.5 * error);
  }
});

Deno.test("one-sided: P(max T > t), negative t included", () => {
  const rows = [
    Float64Array.of(1, 0, 0, 0),
    Float64Array.of(0, 1, 0, 0),
    Float64Array.of(0, 0, 1, 0),
    Float64Array.of(0, 0, 0, 1),
  ];
  const maximum = new MaximumT(rows, true);
  for (const t of [-1, -0.2, 0.3, 2]) {
    const exact = 1 - (1 - pt(t, Infinity, false)) ** 4, { probability, error } = maximum.upper(t, Infinity);
    assert.ok(
      Math.abs(probability - exact) <= 1.5 * error + 1e-9,
      `t ${t}: ${probability}, expected`,
    );
  }
});

Deno.test("one statistic is Student's t; copies of it change nothing", () => {
  for (const rows of [[Float64Array.of(2, 1)], [Float64Array.of(2, 1), Float64Array.of(-4, -2)]]) {
    const maximum = new MaximumT(rows);
    assert.ok(Math.abs(maximum.upper(2.1, 8).probability - 2 * pt(-2.1, 8)) < 1e-14);
    assert.ok(Math.abs(maximum.upperQuantile(0.05, 8) - qt(0.975, 8)) < 1e-12);
  }
  const twice = new MaximumT([Float64Array.of(2, 1), Float64Array.of(4, 2)], true);
  assert.ok(Math.abs(twice.upperQuantile(0.05, 8) - qt(0.95, 8)) < 1e-12);
});

Deno.test("the same numbers at every call", () => {
  const random = seed(3),
    A = new Matrix(Array.from({ length: 5 }, () => Array.from({ length: 5 }, () => random.normal())));
  const rows = choleskyFactor(A.mmul(A.transpose()))!.to2DArray().map((row) => Float64Array.from(row));
  assert.equal(new MaximumT(rows).upper(2.2, 11).probability, new MaximumT(rows).upper(2.2, 11).probability);
  assert.equal(new MaximumT(rows).upperQuantile(0.1, 11), new MaximumT(rows).upperQuantile(0.1, 11));
});

Deno.test("a statistic without variance and df <= 0 are errors", () => {
  assert.throws(
    () => new MaximumT([Float64Array.of(0, 0)]),
    /RangeError: Cannot compare statistics: number 1 has variance 0/,
  );
  assert.throws(
    () => new MaximumT([Float64Array.of(1)]).upper(1, 0),
    /RangeError: Cannot use 0 degrees of freedom/,
  );
});
