/**
 * What a fit leaves behind for those who need more than its numbers: one interface, whichever objective was minimised. Every question is
 * answered where the fit ended, wherever that objective was evaluated last; nothing that is given out is the objective's own storage.
 */
import type { Design } from "../../formula/types.ts";
import { Matrix, positiveInverse, timesVector } from "../../math/dense.ts";
import { triple } from "../../math/jets.ts";
import type { Objective } from "../../math/minimize.ts";
import type { CrossProducts, SecondMoments } from "../objective/cross_products.ts";
import { AdaptiveQuadrature } from "../objective/quadrature.ts";
import type { ProfiledDeviance } from "../objective/linear.ts";
import type { RandomEffects } from "../objective/random_effects.ts";
import { type Engine, searchedEngine } from "../optimum/engine.ts";
import { flatFree } from "../optimum/flatness.ts";
import { EffectDraws } from "./effect_draws.ts";
import { hasEngine, liveEngine } from "./engines.ts";
import { engineOf, type Model } from "./model.ts";
import { logDeviations, meanOfOthers, residualCells, residualGroup } from "./residual_effects.ts";
import { effectsOnRows, gaussianRows } from "./rows.ts";
import type { EffectCombination } from "./uncertainty.ts";

/** The likelihood about its optimum, over ψ. */
export interface LikelihoodAtOptimum {
  readonly objective: Objective;
  readonly psi: Float64Array;
  readonly value: number;
  /** Entries of ψ that are free, and the Hessian over them. */
  readonly free: readonly number[];
  readonly hessian: Matrix;
  /** Columns over the free entries, orthogonal to all flat directions. */
  readonly determined: Matrix;
  /** Its Hessian in the coefficients is {@link LikelihoodAtOptimum.information}, exactly. */
  readonly exact: boolean;
  /** It is the Laplace approximation, whose information is known at every point. */
  readonly laplace: boolean;
  /** ψ is (γ, θ): how many γ there are. */
  readonly coefficients: number;
  /** Gradient over ψ of a linear function of the stacked coefficients. */
  gradientOf(l: Float64Array): Float64Array;
  /** The stacked coefficients at ψ. */
  coefficientsOf(psi: Float64Array): Float64Array;
  /** Direction over ψ of one over (β, θ); of the parts named by `only` alone. */
  toPsi(direction: Float64Array, only: (part: number) => boolean): Float64Array;
  /** Information of γ where the objective was last evaluated. */
  information(): Matrix;
}

/** What a fit leaves behind. */
export interface Solution {
  readonly design: Design;
  /** What was minimised: −ℓ, or half the restricted deviance. */
  readonly value: number;
  /** Gaussian in closed form: degrees of freedom are defined, and nothing is approximated. */
  readonly closed: boolean;
  /** Root mean square of the response of a closed form. */
  readonly responseSize: number | null;
  /** Second moments of a closed form whose rows are elsewhere. */
  readonly moments: SecondMoments | null;
  /** (XᵀWX)⁻¹ of a closed form from its sums of products, whose rows may be elsewhere, W being the weights of rows; else null. */
  readonly leastSquares: Matrix | null;
  /** σ² where cov(b) = σ² T Tᵀ, else 1. */
  readonly scale: number;
  /**
   * η of every part at the rows of the fit, random effects included: the response itself where a term stands in the residual's place as
   * effects of the mean; where it is the errors, the mean of the rest, with the standard deviations of the term's positions.
   */
  linearPredictors(): Float64Array[];
  /** The same with a term in the residual's place in the engine's split into effects and independent residuals. */
  splitPredictors(): Float64Array[];
  /** The random effects of a row in one part. */
  rowEffects(part: number, row: number): EffectCombination;
  /** z = Σ_k Z_kᵀ rows_k over the random effects, and L⁻¹Λᵀz with L Lᵀ = H. */
  halfSolve(rows: readonly Float64Array[]): { z: Float64Array; half: Float64Array };
  /** ∂³ℓ/∂η²∂η_k of every row for every part k, η that of the mean; null under REML. */
  thirdDerivatives(eta: readonly Float64Array[]): readonly Float64Array[] | null;
  /** η of every part with all random effects at 0, as {@link Solution.linearPredictors} has it. */
  fixedPredictors(): Float64Array[];
  /** Draws of random effects, those of the terms `held` (by number) at their modes; fills copies of `eta`. */
  draws(eta: readonly Float64Array[], held: ReadonlySet<number>): EffectDraws;
  /** The likelihood about its optimum; null in closed form, which has no flat directions. */
  likelihood(): LikelihoodAtOptimum | null;
  /** Where another fit of the same model may start, with its curvature there. */
  warmStart(): { psi: Float64Array; hessian: Matrix };
}

