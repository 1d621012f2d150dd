/**
 * Every parameter of a model as a smooth function of ψ, on one objective: coefficients, standard deviations, correlations,
 * dispersion. Gaussian closed-form models get the general objective at their maximum-likelihood estimate, where the Laplace
 * approximation is exact.
 */
import type { Design } from "../../formula/types.ts";
import { choleskyFactor, Matrix, positiveInverse, solveSafely } from "../../math/dense.ts";
import { hessianFromGradient } from "../../math/differentiate.ts";
import { Laplace } from "../../model/objective/laplace.ts";
import { isDispersion } from "../../model/families/part.ts";
import { engineOf, type Model } from "../../model/result/model.ts";
import { AdaptiveQuadrature } from "../../model/objective/quadrature.ts";
import { basisRow, type TermLayout } from "../../model/objective/random_effects.ts";
import type { Shown } from "../../model/structures/structure.ts";
import { groupNames } from "../../model/result/ranef.ts";
import type { Objective } from "../../math/minimize.ts";
import { residualTerm } from "../../model/result/term_result.ts";
import { heldEntries } from "../../model/objective/held.ts";
import { overFree } from "../profiles/complement.ts";
import type { Parameter } from "./parameter.ts";
import { closedParameters } from "./closed_parameters.ts";
import type { Base, Quantity } from "../profiles/profile.ts";
import { asMaximumLikelihood } from "../simulate/refit.ts";

/** A model as an objective over ψ with its parameters. */
export interface Parametrised {
  readonly base: Base;
  readonly parameters: readonly Parameter[];
  /** The maximum-likelihood fit behind it (the model itself unless it was fitted by REML). */
  readonly model: Model;
}

/** Makes the objective and the parameters of a model. */
export function parametrise(given: Model): Parametrised {
  const model = asMaximumLikelihood(given), engine = engineOf(model, "profile intervals");
  if (engine.kind === "general") {
    const { objective, optimum } = engine;
    const target = model.quadrature > 1 ? new AdaptiveQuadrature(objective, model.quadrature) : objective;
    return {
      model,
      ...overFree(baseAt(target, optimum.psi.slice()), parametersOf(model, objective), optimum.held),
    };
  }
  if (residualTerm(model.random) || engine.objective.sums.rows === null) {
    const { likelihood, psi, parameters } = closedParameters(model, engine);
    const held = heldEntries(likelihood.deviance.effects, likelihood.thetaAt).map(({ at }) => at);
    return { model, ...overFree(baseAt(likelihood, psi), parameters, held) };
  }
  const { objective, optimum, design } = engine, laplace = new Laplace(withPrecision(design), model.family);
  const sigma = Math.sqrt(objective.sigma2), psi = new Float64Array(laplace.size);
  model.parts.forEach(({ beta }, k) => laplace.bases[k].onBasis(beta, psi, laplace.first[k]));
  psi.set(optimum.psi, laplace.thetaAt);
  laplace.effects.rescale(psi, laplace.thetaAt, sigma / laplace.bases[0].unit);
  const held = heldEntries(laplace.effects, laplace.thetaAt).map(({ at }) => at);
  return { model, ...overFree(baseAt(laplace, psi), parametersOf(model, laplace), held) };
}

/** Prior weights that divide the variance are an offset of the log standard deviation. */
function withPrecision(design: Design): Design {
  const { precision, predictors } = design;
  if (!precision) return design;
  return {
    ...design,
    predictors: predictors.map((p, k) => (k === 1
      ? {
        ...p,
        offset: precision.map((w) => -Math.log(w) / 2),
      }
      : p)
    ),
  };
}

/** Value and Hessian at ψ; parameters at their boundary are moved off it, where the profile of the others may leave it. */
function baseAt(objective: Objective, psi: Float64Array): Base {
  const gradient = new Float64Array(psi.length), value = objective.evaluate(psi, gradient);
  const steps = psi.map((v) => 1e-4 * Math.max(1, Math.abs(v)));
  const hessian = hessianFromGradient((x, g) => objective.evaluate(x, g), psi, steps);
  objective.evaluate(psi, gradient);
  return { objective, psi, value, hessian };
}

function parametersOf(model: Model, laplace: Laplace): Parameter[] {
  return [
    ...fixedParameters(model, laplace),
    ...randomParameters(model, laplace),
    ...dispersionParameters(model, laplace),
  ];
}

