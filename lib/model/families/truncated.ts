/** Counts without zeros, as a combinator: any count family, given that y > 0. */
import { noMore } from "../../check.ts";
import { Jets, pair, triple } from "../../math/jets.ts";
import type { Random } from "../../math/random.ts";
import type { Family, Kernel, Part, Predictors, Response } from "./family.ts";
import { assertFamily } from "./family_argument.ts";
import { positiveMean, requireSupport } from "./response.ts";

/**
 * The family given that y > 0: with f(0) the probability of a zero, m and v mean and variance,
 *
 *     ℓ − log(1 − f(0)),   E y = m/(1 − f(0)),   V y = (v + m²)/(1 − f(0)) − (E y)²
 *
 * so that E y is not the inverse link of the first predictor, which stays that of the family before truncation.
 *
 * ```ts
 * import { dataset, fit, pl, poisson, truncated } from "@tidyglmm/tidyglmm";
 *
 * const seen = (await dataset("Salamanders")).filter(pl.col("count").gt(0));
 * fit("count ~ mined", seen, { family: truncated(poisson()) });
 * ```
 *
 * @param family of counts from 0 on, without trials
 * @param given name as the registry knows it; "truncated…" with the family's name otherwise
 * @throws RangeError for a family that is not of counts with zeros
 * Source: Cameron & Trivedi (2013), Regression Analysis of Count Data, section 4.3.
 * @category Families
 */
export function truncated(family: Family, given?: string): Family {
  noMore("truncated", arguments, 2);
  assertFamily(family, "truncated");
  const base = family;
  if (!base.discrete || base.usesTrials || base.categories || !base.mass(0) || base.conditional) {
    throw new RangeError(
      `Cannot truncate family "${base.name}": it should be a family of counts that has zeros, such as poisson() or nbinom2()`,
    );
  }
  const name = given ?? `truncated${base.name[0].toUpperCase()}${base.name.slice(1)}`;
  const zero = new ZeroMass(base), [first, ...others] = base.parts({}).map(withoutAdvice);
  const parts = [{ ...first, meaning: "mean before truncation" }, ...others];
  const moments = (eta: Predictors) => {
    const m = base.mean(eta), rest = -Math.expm1(zero.log(eta)), mean = m / rest;
    return { mean, variance: Math.max(0, (base.variance(eta, 1) + m * m) / rest - mean * mean) };
  };
  const label = base.dispersionLabel, { improper } = base;
  return {
    ...base,
    name,
    noun: `zero-truncated ${base.noun}`,
    made: { by: "truncated", of: base },
    parts: () => parts,
    mass: (y) => y > 0 && base.mass(y),
    improper: improper && {
      ...improper,
      instead: `truncated(${improper.instead})`,
      total: (eta) => 1 + (improper.total(eta) - 1) / -Math.expm1(zero.log(eta)),
    },
    support: [1, base.support[1]],
    check: (response, rows, zeroInflated) => checkPositive(name, response, rows, zeroInflated),
    kernel: (response, constant) => truncatedKernel(base, response, constant),
    startMean: ({ y, ...rest }) => {
      const means = base.startMean({ ...rest, y: positiveMean(y) });
      return means.map((mu) => mu * -Math.expm1(-mu)); // of E = μ/(1 − e^−μ), nearly
    },
    mean: (eta) => moments(eta).mean,
    meanSlopes(eta, out) {
      base.meanSlopes(eta, out);
      const m = base.mean(eta), f0 = Math.exp(zero.log(eta)), rest = -Math.expm1(zero.log(eta));
      const slopes = zero.slopes(eta);
      for (let k = 0; k < eta.length; k++) out[k] = (out[k] + m * f0 / rest * slopes[k]) / rest;
    },
    meanParts: (K) => Array.from({ length: K }, (_, k) => k),
    variance: (eta) => moments(eta).variance,
    unitVariance: undefined,
    unitDeviance: undefined,
    dispersionLabel: label && { ...label, text: label.text.replace(base.name, name) },
    latex: (symbols) => `${base.latex(symbols)} \\mid y_i > 0`,
    simulate: (random, eta) => draw(base, zero.log(eta), random, eta),
    cdf: (y, eta) => y < 1 ? 0 : Math.max(0, 1 - (1 - base.cdf(y, eta, 1)) / -Math.expm1(zero.log(eta))),
    quantile(p, eta) {
      const f0 = Math.exp(zero.log(eta)), rest = -Math.expm1(zero.log(eta));
      const rounding = 4 * Number.EPSILON; // else cdf(k) could lead to k + 1
      return p === 0 ? 1 : Math.max(1, base.quantile(f0 + p * rest - (p < 1 ? rounding : 0), eta, 1));
    },
  };
}

/** A part that runs to its limit is as before, but the family that fits as well has another name. */
const withoutAdvice = (part: Part): Part =>
  part.limit ? { ...part, limit: (up, where) => part.limit!(up, where || " in all rows") } : part;

