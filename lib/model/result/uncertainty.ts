/**
 * Sampling uncertainty of predictors of the form xᵀβ + zᵀb without ever forming an n × q or q × q matrix:
 *
 *   var = dᵀ C d + zᵀ G z,   d = x + (∂b̂/∂φ)ᵀ z,   φ = (β, θ),   C = cov(φ̂),   G = cov(b | y, φ)
 *
 * so it holds the uncertainty of the fixed effects, of the variance parameters and of the random effects, and their
 * covariances (Kass & Steffey 1989, J. Am. Stat. Assoc. 84:717–726; Kristensen et al. 2016, eq. 12).
 */
import { congruence, Matrix } from "../../math/dense.ts";
import type { Factor } from "../../math/factor.ts";
import type { Model } from "./model.ts";
import type { Engine } from "../optimum/engine.ts";
import { engineOf } from "./model.ts";
import { whereThereIsRoom } from "../objective/make_factor.ts";
export { covarianceAt } from "../objective/term_covariance.ts";
import { covarianceGivenTheta } from "./coefficient_covariance.ts";
import { thetaCovariance } from "./theta_covariance.ts";
import { residualCells, residualGroup, wholeCovariance, wholeDerivative } from "./residual_effects.ts";
import { type BlockPattern, dimension } from "../../math/sparse.ts";

/** A sparse combination of the engine's (standardised) random effects. */
export interface EffectCombination {
  readonly index: readonly number[];
  readonly value: readonly number[];
  /** How the combination itself moves with θ: place in θ and ∂(zᵀb̂)/∂θ at fixed b̂, where z depends on θ. */
  readonly slopes?: readonly (readonly [number, number])[];
}

/** A term of the model among the engine's effects: where its coefficients stand, and C of b_raw = C b. */
export interface TermPlace {
  readonly group: number;
  readonly slot: number;
  readonly count: number;
  /** First of its parameters in θ. */
  readonly theta: number;
  readonly basis: Matrix;
}

/** A grouping factor among the engine's effects. */
export interface GroupPlace {
  readonly start: number;
  readonly node: number;
  readonly width: number;
  readonly nodes: number;
  /** Template T (width × width, column-major). */
  readonly template: Float64Array;
}

/** All that the uncertainty is computed from: plain numbers, so a model can be saved with them. */
export interface UncertaintyState {
  /** C over φ = (β of all parts, θ). */
  readonly covariance: Matrix;
  /** ∂b̂/∂φ_j, one vector of length q per parameter. */
  readonly jacobian: readonly Float64Array[];
  /** ∂β̂/∂θ where β is profiled out (Gaussian models): rows β, columns θ. */
  readonly fixedJacobian: Matrix | null;
  /** Number of fixed coefficients of all parts. */
  readonly fixed: number;
  /** σ² of Gaussian models, else 1. */
  readonly scale: number;
  readonly pattern: BlockPattern;
  /** Block values of H = ΛᵀMΛ + P and of G = ΛH⁻¹Λᵀ. */
  readonly H: Float64Array;
  readonly G: Float64Array;
  readonly groups: readonly GroupPlace[];
  /** In the order of `model.random`. */
  readonly terms: readonly TermPlace[];
}

/** Uncertainty of one fitted model, computed once when first needed. */
export class Uncertainty {
  readonly covariance: Matrix;
  readonly fixed: number;
  private readonly blockOf: ReadonlyMap<number, number>;
  private factor: Factor | null = null;

  constructor(readonly state: UncertaintyState) {
    this.covariance = state.covariance;
    this.fixed = state.fixed;
    this.blockOf = blocksOf(state.pattern);
  }

  /** Position of coefficient k of a level of a term among the engine's effects. */
  indexOf({ group, slot }: TermPlace, level: number, k: number): number {
    const { start, width } = this.state.groups[group];
    return start + level * width + slot + k;
  }

  /** Position of a conditional mode of a term with positions, by its number among them. */
  indexOfMode({ group }: TermPlace, mode: number): number {
    return this.state.groups[group].start + mode;
  }