function fixedParameters(model: Model, laplace: Laplace): Parameter[] {
  return model.parts.flatMap((part, k) => {
    if (!part.shown) return [];
    const { inverse, origin } = laplace.bases[k], at = laplace.first[k];
    return part.names.map((term, j): Parameter => {
      const a = new Float64Array(laplace.size);
      for (let i = 0; i < inverse.columns; i++) a[at + i] = inverse.get(j, i);
      return {
        component: part.component,
        group: null,
        term,
        kind: "fixed",
        held: part.fixed.includes(term),
        range: [-Infinity, Infinity],
        index: part.start + j,
        of: (b) => b,
        value: (psi) => a.reduce((s, v, i) => s + v * psi[i], origin[j]),
        gradient: () => a,
      };
    });
  });
}

function randomParameters(model: Model, laplace: Laplace): Parameter[] {
  const names = groupNames(model), sources = laplace.design.predictors.flatMap((p) => p.random);
  return model.random.flatMap((t, k) => {
    const layout = laplace.effects.terms.find((e) => e.term === sources[k])!,
      base = { component: t.part, group: names[k] };
    const common = { ...base, index: null, of: (b: number) => b };
    const held = (name: string) => Object.hasOwn(t.fixed, name);
    return layout.covariance.shown.map((p): Parameter => {
      if (p.kind === "sd") {
        return {
          ...common,
          term: p.name,
          held: held(p.name),
          kind: "sd",
          range: [0, Infinity],
          ...standardDeviation(laplace, layout, p.of),
        };
      }
      if (p.kind === "cor") {
        return {
          ...common,
          term: p.name,
          held: held(p.name),
          kind: "cor",
          range: [-1, 1],
          ...correlation(laplace, layout, ...p.of),
        };
      }
      return {
        ...common,
        term: p.name,
        held: held(p.name),
        kind: "own",
        range: p.range,
        own: p,
        ...ownParameter(laplace, layout, p),
      };
    });
  });
}

/** A parameter that is a function of one entry of θ. */
function ownParameter(laplace: Laplace, layout: TermLayout, p: Shown & { kind: "own" }): Quantity {
  const at = laplace.thetaAt + layout.theta + p.at;
  return {
    value: (psi) => p.value(psi[at]),
    gradient: (psi) => {
      const out = new Float64Array(psi.length);
      out[at] = p.slope(psi[at]);
      return out;
    },
    move: (psi, value) => psi.map((v, i) => i === at ? p.theta(value) : v),
  };
}

/** F = C T: row i is coefficient i of a level on the data's scale, in terms of the spherical effects. */
function factorRow(laplace: Laplace, layout: TermLayout, psi: Float64Array, i: number): Float64Array {
  const c = layout.covariance.width, T = new Float64Array(c * c), row = new Float64Array(c);
  layout.covariance.fill(psi, laplace.thetaAt + layout.theta, T);
  for (const [a, f] of basisRow(layout, i)) for (let b = 0; b < c; b++) row[b] += f * T[b * c + a];
  return row;
}

/** Chain rule to ψ for an adjoint Σ_i C_iᵀ w_i of T. */
function pulledBack(
  laplace: Laplace,
  layout: TermLayout,
  psi: Float64Array,
  rows: readonly { i: number; w: Float64Array }[],
): Float64Array {
  const c = layout.covariance.width, D = new Float64Array(c * c), out = new Float64Array(psi.length);
  for (const { i, w } of rows) {
    for (const [a, f] of basisRow(layout, i)) for (let b = 0; b < c; b++) D[b * c + a] += f * w[b];
  }
  layout.covariance.pullback(psi, laplace.thetaAt + layout.theta, D, out);
  return out;
}

function norm(x: Float64Array): number {
  return Math.hypot(...x);
}

function standardDeviation(laplace: Laplace, layout: TermLayout, i: number): Quantity {
  return {
    value: (psi) => norm(factorRow(laplace, layout, psi, i)),
    gradient: (psi) => {
      const F = factorRow(laplace, layout, psi, i), size = norm(F);
      // at 0 the norm has a kink: leave it along the coefficient's own diagonal entry
      const w = size > 0 ? F.map((v) => v / size) : F.map((_, k) => (k === i ? 1 : 0));
      return pulledBack(laplace, layout, psi, [{ i, w }]);
    },
  };
}

