/**
 * Modified Bessel functions of the second kind, of real order, and their derivative in the order. Written here because the libraries of npm have
 * integer orders only, and no derivative.
 *
 *     eˣ K_ν(x) = ∫₀^∞ exp(−x (cosh t − 1)) cosh νt dt
 *
 * by the trapezoidal rule: the integrand is analytic for |Im t| < π/2, so that a step of h leaves a relative error of about
 * exp(−π²/h), and, about a peak of width w = (ν² + x²)^{−1/4}, of exp(−2π²w²/h²) (Trefethen & Weideman 2014, SIAM Review
 * 56:385–458, section 5; DLMF 10.32.9).
 */
const STEP = 0.2, SHARE_OF_PEAK = 0.65;

/** (log K_ν(x), ∂ log K_ν(x)/∂ν) for x > 0, into `out`. */
export function logBesselK(order: number, x: number, out: Float64Array): void {
  const nu = Math.abs(order), step = Math.min(STEP, SHARE_OF_PEAK / Math.sqrt(Math.hypot(nu, x)));
  const most = Math.round(Math.asinh(nu / x) / step), top = exponent(nu, x, most * step); // sinh t = ν/x at the peak
  let sum = 0, slope = 0;
  for (const direction of [1, -1]) { // the exponent is concave: from its peak both ways, as far as anything is left
    for (let k = direction > 0 ? most : most - 1; k >= 0; k += direction) {
      const t = k * step, e = exponent(nu, x, t) - top;
      if (!(e >= -42)) break; // also where something is not a number
      const f = Math.exp(e) / 2, back = Math.exp(-2 * nu * t); // cosh νt = e^{νt}(1 + e^{−2νt})/2
      sum += (k === 0 ? 0.5 : 1) * f * (1 + back);
      slope += f * t * (1 - back);
    }
  }
  out[0] = Math.log(sum * step) + top - x;
  out[1] = Math.sign(order) * slope / sum;
}

/** −x (cosh t − 1) + νt. */
function exponent(nu: number, x: number, t: number): number {
  return -2 * x * Math.sinh(t / 2) ** 2 + nu * t;
}