/** The solution of an engine, which is asked for when it is needed. */
export function solution(engineNow: () => Engine, quadrature = 1): Solution {
  const engine = () => stand(engineNow()), withModes = () => atModes(engineNow());
  let deviations: Float64Array | undefined; // they take a matrix of the positions
  const linearPredictors = (at: Engine, modes: "at their modes" | "at 0") => {
    const group = residualGroup(at);
    if (!group || at.kind !== "gaussian") {
      const eta = predictorsOf(at), { b, effects } = at.objective;
      if (modes === "at 0" && effects.q > 0) effectsOnRows(at).addTo(b.map((v) => -v), eta);
      return eta;
    }
    const ofMean = group.terms.some(({ term }) => term.residual === "effects"), { n, response } = at.design;
    const scale = ofMean
      ? new Float64Array(n).fill(-Infinity)
      : (deviations ??= logDeviations(at, group)).slice();
    if (ofMean && modes === "at their modes") return [response.y.slice(), scale];
    const { b, basis, gamma } = at.objective, held = modes === "at 0" ? new Float64Array(b.length) : b;
    return [meanOfOthers(at.design, residualCells(at, group), held, basis.coefficients(gamma)), scale];
  };
  const { kind, optimum: { value }, objective } = withModes();
  const closed = kind === "gaussian";
  return Object.freeze({
    get design() {
      return engineNow().design;
    },
    value,
    closed,
    scale: closed ? objective.sigma2 : 1,
    leastSquares: closed ? leastSquares(objective.sums) : null,
    moments: closed ? objective.sums.moments : null,
    responseSize: closed ? objective.sums.size : null,
    linearPredictors: () => linearPredictors(withModes(), "at their modes"),
    splitPredictors: () => predictorsOf(withModes()),
    fixedPredictors: () => linearPredictors(engine(), "at 0"),
    rowEffects: (part: number, row: number) => rowEffects(effectsOnRows(engineNow()), part, row),
    halfSolve(rows: readonly Float64Array[]) {
      const at = engine();
      return halfSolve(at, effectsOnRows(at), rows);
    },
    thirdDerivatives: (eta: readonly Float64Array[]) => thirdDerivatives(engine(), eta),
    draws(eta: readonly Float64Array[], held: ReadonlySet<number>) {
      const at = engine();
      return new EffectDraws(at, effectsOnRows(at), eta, held);
    },
    likelihood: () => likelihoodOf(engine(), quadrature),
    warmStart() {
      const { optimum: { psi, free, hessian } } = searchedEngine(engineNow()),
        H = Matrix.eye(psi.length).mul(10);
      free.forEach((i, a) => free.forEach((j, b) => H.set(i, j, hessian.get(a, b))));
      return { psi: psi.slice(), hessian: H };
    },
  });
}

const known = new WeakMap<Model, Solution>();

/** The solution behind a model, for what needs more than its numbers. @throws TypeError for a model that was loaded from JSON */
export function solutionOf(model: Model, what: string): Solution {
  engineOf(model, what); // or an error that says what cannot be computed
  let found = known.get(model);
  if (!found) known.set(model, found = solution(() => liveEngine(model)!, model.quadrature));
  return found;
}

/** The same where there is one. */
export function solutionOrNull(model: Model): Solution | null {
  return hasEngine(model) ? solutionOf(model, "the solution") : null;
}

function leastSquares({ basis: { inverse }, QtQ }: CrossProducts): Matrix | null {
  const inner = positiveInverse(QtQ);
  return inner && inverse.mmul(inner).mmul(inverse.transpose());
}

/** The engine with its modes and predictors at the optimum: nothing is evaluated where another thread found them. */
function atModes<E extends Engine>(engine: E): E {
  engine.objective.modesAt(engine.optimum.psi);
  return engine;
}