  /** d = x + Jᵀz over φ, for fixed-effects weights x (by position in the stacked β) and a combination z. */
  gradient(x: Float64Array, z: EffectCombination): Float64Array {
    const { jacobian, fixedJacobian } = this.state, d = new Float64Array(this.covariance.rows);
    d.set(x);
    for (let j = 0; j < d.length; j++) {
      for (let k = 0; k < z.index.length; k++) d[j] += jacobian[j][z.index[k]] * z.value[k];
    }
    for (const [t, v] of z.slopes ?? []) d[this.fixed + t] += v;
    if (fixedJacobian) {
      for (let t = this.fixed; t < d.length; t++) {
        for (let j = 0; j < this.fixed; j++) d[t] += x[j] * fixedJacobian.get(j, t - this.fixed);
      }
    }
    return d;
  }

  /** d₁ᵀ C d₂. */
  parameterCovariance(d1: Float64Array, d2: Float64Array): number {
    let sum = 0;
    for (let i = 0; i < d1.length; i++) {
      if (d1[i] === 0) continue;
      for (let j = 0; j < d2.length; j++) if (d2[j] !== 0) sum += d1[i] * this.covariance.get(i, j) * d2[j];
    }
    return sum;
  }

  /** z₁ᵀ G z₂: from the entries on the pattern, or by a solve when levels meet that never met in the data. */
  conditionalCovariance(z1: EffectCombination, z2: EffectCombination): number {
    const { G, scale } = this.state;
    let sum = 0;
    for (let a = 0; a < z1.index.length; a++) {
      for (let b = 0; b < z2.index.length; b++) {
        const at = this.entry(z1.index[a], z2.index[b]);
        if (at < 0) return this.bySolve(z1, z2);
        sum += z1.value[a] * z2.value[b] * G[at];
      }
    }
    return sum * scale;
  }

  /** zᵀ S z over the entries on the pattern of a symmetric matrix S. */
  onPattern(z: EffectCombination, S: Float64Array): number {
    let sum = 0;
    z.index.forEach((i, a) =>
      z.index.forEach((j, b) => {
        const at = this.entry(i, j);
        if (at >= 0) sum += z.value[a] * z.value[b] * S[at];
      })
    );
    return sum;
  }

  /** Where entry (i, j) of a symmetric matrix on the pattern is stored; −1 where it is not on it. */
  private entry(i: number, j: number): number {
    return entryOf(this.state.pattern, this.blockOf, this.state.groups, i, j);
  }

  private bySolve(z1: EffectCombination, z2: EffectCombination): number {
    const first = this.halfSolve(z1), second = z1 === z2 ? first : this.halfSolve(z2);
    let sum = 0;
    for (let i = 0; i < first.length; i++) sum += first[i] * second[i];
    return sum * this.state.scale;
  }

  /** L⁻¹ Λᵀ z, on a factor of its own: the objective's may be anywhere by now. */
  private halfSolve(z: EffectCombination): Float64Array {
    const { pattern, H, groups } = this.state,
      q = dimension(pattern),
      v = new Float64Array(q),
      out = new Float64Array(q);
    if (!this.factor) {
      this.factor = whereThereIsRoom(this.state);
      this.factor.factor(H);
    }
    z.index.forEach((index, k) => { // v = Λᵀ z, row `index` of Λ at a time
      const g = groups.find((g) => index >= g.start && index < g.start + g.nodes * g.width)!;
      const row = (index - g.start) % g.width, first = index - row;
      for (let c = 0; c <= row; c++) v[first + c] += g.template[c * g.width + row] * z.value[k];
    });
    this.factor.halfSolve(v, out);
    return out;
  }
}

/** Blocks off the diagonal by their nodes. */
function blocksOf({ row, col, nodes }: BlockPattern): Map<number, number> {
  const blocks = new Map<number, number>();
  for (let b = nodes; b < row.length; b++) blocks.set(row[b] * nodes + col[b], b);
  return blocks;
}