/** At ±1 the correlation has no slope in θ: a profile leaves it by {@link withCorrelation}. */
function correlation(laplace: Laplace, layout: TermLayout, i: number, j: number): Quantity {
  const both = (psi: Float64Array) => {
    const F = factorRow(laplace, layout, psi, i),
      G = factorRow(laplace, layout, psi, j),
      f = norm(F),
      g = norm(G);
    return { F, G, f, g, r: F.reduce((s, v, k) => s + v * G[k], 0) / Math.max(1e-300, f * g) };
  };
  return {
    value: (psi) => both(psi).r,
    move: (psi, value) => withCorrelation(laplace, layout, psi, [i, j], value),
    gradient: (psi) => {
      const { F, G, f, g, r } = both(psi);
      return pulledBack(laplace, layout, psi, [
        { i, w: F.map((v, k) => G[k] / (f * g) - r * v / (f * f)) },
        { i: j, w: G.map((v, k) => F[k] / (f * g) - r * v / (g * g)) },
      ]);
    },
  };
}

/**
 * ψ with another correlation of coefficients i and j: the same standard deviations, and the other correlations shrunk as far as
 * the matrix needs it to be positive definite. Null where a standard deviation is 0.
 */
function withCorrelation(
  laplace: Laplace,
  layout: TermLayout,
  psi: Float64Array,
  [i, j]: readonly [number, number],
  value: number,
): Float64Array | null {
  const c = layout.count, rows = Array.from({ length: c }, (_, k) => factorRow(laplace, layout, psi, k));
  const sd = rows.map(norm), { basis } = layout, at = laplace.thetaAt + layout.theta;
  if (!(sd[i] > 0 && sd[j] > 0)) return null;
  const toEngine = positiveInverse(basis.transpose().mmul(basis))?.mmul(basis.transpose()); // C⁻¹
  if (!toEngine) return null;
  for (const keep of [1, 0.99, 0.9, 0.5, 0]) {
    const S = Matrix.zeros(c, c);
    for (let a = 0; a < c; a++) {
      for (let b = 0; b < c; b++) {
        const inner = rows[a].reduce((s, v, k) => s + v * rows[b][k], 0),
          chosen = (a === i && b === j) || (a === j && b === i);
        S.set(a, b, a === b ? sd[a] ** 2 : chosen ? value * sd[a] * sd[b] : keep * inner);
      }
    }
    const T = choleskyFactor(toEngine.mmul(S).mmul(toEngine.transpose()));
    if (!T) continue;
    const out = psi.slice();
    out.set(layout.covariance.near(columnMajor(T)), at);
    return out;
  }
  return null;
}

function columnMajor(T: Matrix): Float64Array {
  const c = T.rows, out = new Float64Array(c * c);
  for (let b = 0; b < c; b++) for (let a = b; a < c; a++) out[b * c + a] = T.get(a, b);
  return out;
}

/** sigma() where the dispersion is one number, and shape parameters that are. */
function dispersionParameters(model: Model, laplace: Laplace): Parameter[] {
  const { family } = model;
  return laplace.parts.flatMap((part, k): Parameter[] => {
    const { shown, names, start, fixed } = model.parts[k];
    if (shown || names.length !== 1) return [];
    const at = laplace.first[k], basis = laplace.bases[k], own = isDispersion(part), held = fixed.length > 0;
    const of = (eta: number) => own ? family.sigma([part.link.mean(eta)]) : part.link.mean(eta);
    const value = (psi: Float64Array) => of(basis.coefficients(psi, at)[0]);
    return [{
      component: "disp",
      group: own && family.residual ? "Residual" : null,
      kind: "dispersion",
      held,
      range: own ? [0, Infinity] : part.range,
      term: !own ? part.name : family.residual ? "sd__Observation" : "sigma",
      value,
      index: start,
      of,
      gradient: (psi) => {
        const out = new Float64Array(psi.length), up = psi.slice(), down = psi.slice();
        if (held) return out;
        up[at] += 1e-5;
        down[at] -= 1e-5;
        out[at] = (value(up) - value(down)) / 2e-5;
        return out;
      },
    }];
  });
}

/** √(∇fᵀ H⁻¹ ∇f): the delta-method standard error of a quantity; weak directions of H count as unit variances. */
export function standardErrorOf(quantity: Quantity, { psi, hessian }: Base): number {
  const g = quantity.gradient(psi), x = solveSafely(hessian, g, 1e-9);
  return Math.sqrt(Math.max(1e-16, g.reduce((s, v, i) => s + v * x[i], 0)));
}