function checkPositive(name: string, response: Response, rows: ArrayLike<number>, zeroInflated: boolean) {
  const least = zeroInflated ? 0 : 1;
  requireSupport(
    name,
    response,
    rows,
    (y) => y >= least && Number.isInteger(y),
    `whole numbers >= ${least}`,
    (y) => y === 0 ? `for zeros add zeroInflation: "~ 1" (a hurdle at 0)` : "",
  );
}

/** Above this chance of a positive count the others are drawn again. */
const OFTEN = 0.05;

function draw(base: Family, logZero: number, random: Random, eta: Predictors): number {
  const rest = -Math.expm1(logZero);
  if (!(rest >= OFTEN)) {
    return Math.max(1, base.quantile(Math.exp(logZero) + random.uniform() * rest, eta, 1));
  }
  for (;;) {
    const y = base.simulate(random, eta, 1);
    if (!(y <= 0)) return y;
  }
}

/** log f(0) of a family and its slopes, from its kernel: exact also where nearly all is zero. */
class ZeroMass {
  private readonly kernel: Kernel;
  private readonly jets: Jets;
  private readonly zeta: Float64Array[];
  private readonly parts: readonly Part[];
  private readonly point = new Float64Array(4);
  private readonly out: Float64Array;

  constructor(base: Family) {
    this.parts = base.parts({});
    const K = this.parts.length, y = Float64Array.of(0);
    this.kernel = base.kernel({ name: "", y, trials: null }, new Array(K).fill(false));
    this.jets = new Jets(1, K);
    this.zeta = this.parts.map(() => new Float64Array(1));
    this.out = new Float64Array(K);
  }

  log(eta: Predictors): number {
    this.parts.forEach((part, k) => this.zeta[k][0] = natural(part, eta[k], this.point)[0]);
    this.kernel.evaluate(this.zeta, 0, this.jets);
    return this.jets.value[0];
  }

  /** ∂ log f(0)/∂η_k, in storage that the next call uses again. */
  slopes(eta: Predictors): Float64Array {
    this.parts.forEach((part, k) => {
      const point = natural(part, eta[k], this.point);
      this.zeta[k][0] = point[0];
      this.out[k] = point[1];
    });
    this.kernel.evaluate(this.zeta, 1, this.jets);
    for (let k = 0; k < this.out.length; k++) this.out[k] *= this.jets.d1[k][0];
    return this.out;
  }
}

/** ζ(η) and its derivatives. */
function natural({ link, scale }: Part, eta: number, out: Float64Array): Float64Array {
  const composition = scale === "own" ? null : link.onto(scale);
  if (composition) composition(eta, out);
  else [out[0], out[1]] = [eta, 1];
  return out;
}

/**
 * ℓ + g(ℓ₀), ℓ₀ = log f(0), g = −log(1 − e^ℓ₀): with u = 1/(e^−ℓ₀ − 1) g′ = u, g″ = u (1 + u), g‴ = u (1 + u)(1 + 2u).
 */
function truncatedKernel(base: Family, response: Response, constant: readonly boolean[]): Kernel {
  const { y } = response, n = y.length, K = constant.length;
  const kernel = base.kernel(response, constant);
  const zeros = base.kernel({ ...response, y: new Float64Array(n) }, constant), at = new Jets(n, K);
  return {
    evaluate(eta, order, out) {
      kernel.evaluate(eta, order, out);
      zeros.evaluate(eta, order, at);
      for (let i = 0; i < n; i++) addTruncation(out, at, i, K, order);
    },
  };
}

/** Adds g(ℓ₀) and its derivatives to a row. */
function addTruncation(out: Jets, { value, d1, d2, d3 }: Jets, i: number, K: number, order: number) {
  const log = value[i], rest = -Math.expm1(log);
  out.value[i] = rest === 0 ? -Infinity : out.value[i] - Math.log(rest); // a mean that is no number any more: nobody goes there
  if (order < 1) return;
  const u = 1 / Math.expm1(-log), u2 = u * (1 + u), u3 = u2 * (1 + 2 * u);
  for (let k = 0; k < K; k++) {
    const zk = d1[k][i];
    out.d1[k][i] += u * zk;
    for (let l = 0; l <= k && order >= 2; l++) {
      const zl = d1[l][i], zkl = d2[pair(k, l)][i];
      out.d2[pair(k, l)][i] += u * zkl + u2 * zk * zl;
      for (let m = 0; m <= l && order >= 3; m++) {
        const zm = d1[m][i], pairs = zkl * zm + d2[pair(k, m)][i] * zl + d2[pair(l, m)][i] * zk;
        out.d3[triple(k, l, m)][i] += u * d3[triple(k, l, m)][i] + u2 * pairs + u3 * zk * zl * zm;
      }
    }
  }
}
