/**
 * Parameters of a Gaussian model on the likelihood in closed form, where that is all there is (a term stands in the residual's place,
 * or the rows are elsewhere): coefficients, and standard deviations, correlations and own parameters of the terms,
 * cov(b) = σ² C(θ)/λ(θ); σ where it is estimated.
 */
import { GaussianLikelihood } from "../../model/objective/gaussian_likelihood.ts";
import { ProfiledDeviance } from "../../model/objective/linear.ts";
import { basisRow, type TermLayout } from "../../model/objective/random_effects.ts";
import type { Engine } from "../../model/optimum/engine.ts";
import type { Model } from "../../model/result/model.ts";
import { residualTerm } from "../../model/result/term_result.ts";
import { groupNames } from "../../model/result/ranef.ts";
import type { Quantity } from "../profiles/profile.ts";
import type { Parameter } from "./parameter.ts";

/** The likelihood of a fit, on an objective of its own, and its parameters. */
export function closedParameters(model: Model, engine: Engine & { kind: "gaussian" }) {
  const likelihood = new GaussianLikelihood(new ProfiledDeviance(engine.objective.sums, false));
  return {
    likelihood,
    psi: likelihood.at(engine.optimum.psi),
    parameters: [
      ...coefficients(model, likelihood),
      ...terms(model, engine, likelihood),
      ...(residualTerm(model.random) ? [] : [deviation(model, likelihood)]),
    ],
  };
}

function coefficients(
  model: Model,
  { deviance: { basis: { inverse, origin } }, size }: GaussianLikelihood,
): Parameter[] {
  const [part] = model.parts;
  return part.names.map((term, j): Parameter => {
    const a = new Float64Array(size);
    for (let i = 0; i < inverse.columns; i++) a[i] = inverse.get(j, i);
    return {
      component: part.part,
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
}

/** σ. */
function deviation(model: Model, { sigmaAt }: GaussianLikelihood): Parameter {
  const value = (psi: Float64Array) => Math.exp(psi[sigmaAt]);
  return {
    component: "disp",
    group: "Residual",
    term: "sd__Observation",
    kind: "dispersion",
    held: false,
    range: [0, Infinity],
    index: model.parts[1].start,
    of: Math.exp,
    value,
    gradient: (psi) => psi.map((_, i) => i === sigmaAt ? value(psi) : 0),
  };
}

function terms(model: Model, { design }: Engine, likelihood: GaussianLikelihood): Parameter[] {
  const names = groupNames(model), sources = design.predictors[0].random;
  return model.random.flatMap((t, k) => {
    const layout = likelihood.deviance.effects.terms.find(({ term }) => term === sources[k])!;
    const common = { component: t.part, group: names[k], index: null, of: (b: number) => b };
    return layout.covariance.shown.map((p): Parameter => {
      const base = { ...common, held: Object.hasOwn(t.fixed, p.name) };
      if (p.kind === "own") {
        const at = likelihood.thetaAt + layout.theta + p.at;
        return {
          ...base,
          term: p.name,
          kind: "own",
          range: p.range,
          own: p,
          value: (psi) => p.value(psi[at]),
          gradient: (psi) => psi.map((v, i) => i === at ? p.slope(v) : 0),
          move: (psi, value) => psi.map((v, i) => i === at ? p.theta(value) : v),
        };
      }
      const value = p.kind === "sd"
        ? (psi: Float64Array) => Math.sqrt(covariance(likelihood, layout, psi, p.of, p.of))
        : (psi: Float64Array) => {
          const [i, j] = p.of, v = (a: number, b: number) => covariance(likelihood, layout, psi, a, b);
          return v(i, j) / Math.sqrt(v(i, i) * v(j, j));
        };
      const range: [number, number] = p.kind === "sd" ? [0, Infinity] : [-1, 1];
      return { ...base, term: p.name, kind: p.kind, range, ...byDifferences(value, likelihood.sigmaAt) };
    });
  });
}

/** cov(b_i, b_j) of one level. */
function covariance(
  { sigmaAt, thetaAt }: GaussianLikelihood,
  { covariance: bound, theta: at, basis, count }: TermLayout,
  psi: Float64Array,
  i: number,
  j: number,
): number {
  const sigma2 = Math.exp(2 * psi[sigmaAt]), c = bound.width, relative = bound.relative?.(psi, thetaAt + at);
  if (relative) return sigma2 * relative[j * c + i];
  const T = new Float64Array(c * c);
  bound.fill(psi, thetaAt + at, T);
  const row = (a: number) =>
    Float64Array.from(
      { length: c },
      (_, b) => basisRow({ basis, count }, a).reduce((s, [k, f]) => s + f * T[b * c + k], 0),
    );
  const x = row(i), y = row(j);
  return sigma2 * x.reduce((s, v, k) => s + v * y[k], 0);
}

/** A smooth function of log σ and θ with its gradient by central differences. */
function byDifferences(value: (psi: Float64Array) => number, from: number): Quantity {
  return {
    value,
    gradient: (psi) =>
      psi.map((v, i) => {
        if (i < from) return 0;
        const h = 1e-5 * Math.max(1, Math.abs(v)), at = (x: number) => psi.map((u, k) => k === i ? x : u);
        return (value(at(v + h)) - value(at(v - h))) / (2 * h);
      }),
  };
}
