import { expit, logit as logOdds } from "../../math/special.ts";
import { impossible } from "./impossible.ts";
import type { Composition, Link } from "./link.ts";

const ontoIdentity: Composition = (eta, out) => {
  const p = expit(eta), q = expit(-eta);
  out[0] = p;
  out[1] = p * q;
  out[2] = p * q * (q - p);
  out[3] = p * q * (1 - 6 * p * q);
};

/** η = log(μ / (1 − μ)). */
export const logit: Link = {
  name: "logit",
  mean: expit,
  eta: logOdds,
  slope: (eta) => expit(eta) * expit(-eta),
  valid: (eta) => Number.isFinite(eta),
  onto: (scale) =>
    scale === "logit" ? null : scale === "identity" ? ontoIdentity : impossible("logit", scale),
};