/** The engine with its objective at the optimum. */
function stand<E extends Engine>(engine: E): E {
  engine.objective.standAt(engine.optimum.psi);
  return engine;
}

function predictorsOf(engine: Engine): Float64Array[] {
  const { design } = engine;
  if (engine.kind === "general") {
    const { objective: { eta, joint }, optimum } = engine, constants = joint.constants(optimum.psi);
    return eta.map((e, k) => e.map((v) => v + constants[k]));
  }
  const { gamma, b, sigma2 } = engine.objective, { basis, effects } = gaussianRows(engine);
  const { offset } = design.predictors[0], eta = offset ? offset.slice() : new Float64Array(design.n);
  basis.addTimes(gamma, 0, eta);
  effects.addTo(b, [eta]);
  return [eta, new Float64Array(design.n).fill(Math.log(sigma2) / 2)];
}

/** The random effects of a row in one part. */
export function rowEffects(effects: RandomEffects, part: number, row: number): EffectCombination {
  const index: number[] = [], value: number[] = [];
  for (const g of effects.groups) {
    g.column.forEach((z, s) => {
      if (g.part[s] !== part) return;
      index.push(g.start + g.index[row] * g.stride + s);
      value.push(effects.unit(part) * (z ? z[row] : 1));
    });
  }
  return { index, value };
}

/** {@link Solution.halfSolve} of the rows that the effects are seen from. */
export function halfSolve(
  { objective: { solver } }: Engine,
  effects: RandomEffects,
  rows: readonly Float64Array[],
) {
  const [z, half, v] = [0, 1, 2].map(() => new Float64Array(effects.q));
  if (effects.q === 0) return { z, half };
  effects.transposeTimes(rows, z);
  effects.inUnits(z);
  effects.applyTransposed(z, v);
  solver.halfSolve(v, half);
  return { z, half };
}

/** {@link Solution.thirdDerivatives}, of the likelihood of these rows where there is one. */
export function thirdDerivatives(
  engine: Engine,
  eta: readonly Float64Array[],
  likelihood = engine.kind === "general" ? engine.objective.likelihood : null,
): readonly Float64Array[] | null {
  if (engine.kind === "gaussian" || likelihood === null) {
    const { reml, sigma2 } = engine.objective as ProfiledDeviance;
    return reml ? null : eta.map((e) => new Float64Array(e.length).fill(2 / sigma2));
  }
  const { bases } = engine.objective; // its derivatives are per unit of η
  likelihood.evaluate(eta, 3);
  return eta.map((_, k) =>
    likelihood.jets.d3[triple(0, 0, k)].map((d) => d / (bases[0].unit ** 2 * bases[k].unit))
  );
}

function likelihoodOf(engine: Engine, quadrature: number): LikelihoodAtOptimum | null {
  if (engine.kind !== "general") return null;
  const { objective: laplace, optimum: { psi, value, free, hessian, flat } } = engine;
  const { bases, firstCoefficient: place, joint } = laplace;
  return {
    objective: quadrature > 1 ? new AdaptiveQuadrature(laplace, quadrature) : laplace,
    psi,
    value,
    free,
    hessian,
    determined: flatFree(laplace, flat, free),
    exact: laplace.effects.q === 0,
    laplace: quadrature === 1,
    coefficients: laplace.thetaAt,
    gradientOf(l) {
      const a = new Float64Array(laplace.size);
      a.set(timesVector(joint.jacobian().transpose(), l));
      return a;
    },
    coefficientsOf: (psi) => joint.at(psi),
    toPsi(direction, only) {
      const own = direction.slice();
      bases.forEach(({ origin }, k) => {
        if (!only(k)) own.fill(0, place[k], place[k] + origin.length);
      });
      return laplace.toPsi(
        own.length < laplace.coefficients + laplace.effects.thetas ? padded(own, laplace) : own,
      );
    },
    information: () => laplace.fixedInformation(),
  };
}

/** A direction over the coefficients alone, with θ at rest. */
function padded(
  own: Float64Array,
  { coefficients, effects }: { coefficients: number; effects: { thetas: number } },
) {
  const out = new Float64Array(coefficients + effects.thetas);
  out.set(own);
  return out;
}
