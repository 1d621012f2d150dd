import { impossible } from "./impossible.ts";
import type { Composition, Link } from "./link.ts";

const ontoIdentity: Composition = (eta, out) => {
  const r = 1 / eta;
  out[0] = r;
  out[1] = -r * r;
  out[2] = 2 * r * r * r;
  out[3] = -6 * r * r * r * r;
};

const ontoLog: Composition = (eta, out) => {
  const r = 1 / eta;
  out[0] = -Math.log(eta);
  out[1] = -r;
  out[2] = r * r;
  out[3] = -2 * r * r * r;
};

/** η = 1/μ. For positive means η > 0. */
export const inverse: Link = {
  name: "inverse",
  mean: (eta) => 1 / eta,
  eta: (mu) => 1 / mu,
  slope: (eta) => -1 / (eta * eta),
  valid: (eta, scale) => Number.isFinite(eta) && (scale === "identity" ? eta !== 0 : eta > 0),
  onto: (scale) =>
    scale === "identity" ? ontoIdentity : scale === "log" ? ontoLog : impossible("inverse", scale),
};
