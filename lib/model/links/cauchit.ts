import { ontoFromMean } from "./from_mean.ts";
import { impossible } from "./impossible.ts";
import type { Link } from "./link.ts";

/** ½ + arctan(η)/π, without cancellation in the lower tail. */
const mean = (eta: number) => Math.atan2(1, -eta) / Math.PI;

/** μ′ = 1/(π(1 + η²)), μ″ = −2ημ′/(1 + η²), μ‴ = (6η² − 2)μ′/(1 + η²)². */
function jet(eta: number, out: Float64Array): void {
  const r = 1 / (1 + eta * eta), slope = r / Math.PI;
  out[0] = mean(eta);
  out[1] = slope;
  out[2] = -2 * eta * r * slope;
  out[3] = (6 * eta * eta - 2) * r * r * slope;
}

/** log μ − log(1 − μ), of which the smaller probability is found first: the function is odd, its second derivative too. */
const ontoLogit = (() => {
  const onto = ontoFromMean(jet)("logit");
  return (eta: number, out: Float64Array) => {
    onto(-Math.abs(eta), out);
    if (eta > 0) {
      out[0] = -out[0];
      out[2] = -out[2];
    }
  };
})();

/** η = tan(π(μ − ½)): the quantile of a Cauchy distribution, with the heaviest tails. */
export const cauchit: Link = {
  name: "cauchit",
  mean,
  eta: (mu) =>
    !(mu >= 0 && mu <= 1) ? NaN : mu < 0.5 ? -1 / Math.tan(Math.PI * mu) : 1 / Math.tan(Math.PI * (1 - mu)),
  slope: (eta) => 1 / (Math.PI * (1 + eta * eta)),
  valid: (eta) => Number.isFinite(eta),
  onto: (scale) => scale === "logit" ? ontoLogit : scale === "identity" ? jet : impossible("cauchit", scale),
};
