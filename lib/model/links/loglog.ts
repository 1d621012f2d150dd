import { cloglog } from "./cloglog.ts";
import { impossible } from "./impossible.ts";
import type { Composition, Link } from "./link.ts";

/** ζ(η) = −ζ_c(−η) on the logit scale, μ(η) = 1 − μ_c(−η): even derivatives change their sign. */
function mirrored(onto: Composition, whole: 0 | 1): Composition {
  return (eta, out) => {
    onto(-eta, out);
    out[0] = whole === 1 ? Math.exp(-Math.exp(-eta)) : -out[0];
    out[2] = -out[2];
  };
}

const ontoIdentity = mirrored(cloglog.onto("identity")!, 1), ontoLogit = mirrored(cloglog.onto("logit")!, 0);

/** η = −log(−log μ), the log-log link: the complementary one of 1 − μ. */
export const loglog: Link = {
  name: "loglog",
  mean: (eta) => Math.exp(-Math.exp(-eta)),
  eta: (mu) => -Math.log(-Math.log(mu)),
  slope: (eta) => Math.exp(-eta - Math.exp(-eta)),
  valid: (eta) => Number.isFinite(eta),
  onto: (scale) =>
    scale === "logit" ? ontoLogit : scale === "identity" ? ontoIdentity : impossible("loglog", scale),
};
