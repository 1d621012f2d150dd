/** Small regressions whose means are fitted by iteratively reweighted least squares written down. */
import { denseColumn } from "../../../lib/math/columns.ts";
import { frameOf } from "../../../lib/frame.ts";
import { choleskyFactor, choleskySolve, Matrix } from "../../../lib/math/dense.ts";
import { planFit } from "../../../lib/model/fit.ts";
import type { FitOptions } from "../../../lib/model/options/options.ts";
import { gamma } from "../../../lib/model/families/gamma.ts";
import { Laplace } from "../../../lib/model/objective/laplace.ts";
import { scattered } from "../objective/dense.ts";

const n = 40, rows = Array.from({ length: n }, (_, i) => i), x = scattered(n), noise = scattered(n, 60);
const frame = frameOf({
  x,
  k: rows.map((i) => `k${i % 3}`),
  off: scattered(n, 500).map((v) => 0.3 * v),
  w: rows.map((i) => 1 + i % 3),
  m: rows.map((i) => 2 + i % 4),
  count: rows.map((i) => Math.round(Math.exp(1 + 0.8 * x[i] + noise[i]))),
  far: rows.map((i) => i === 7 ? 4000 : Math.round(2 + noise[i])),
  share: rows.map((i) => Math.round((2 + i % 4) / (1 + Math.exp(-x[i] - noise[i]))) / (2 + i % 4)),
  size: rows.map((i) => Math.exp(x[i] + noise[i])),
});

/** A model whose mean is fitted beside other parts at 0. */
export interface Case {
  readonly formula: string;
  readonly options: FitOptions;
  /** μ of η, and dμ/dη and V of μ. */
  readonly mean: (eta: number) => number;
  readonly slope: (mu: number) => number;
  readonly variance: (mu: number) => number;
  readonly column: string;
}

const log = { mean: Math.exp, slope: (mu: number) => mu };
export const CASES: readonly Case[] = [
  {
    formula: "count ~ x + k + offset(off)",
    options: { family: "poisson", weights: { frequency: "w" } },
    ...log,
    variance: (mu) => mu,
    column: "count",
  },
  {
    formula: "share ~ x + k",
    options: { family: "binomial", weights: { trials: "m" } },
    mean: (eta) => 1 / (1 + Math.exp(-eta)),
    slope: (mu) => mu * (1 - mu),
    variance: (mu) => mu * (1 - mu),
    column: "share",
  },
  {
    formula: "size ~ x",
    options: { family: gamma("log") },
    ...log,
    variance: (mu) => mu ** 2,
    column: "size",
  },
  {
    formula: "count ~ x",
    options: { family: "nbinom2" },
    ...log,
    variance: (mu) => mu + mu ** 2, // log θ = 0

    column: "count",
  },
];

const column = (name: string) => frame.getColumn(name).toArray() as number[];
/** The objective of a formula on these data. */
export const objectiveOf = (formula: string, options: FitOptions) => {
  const { design, family } = planFit(formula, frame, options);
  return new Laplace(design, family);
};

/** β by iteratively reweighted least squares to the end: (XᵀWX)⁻¹XᵀWz, z = η − offset + (y − μ)/(dμ/dη), W = w (dμ/dη)²/V. */
export function byHand({ mean, slope, variance, column: name, formula, options }: Case): number[] {
  const { predictors: [{ X: columns, offset }] } = objectiveOf(formula, options).design, y = column(name);
  const X = columns.map(denseColumn);
  const weights = options.weights as { frequency?: string; trials?: string } | undefined,
    w = weights ? column(weights.frequency ?? weights.trials!) : rows.map(() => 1);
  let beta = X.map(() => 0);
  for (let step = 0; step < 50; step++) {
    const A = Matrix.zeros(X.length, X.length), c = X.map(() => 0);
    for (const i of rows) {
      const eta = X.reduce((s, v, j) => s + v[i] * beta[j], offset?.[i] ?? 0), mu = mean(eta);
      const W = w[i] * slope(mu) ** 2 / variance(mu), z = eta - (offset?.[i] ?? 0) + (y[i] - mu) / slope(mu);
      X.forEach((a, j) => {
        c[j] += W * a[i] * z;
        X.forEach((b, l) => A.set(j, l, A.get(j, l) + W * a[i] * b[i]));
      });
    }
    beta = Array.from(choleskySolve(choleskyFactor(A)!, c));
  }
  return beta;
}
