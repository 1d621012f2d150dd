import type { Composition, Link } from "./link.ts";

const ontoLog: Composition = (eta, out) => {
  const r = 1 / eta;
  out[0] = Math.log(eta);
  out[1] = r;
  out[2] = -r * r;
  out[3] = 2 * r * r * r;
};

const ontoLogit: Composition = (eta, out) => {
  const r = 1 / eta, s = 1 / (1 - eta);
  out[0] = Math.log(eta) - Math.log1p(-eta);
  out[1] = r + s;
  out[2] = s * s - r * r;
  out[3] = 2 * (r * r * r + s * s * s);
};

/** η = μ. For positive means η > 0, for probabilities 0 < η < 1. */
export const identity: Link = {
  name: "identity",
  mean: (eta) => eta,
  eta: (mu) => mu,
  slope: () => 1,
  valid: (eta, scale) =>
    scale === "identity" ? Number.isFinite(eta) : eta > 0 && (scale === "log" || eta < 1),
  onto: (scale) => scale === "identity" ? null : scale === "log" ? ontoLog : ontoLogit,
};
