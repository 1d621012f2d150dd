import type { Composition, Link } from "./link.ts";

const ontoIdentity: Composition = (eta, out) => {
  out[0] =
    out[1] =
    out[2] =
    out[3] =
      Math.exp(eta);
};

/** ζ = η − log(1 − e^η) for η < 0; with u = 1/(e^−η − 1): ζ′ = 1 + u, u′ = u (1 + u). */
const ontoLogit: Composition = (eta, out) => {
  const u = 1 / Math.expm1(-eta), v = -1 / Math.expm1(eta); // v = 1 + u, kept exact when u is tiny
  out[0] = eta - Math.log(-Math.expm1(eta));
  out[1] = v;
  out[2] = u * v;
  out[3] = u * v * (u + v);
};

/** η = log μ. For probabilities η < 0 (relative risks). */
export const log: Link = {
  name: "log",
  mean: (eta) => Math.exp(eta),
  eta: (mu) => Math.log(mu),
  slope: (eta) => Math.exp(eta),
  valid: (eta, scale) => Number.isFinite(eta) && (scale !== "logit" || eta < 0),
  onto: (scale) => scale === "log" ? null : scale === "identity" ? ontoIdentity : ontoLogit,
};
