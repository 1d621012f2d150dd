import { impossible } from "./impossible.ts";
import type { Composition, Link } from "./link.ts";

const ontoIdentity: Composition = (eta, out) => {
  const r = 1 / eta, mu = Math.sqrt(r);
  out[0] = mu;
  out[1] = -0.5 * mu * r;
  out[2] = 0.75 * mu * r * r;
  out[3] = -1.875 * mu * r * r * r;
};

const ontoLog: Composition = (eta, out) => {
  const r = 1 / eta;
  out[0] = -0.5 * Math.log(eta);
  out[1] = -0.5 * r;
  out[2] = 0.5 * r * r;
  out[3] = -r * r * r;
};

/** η = 1/μ², η > 0: the canonical link of the inverse Gaussian. */
export const inverseSquare: Link = {
  name: "1/mu^2",
  mean: (eta) => 1 / Math.sqrt(eta),
  eta: (mu) => mu > 0 ? 1 / (mu * mu) : NaN,
  slope: (eta) => -0.5 / (eta * Math.sqrt(eta)),
  valid: (eta) => Number.isFinite(eta) && eta > 0,
  onto: (scale) =>
    scale === "identity" ? ontoIdentity : scale === "log" ? ontoLog : impossible("1/mu^2", scale),
};
