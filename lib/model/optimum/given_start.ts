/** A search that begins where the caller says. */
import { inverseLower, Matrix, semidefiniteFactor } from "../../math/dense.ts";
import { Laplace } from "../objective/laplace.ts";
import type { ProfiledDeviance } from "../objective/linear.ts";
import type { TermLayout } from "../objective/random_effects.ts";
import { covarianceAt } from "../objective/term_covariance.ts";
import type { StartValue } from "../options/start_values.ts";

/**
 * ψ with the values that the caller gives. What the closed form of Gaussian models computes, coefficients and σ, has no place in it;
 * its standard deviations are relative to σ.
 */
export function withStart(
  psi: Float64Array,
  objective: Laplace | ProfiledDeviance,
  values: readonly StartValue[],
): Float64Array {
  const out = psi.slice(), general = objective instanceof Laplace;
  if (general) setCoefficients(out, objective, values);
  const thetaAt = general ? objective.thetaAt : 0, sigma = general ? 1 : sigmaAt(psi, objective, values);
  objective.effects.terms.forEach((layout, k) => {
    const own = values.filter((v) => v.kind === "term" && v.term === k) as TermValue[];
    if (own.length > 0) setTerm(out, layout, thetaAt + layout.theta, own, sigma);
  });
  return out;
}

type TermValue = StartValue & { readonly kind: "term" };

function setCoefficients(psi: Float64Array, { bases, first }: Laplace, values: readonly StartValue[]): void {
  bases.forEach((basis, k) => {
    const beta = basis.coefficients(psi, first[k]);
    for (const v of values) if (v.kind === "coefficient" && v.part === k) beta[v.index] = v.value;
    basis.onBasis(beta, psi, first[k]);
  });
}

/** σ as given, else what the closed form makes of the other start values. */
function sigmaAt(psi: Float64Array, objective: ProfiledDeviance, values: readonly StartValue[]): number {
  const given = values.find((v) => v.kind === "coefficient" && v.part === 1);
  if (given) return Math.exp(given.value);
  objective.evaluate(psi);
  return Math.sqrt(objective.sigma2);
}

function setTerm(
  psi: Float64Array,
  layout: TermLayout,
  at: number,
  values: readonly TermValue[],
  sigma: number,
): void {
  const { covariance, basis, count } = layout, whole = basis.rows < count;
  const given = new Map(values.map(({ name, value }) => [name, value]));
  const together = covariance.shown.filter((p) =>
    given.has(p.name) && (p.kind === "cor" || p.kind === "sd" && p.at === undefined)
  );
  for (const p of covariance.shown) {
    const value = given.get(p.name);
    if (value === undefined || together.includes(p)) continue;
    if (p.kind === "own") psi[at + p.at] = p.theta(value);
    else if (p.kind === "sd") {
      psi[at + p.at!] = value /
        ((p.factor ?? 1) * sigma * Math.abs(whole ? basis.get(0, 0) : basis.get(p.of, p.of)));
    }
  }
  if (together.length > 0 && !whole) setCovariance(psi, layout, at, given, sigma);
}

/** θ of the covariance with the standard deviations and correlations given, the others as they are. */
function setCovariance(
  psi: Float64Array,
  layout: TermLayout,
  at: number,
  given: ReadonlyMap<string, number>,
  sigma: number,
): void {
  const { covariance, basis } = layout, c = covariance.width, S = covarianceAt(layout, psi, at, 1);
  const sd = S.diagonal().map((v) => Math.sqrt(Math.max(0, v)));
  const wanted = sd.slice(), R = Matrix.eye(c);
  for (let i = 0; i < c; i++) {
    for (let j = 0; j < c; j++) if (i !== j && sd[i] * sd[j] > 0) R.set(i, j, S.get(i, j) / (sd[i] * sd[j]));
  }
  for (const p of covariance.shown) {
    const value = given.get(p.name);
    if (value === undefined) continue;
    if (p.kind === "sd") wanted[p.of] = value / sigma;
    if (p.kind === "cor") {
      R.set(p.of[0], p.of[1], value);
      R.set(p.of[1], p.of[0], value);
    }
  }
  for (let i = 0; i < c; i++) for (let j = 0; j < c; j++) R.set(i, j, R.get(i, j) * wanted[i] * wanted[j]);
  const inverse = inverseLower(basis.transpose()).transpose(); // C is upper triangular
  const onEngine = inverse.mmul(R).mmul(inverse.transpose());
  const factor = semidefiniteFactor(onEngine, 1e-12 * Math.max(1e-300, onEngine.max())).transpose();
  psi.set(covariance.near(Float64Array.from(factor.to1DArray())), at); // column-major
}