function entryOf(
  pattern: BlockPattern,
  blocks: ReadonlyMap<number, number>,
  groups: readonly Pick<GroupPlace, "start" | "node" | "nodes" | "width">[],
  i: number,
  j: number,
): number {
  const nodeOf = (index: number) => {
    const g = groups.find((g) => index >= g.start && index < g.start + g.nodes * g.width)!;
    return g.node + Math.floor((index - g.start) / g.width);
  };
  const ni = nodeOf(i), nj = nodeOf(j), hi = Math.max(ni, nj), lo = Math.min(ni, nj);
  const block = hi === lo ? hi : blocks.get(hi * pattern.nodes + lo);
  if (block === undefined) return -1;
  const [r, c] = ni >= nj ? [i, j] : [j, i];
  return pattern.at[block] + (c - pattern.start[lo]) * (pattern.start[hi + 1] - pattern.start[hi]) +
    (r - pattern.start[hi]);
}

/** The state of a live model. */
function stateOf(model: Model): UncertaintyState {
  const engine = engineOf(model, "the uncertainty of the random effects"),
    { objective, design } = engine,
    { effects } = objective;
  const pieces = engine.kind === "general" ? general(engine) : gaussian(engine, model);
  const groups = effects.groups.map((g, f): GroupPlace => ({
    start: g.start,
    node: g.node,
    width: g.width,
    nodes: g.nodes,
    template: effects.template(f).slice(),
  }));
  const terms = design.predictors.flatMap((p) => p.random).map((term): TermPlace => {
    const { slot, count, basis, theta } = effects.terms.find((t) => t.term === term)!;
    return {
      group: effects.groups.findIndex((g) => g.terms.some((t) => t.term === term)),
      slot,
      count,
      theta,
      basis,
    };
  });
  return {
    ...pieces,
    scale: engine.kind === "gaussian" ? engine.objective.sigma2 : 1,
    pattern: effects.pattern,
    H: objective.system().slice(),
    G: wholeOf(engine).covariance(objective.conditionalCovariance().slice()),
    groups,
    terms,
  };
}

/** From what the engine says of its effects to the whole effects of a term in the residual's place; nothing changes without one. */
export function wholeOf(engine: Engine): {
  /** ∂b̂/∂β_k. */
  derivative(ofB: Float64Array, k: number): Float64Array;
  covariance(G: Float64Array): Float64Array;
} {
  const group = residualGroup(engine);
  if (!group || engine.kind !== "gaussian") return { derivative: (ofB) => ofB, covariance: (G) => G };
  const { pattern, groups } = engine.objective.effects,
    blocks = blocksOf(pattern),
    cells = residualCells(engine, group);
  const entry = (i: number, j: number) => entryOf(pattern, blocks, groups, i, j),
    [mean] = engine.design.predictors;
  return {
    derivative: (ofB, k) => wholeDerivative(mean, cells, ofB, (j) => Number(j === k)),
    covariance: (G) => wholeCovariance(G, cells, group, entry),
  };
}

interface Pieces {
  covariance: Matrix;
  jacobian: Float64Array[];
  fixedJacobian: Matrix | null;
  fixed: number;
}

/** Laplace: φ = (β, θ) is a linear map of ψ = (γ, θ). */
function general(engine: Engine & { kind: "general" }): Pieces {
  const { objective, optimum } = engine, { effects, thetaAt, size, coefficients } = objective;
  const { psi } = optimum, phi = coefficients + effects.thetas;
  objective.evaluate(psi, new Float64Array(size)); // modes, factor and jets at the optimum
  const toBeta = Matrix.zeros(phi, size), toGamma = Matrix.zeros(size, phi);
  if (thetaAt > 0) {
    toBeta.setSubMatrix(objective.joint.jacobian(), 0, 0);
    toGamma.setSubMatrix(objective.joint.inverseJacobian(), 0, 0);
  }
  for (let j = 0; j < effects.thetas; j++) {
    toBeta.set(coefficients + j, thetaAt + j, 1);
    toGamma.set(thetaAt + j, coefficients + j, 1);
  }
  const covariance = congruence(toBeta, optimum.covariance);
  const byPsi = Array.from({ length: size }, (_, j) => {
    const b = new Float64Array(effects.q), u = new Float64Array(effects.q);
    if (effects.q === 0 || optimum.fixed.includes(j)) return b;
    objective.modeDerivative(psi, j, u);
    effects.apply(u, b);
    if (j >= thetaAt) objective.templateDerivative(psi, j, objective.u).forEach((v, i) => b[i] += v);
    return b;
  });
  return {
    covariance,
    jacobian: changeOfEffects(byPsi, toGamma, effects.q),
    fixedJacobian: null,
    fixed: coefficients,
  };
}

