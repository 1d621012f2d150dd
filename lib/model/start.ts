/**
 * Starting values: the model without random effects by Newton's method, then θ by moments of the scores that the
 * grouping levels leave over. A good start saves more evaluations than any optimiser.
 */
import { Matrix, solveSafely } from "../math/dense.ts";
import { minimize } from "../math/minimize.ts";
import type { Design } from "../formula/types.ts";
import { type Family, pair } from "./families/family.ts";
import { Laplace } from "./laplace.ts";
import type { RandomEffects } from "./random_effects.ts";

/** γ of the model without random effects (on the objective's own bases), with its objective at that point. */
export function fixedStart(design: Design, family: Family): { gamma: Float64Array; objective: Laplace } {
  const bare: Design = { ...design, predictors: design.predictors.map((p) => ({ ...p, random: [] })) };
  const objective = new Laplace(bare, family), gamma = new Float64Array(objective.size);
  meanStart(objective, design, family, gamma);
  const mu = new Float64Array(design.n);
  for (let i = 0; i < mu.length; i++) mu[i] = family.link.mean(linearPredictor(objective, gamma, 0, i));
  const weights = design.weights ?? new Float64Array(design.n).fill(1);
  const parts = family.parts.length ? family.startParts(design.response, mu, weights) : [];
  design.predictors.forEach((p, k) => {
    if (k > 0 && p.X.length > 0) {
      gamma[objective.first[k]] = p.part === "zi" ? zeroStart(design) : parts[k - 1] ?? 0;
    }
  });
  const optimum = minimize({
    evaluate: (x, g) => objective.evaluate(x, g),
    curvature: () => objective.fixedInformation(),
  }, { start: gamma, tolerance: 1e-10, maxEvaluations: 60, maxStep: 5 });
  return { gamma: optimum.x, objective };
}

/** Least squares of link(start mean) on X, then a few Fisher-scoring steps while the means stay valid. */
function meanStart(objective: Laplace, design: Design, family: Family, gamma: Float64Array) {
  const { response, predictors: [mean], weights, n } = design,
    { link } = family,
    Q = objective.bases[0].Q,
    p = Q.length;
  const start = family.startMean(response), phi = family.parts.map(() => 1);
  const eta = start.map((mu) => link.eta(mu));
  for (let iteration = 0; iteration < 6; iteration++) {
    const A = Matrix.zeros(p, p), c = new Float64Array(p);
    for (let i = 0; i < n; i++) {
      const mu = link.mean(eta[i]),
        slope = link.slope(eta[i]),
        trials = response.trials ? response.trials[i] : 1;
      if (trials === 0) continue;
      const y = response.trials ? response.y[i] / trials : response.y[i];
      const w = (weights ? weights[i] : 1) *
        (iteration === 0 ? 1 : slope * slope / family.variance(mu, phi, trials));
      if (!(w > 0) || !Number.isFinite(w)) continue;
      const z = eta[i] - (mean.offset ? mean.offset[i] : 0) + (iteration === 0 ? 0 : (y - mu) / slope);
      for (let j = 0; j < p; j++) {
        const wq = w * Q[j][i];
        c[j] += wq * z;
        for (let k = 0; k <= j; k++) A.set(j, k, A.get(j, k) + wq * Q[k][i]);
      }
    }
    for (let j = 0; j < p; j++) for (let k = 0; k < j; k++) A.set(k, j, A.get(j, k));
    const next = solveSafely(A, c, 1e-10), old = gamma.slice(0, p);
    let change = 0, ok = true;
    for (let j = 0; j < p; j++) gamma[j] = next[j];
    for (let i = 0; i < n; i++) {
      const e = linearPredictor(objective, gamma, 0, i);
      change = Math.max(change, Math.abs(e - eta[i]));
      if (!link.valid(e, family.scale)) ok = false;
    }
    if (!ok && iteration > 0) {
      gamma.set(old);
      return;
    }
    if (!ok) keepValid(objective, design, family, gamma, start);
    for (let i = 0; i < n; i++) eta[i] = linearPredictor(objective, gamma, 0, i);
    if (change < 1e-3) return;
  }
}

/** Shrinks γ towards the constant model link(mean of the start means) until every mean is valid. */
function keepValid(
  objective: Laplace,
  design: Design,
  family: Family,
  gamma: Float64Array,
  start: Float64Array,
) {
  const [{ Q, inverse }] = objective.bases,
    centre = family.link.eta(start.reduce((s, v) => s + v, 0) / start.length);
  const target = new Float64Array(Q.length);
  for (let j = 0; j < Q.length; j++) { // least-squares constant on the orthonormal basis
    for (let i = 0; i < design.n; i++) target[j] += centre * Q[j][i] / design.n;
  }
  void inverse;
  for (let t = 0.5, tries = 0; tries < 30; tries++) {
    for (let j = 0; j < Q.length; j++) gamma[j] = target[j] + t * (gamma[j] - target[j]);
    let ok = true;
    for (let i = 0; ok && i < design.n; i++) {
      ok = family.link.valid(linearPredictor(objective, gamma, 0, i), family.scale);
    }
    if (ok) return;
  }
}

function linearPredictor(objective: Laplace, gamma: Float64Array, k: number, i: number): number {
  const { offset } = objective.design.predictors[k], { Q } = objective.bases[k];
  let eta = offset ? offset[i] : 0;
  for (let j = 0; j < Q.length; j++) eta += gamma[objective.first[k] + j] * Q[j][i];
  return eta;
}

/** logit of half the observed share of zeros: the family itself explains the rest. */
function zeroStart({ response, n }: Design): number {
  let zeros = 0;
  for (let i = 0; i < n; i++) if (response.y[i] === 0) zeros++;
  const share = Math.min(0.9, Math.max(0.02, 0.5 * zeros / n));
  return Math.log(share / (1 - share));
}

/**
 * θ by moments: with level scores r = Σ z g and informations v = Σ z² A at the fixed-effects fit, E r² ≈ v + v²σ², so
 * σ̂² = Σ(r² − v) / Σ v², kept between weak and strong shrinkage.
 */
export function thetaStart(effects: RandomEffects, objective: Laplace): Float64Array {
  const { jets } = objective.likelihood, theta = new Float64Array(effects.thetas);
  for (const group of effects.groups) {
    const sd = group.column.map((z, s) => {
      const g = jets.d1[group.part[s]], d2 = jets.d2[pair(group.part[s], group.part[s])];
      const r = new Float64Array(group.levels.length), v = new Float64Array(group.levels.length);
      for (let i = 0; i < g.length; i++) {
        const x = z ? z[i] : 1;
        r[group.level[i]] += x * g[i];
        v[group.level[i]] += x * x * Math.abs(d2[i]);
      }
      let excess = 0, squares = 0, sum = 0;
      for (let l = 0; l < r.length; l++) {
        excess += r[l] * r[l] - v[l];
        squares += v[l] * v[l];
        sum += v[l];
      }
      if (!(squares > 0)) return 0.5;
      const typical = squares / sum; // information of a typical level
      return Math.sqrt(Math.min(10 / typical + 4, Math.max(0.15 / typical, excess / squares)));
    });
    for (const t of group.terms) {
      t.covariance.start(sd.slice(t.slot, t.slot + t.count)).forEach((v, j) => theta[t.theta + j] = v);
    }
  }
  return theta;
}
