import { impossible } from "./impossible.ts";
import type { Composition, Link } from "./link.ts";

const ontoIdentity: Composition = (eta, out) => {
  out[0] = eta * eta;
  out[1] = 2 * eta;
  out[2] = 2;
  out[3] = 0;
};

const ontoLog: Composition = (eta, out) => {
  const r = 1 / eta;
  out[0] = 2 * Math.log(eta);
  out[1] = 2 * r;
  out[2] = -2 * r * r;
  out[3] = 4 * r * r * r;
};

/** η = √μ, η > 0. */
export const sqrt: Link = {
  name: "sqrt",
  mean: (eta) => eta * eta,
  eta: (mu) => Math.sqrt(mu),
  slope: (eta) => 2 * eta,
  valid: (eta) => Number.isFinite(eta) && eta > 0,
  onto: (scale) =>
    scale === "identity" ? ontoIdentity : scale === "log" ? ontoLog : impossible("sqrt", scale),
};
