/** A search that begins where the caller says. */
import { Laplace } from "../objective/laplace.ts";
import type { ProfiledDeviance } from "../objective/linear.ts";
import type { TermLayout } from "../objective/random_effects.ts";
import type { StartValue } from "../options/start_values.ts";
import { withCovariance } from "./given_covariance.ts";

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

function setCoefficients(psi: Float64Array, { joint }: Laplace, values: readonly StartValue[]): void {
  const beta = joint.at(psi);
  for (const v of values) {
    if (v.kind === "coefficient") beta[joint.firstCoefficient[v.part] + v.index] = v.value;
  }
  psi.set(joint.onBases(beta));
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
  if (together.length > 0) psi.set(withCovariance(psi, layout, at, given, sigma), at);
}