/** Columns of J for β from those for γ: ∂b/∂β_j = Σ_i (∂b/∂γ_i) R_ij. */
function changeOfEffects(byPsi: Float64Array[], toGamma: Matrix, q: number): Float64Array[] {
  return Array.from({ length: toGamma.columns }, (_, j) => {
    const out = new Float64Array(q);
    byPsi.forEach((column, i) => {
      const f = toGamma.get(i, j);
      if (f !== 0) { for (let k = 0; k < out.length; k++) out[k] += f * column[k]; }
    });
    return out;
  });
}

/** Gaussian: conditional on θ by Henderson's equations, and θ by the Hessian of the profiled deviance. */
function gaussian(engine: Engine & { kind: "gaussian" }, model: Model): Pieces {
  const { objective, optimum } = engine,
    { effects, basis, gamma, b } = objective,
    theta = optimum.psi,
    k = theta.length;
  const P = model.covariance.rows, size = P + k, scratch = new Float64Array(k);
  const covariance = Matrix.zeros(size, size),
    jacobian = Array.from({ length: size }, () => new Float64Array(effects.q));
  covariance.setSubMatrix(covarianceGivenTheta(engine), 0, 0);
  const free = optimum.free;
  const { C } = thetaCovariance(engine);
  free.forEach((i, a) => free.forEach((j, c) => covariance.set(P + i, P + j, C.get(a, c))));
  const fixedJacobian = Matrix.zeros(P, k);
  for (const j of free) {
    const h = 1e-5 * Math.max(1, Math.abs(theta[j])), at = theta.slice();
    at[j] = theta[j] + h;
    objective.evaluate(at);
    const up = { gamma: gamma.slice(), b: b.slice() };
    at[j] = theta[j] - h;
    objective.evaluate(at);
    for (let i = 0; i < b.length; i++) jacobian[P + j][i] = (up.b[i] - b[i]) / (2 * h);
    for (let r = 0; r < basis.inverse.rows; r++) {
      let v = 0;
      for (let s = 0; s < gamma.length; s++) v += basis.inverse.get(r, s) * (up.gamma[s] - gamma[s]);
      fixedJacobian.set(r, j, v / (2 * h));
    }
  }
  objective.evaluate(theta, scratch);
  const byGamma = objective.fixedModeDerivatives();
  for (let j = 0; j < basis.R.columns; j++) {
    for (let i = 0; i < basis.R.rows; i++) {
      const f = basis.R.get(i, j);
      if (f !== 0) { for (let l = 0; l < effects.q; l++) jacobian[j][l] += f * byGamma[i][l]; }
    }
  }
  return { covariance, jacobian: wholeJacobian(engine, jacobian, fixedJacobian), fixedJacobian, fixed: P };
}

/** ∂b̂/∂φ with the effects of a term in the residual's place in full. */
function wholeJacobian(
  engine: Engine & { kind: "gaussian" },
  jacobian: Float64Array[],
  byTheta: Matrix,
): Float64Array[] {
  const group = residualGroup(engine), [mean] = engine.design.predictors, p = mean.X.length;
  if (!group) return jacobian;
  const cells = residualCells(engine, group), P = byTheta.rows;
  return jacobian.map((ofB, k) =>
    wholeDerivative(mean, cells, ofB, (j) => k < p ? Number(j === k) : k < P ? 0 : byTheta.get(j, k - P))
  );
}

const known = new WeakMap<Model, Uncertainty>();

/** The uncertainty of a model, made once. */
export function uncertaintyOf(model: Model): Uncertainty {
  let found = known.get(model);
  if (!found) known.set(model, found = new Uncertainty(stateOf(model)));
  return found;
}

/** Gives a model that was read from JSON the uncertainty that was saved with it. */
export function rememberUncertainty(model: Model, state: UncertaintyState) {
  known.set(model, new Uncertainty(state));
}
