/**
 * Directions along which coefficients run to infinity, in layouts where they are known. The limit is that of the rows on which they say
 * nothing (Albert & Anderson 1984), so in every case: those rows move by 0 along each direction, as many directions are found as these
 * rows leave open, and along the ray the likelihood of densities written out only rises.
 */
import { denseColumn } from "../../../lib/math/columns.ts";
import assert from "node:assert/strict";
import { frameOf } from "../../../lib/frame.ts";
import { Matrix, symmetricEigen } from "../../../lib/math/dense.ts";
import { planFit } from "../../../lib/model/fit.ts";
import type { FitOptions } from "../../../lib/model/options/options.ts";
import type { Laplace } from "../../../lib/model/objective/laplace.ts";
import { optimise } from "../../../lib/model/optimum/optimise.ts";
import { separated } from "../../../lib/model/optimum/separation.ts";
import * as densities from "../objective/densities.ts";

const n = 36,
  rows = Array.from({ length: n }, (_, i) => i),
  x = rows.map((i) => (i * 7) % 13 - 6 + 0.5 * (i % 2));
const k = rows.map((i) => i % 3), some = rows.map((i) => +((i * 5) % 7 < 3));
const frame = frameOf({
  x,
  k: k.map((v) => `k${v}`),
  g: rows.map((i) => `g${i % 6}`),
  some,
  none2: some.map((y, i) => k[i] === 2 ? 0 : y), // a cell without successes
  all0: some.map((y, i) => k[i] === 0 ? 1 : y), // the reference cell has nothing else
  split: x.map((v) => +(v > 0)), // x says all
  but: x.map((v, i) => v > 3 ? 1 : v < -3 ? 0 : some[i]), // and here not quite
  counts: rows.map((i) => k[i] === 1 ? 0 : (i * 5) % 4),
  inflated: rows.map((i) => k[i] === 1 ? 1 + i % 4 : i % 2 ? 0 : 2 + i % 3), // no zeros in k1
});

interface Case {
  readonly title: string;
  readonly formula: string;
  readonly options: FitOptions;
  readonly density: densities.Density;
  /** Coefficients (of part, by number) that run off, and to which side; null where the direction is a mix of several. */
  readonly runs: readonly (readonly [number, number, -1 | 1])[] | null;
  /** Rows that vanish. */
  readonly gone: (i: number) => boolean;
}

const binomial = { options: { family: "binomial" } as FitOptions, density: densities.binomial };
const CASES: readonly Case[] = [
  { title: "nothing is separated", formula: "some ~ x + k", ...binomial, runs: [], gone: () => false },
  {
    title: "data that overlap in the middle only",
    formula: "but ~ x + k",
    ...binomial,
    runs: [],
    gone: () => false,
  },
  {
    title: "a cell without successes",
    formula: "none2 ~ x + k",
    ...binomial,
    runs: [[0, 3, -1]],
    gone: (i) => k[i] === 2,
  },
  {
    title: "the same beside groups",
    formula: "none2 ~ x + k + (1 | g)",
    ...binomial,
    runs: [[0, 3, -1]],
    gone: (i) => k[i] === 2,
  },
  {
    title: "a reference cell of successes",
    formula: "all0 ~ k",
    ...binomial,
    runs: [[0, 0, 1], [0, 1, -1], [0, 2, -1]],
    gone: (i) => k[i] === 0,
  },
  { title: "a column that splits all rows", formula: "split ~ x", ...binomial, runs: null, gone: () => true },
  {
    title: "counts of 0 in a cell",
    formula: "counts ~ x + k",
    options: { family: "poisson" },
    density: densities.poisson,
    runs: [[0, 2, -1]],
    gone: (i) => k[i] === 1,
  },
  {
    title: "a cell without extra zeros",
    formula: "inflated ~ 1",
    options: { family: "poisson", zeroInflation: "~ k" },
    density: densities.inflated(densities.poisson),
    runs: [[1, 1, -1]],
    gone: (i) => k[i] === 1,
  },
];

for (const { title, formula, options, density, runs, gone } of CASES) {
  Deno.test(`${title}: ${formula}`, () => {
    const { objective, optimum } = optimise(planFit(formula, frame, options)),
      laplace = objective as Laplace,
      { psi } = optimum;
    const value = laplace.evaluate(psi, new Float64Array(psi.length)),
      { directions, ray, pulls } = separated(laplace, psi, value);
    const { predictors, response } = laplace.design, first = laplace.firstCoefficient;
    const part = runs?.[0]?.[0] ?? 0,
      X = predictors[part].X.map(denseColumn),
      move = (d: Float64Array, i: number) =>
        X.reduce((s, column, j) => s + column[i] * d[first[part] + j], 0);
    assert.equal(directions.length, openDirections(X, gone), "directions that the other rows leave open");
    if (directions.length === 0) return assert.deepEqual([ray, pulls], [null, []]);
    for (const d of directions) {
      for (const i of rows) if (!gone(i)) assert.ok(Math.abs(move(d, i)) < 1e-12, `row ${i} moves`);
    }
    runs?.forEach(([p, j, sign]) =>
      assert.equal(Math.sign(ray![first[p] + j]), sign, `coefficient ${j} of part ${p}`)
    );
    assert.ok(
      pulls.every((a) => a.reduce((s, v, j) => s + v * ray![j], 0) > 0),
      "a pull does not grow along the ray",
    );
    // rows that vanish rise to their limit, the others stay
    const beta = laplace.bases.flatMap((basis, p) => [...basis.coefficients(psi, laplace.first[p])]);
    const logLik = (t: number, i: number) =>
      density(
        response.y[i],
        1,
        predictors.map((p, m) =>
          p.X.reduce(
            (s, column, j) => s + denseColumn(column)[i] * (beta[first[m] + j] + t * ray![first[m] + j]),
            0,
          )
        ),
      );
    for (const i of rows) {
      const [here, far] = [logLik(0, i), logLik(5, i)];
      assert.ok(
        gone(i) ? far >= here - 1e-14 : Math.abs(far - here) < 1e-12,
        `row ${i}: ${here}, along the ray ${far}`,
      );
    }
  });
}

/** Dimension of what the rows that stay leave open: zero eigenvalues of XᵀX over them. */
function openDirections(X: readonly Float64Array[], gone: (i: number) => boolean): number {
  const gram = new Matrix(
    X.map((a) => X.map((b) => rows.reduce((s, i) => s + (gone(i) ? 0 : a[i] * b[i]), 0))),
  );
  return symmetricEigen(gram).values.filter((v) => Math.abs(v) < 1e-9).length;
}

Deno.test("coefficients that are held do not run off", () => {
  const plan = planFit("none2 ~ x + k", frame, { family: "binomial", fixed: { kk2: -30 } }),
    { objective, optimum: { psi } } = optimise(plan);
  const laplace = objective as Laplace, value = laplace.evaluate(psi, new Float64Array(psi.length));
  assert.deepEqual(separated(laplace, psi, value), { directions: [], pulls: [], ray: null });
});
