/** The exponent h_j of a term of the Tweedie series (tweedie_series.ts), without cancellation. */
import { binet } from "../../math/binet.ts";
import { log1pmx } from "../../math/special.ts";

const LOG_2PI = Math.log(2 * Math.PI);

/** h of j = λ + gap. */
export function exponent(gap: number, lambda: number, a: number): number {
  const j = lambda + gap;
  return exponentBeside(gap, lambda, a) - binet(j) - binet(j * a);
}

/** h_j + R(j) + R(ja). */
export function exponentBeside(gap: number, lambda: number, a: number): number {
  const j = lambda + gap;
  return -lambda * relative(j / lambda, gap, lambda) -
    j * a * relativeGamma(lambda / j, -gap, j) + 0.5 * Math.log(a) - LOG_2PI;
}

/** ρ log ρ − ρ + 1 for ρ = 1 + gap/unit. */
export function relative(rho: number, gap: number, unit: number): number {
  const e = gap / unit;
  return Math.abs(e) < 0.2 ? (1 + e) * log1pmx(e) + e * e : rho * Math.log(rho) - e;
}

/** t − 1 − log t for t = 1 + gap/unit. */
export function relativeGamma(t: number, gap: number, unit: number): number {
  const e = gap / unit;
  return Math.abs(e) < 0.2 ? -log1pmx(e) : e - Math.log(t);
}
