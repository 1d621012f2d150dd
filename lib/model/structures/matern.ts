import { logBesselK } from "../../math/bessel.ts";
import { digamma, lgamma } from "../../math/gamma_function.ts";
import { byDistance, type Correlogram } from "./by_distance.ts";
import type { Shown, TermShape } from "./structure.ts";

/**
 * `mat(0 + numFactor(x, y) | g)`, `mat(…, smoothness = 1.5)`: the Matérn correlation
 *
 *     ρ = 2^{1−ν} uᵛ K_ν(u) / Γ(ν),   u = √(2ν) d/r,   dρ/du = −2^{1−ν} uᵛ K_{ν−1}(u) / Γ(ν)
 *
 * whose field is as often differentiable as its smoothness ν says; ν = ½ is `exp`, ν → ∞ is `gau` of range √2 r (Stein 1999,
 * section 2.10; Rasmussen & Williams 2006, eq. 4.14). The range is that of glmmTMB times √(2ν): so it says the same whatever ν is, and the
 * two hardly depend on each other. θ = (σ, log(r/d̄), log ν).
 */
export const mat = byDistance("mat", "Matérn in the distance", (term) => {
  const held = smoothnessOf(term), p = held === null ? NaN : held - 0.5;
  if (Number.isInteger(p) && p <= MOST_TERMS) return byPolynomial(p);
  const nuOf = (shape: number) => held ?? Math.exp(shape);
  const K = new Float64Array(2);
  const constant = (nu: number, u: number) => (1 - nu) * Math.LN2 + nu * Math.log(u) - lgamma(nu);
  const correlogram: Correlogram = {
    at(h, shape) {
      if (h === 0) return 1;
      const nu = nuOf(shape), u = Math.sqrt(2 * nu) * h;
      if (nu > SMOOTH) return nearlyGaussian(nu, h);
      if (u > FAR || nu < ROUGH) return 0;
      logBesselK(nu, u, K);
      return Math.exp(constant(nu, u) + K[0]);
    },
    slopes(h, shape) {
      if (h === 0) return [0, 0];
      const nu = nuOf(shape), root = Math.sqrt(2 * nu), u = root * h, c = constant(nu, u);
      if (nu > SMOOTH) return slopesThere(nu, h);
      if (u > FAR || nu < ROUGH) return [0, 0];
      logBesselK(nu - 1, u, K);
      const inU = -Math.exp(c + K[0]);
      logBesselK(nu, u, K);
      const inNu = Math.exp(c + K[0]) * (Math.log(u / 2) - digamma(nu) + K[1]) + inU * h / root;
      return [inU * root, nu * inNu];
    },
    onSphere: held !== null && held <= 0.5, // Gneiting (2013), Bernoulli 19, table 1
  };
  return held === null ? { ...correlogram, shape: smoothness } : correlogram;
}, ["smoothness"]);

/** Beyond this nothing is left of a correlation. */
const FAR = 1e6;

/** Below this ν nothing is left of one between different positions: it is of the order of −ν log ν. */
const ROUGH = 1e-18;

/** Terms up to which a polynomial is used. */
const MOST_TERMS = 10;

/**
 * The same where ν = p + ½ (Rasmussen & Williams 2006, eq. 4.16):
 *
 *     ρ = e⁻ᵘ p!/(2p)! Σ_i (p + i)!/(i! (p − i)!) (2u)^{p−i},   dρ/du = −u ρ_{ν−1}(u)/(2ν − 2),  of ν = ½ −e⁻ᵘ
 */
function byPolynomial(p: number): Correlogram {
  const whole = terms(p), lower = p > 0 ? terms(p - 1) : [], root = Math.sqrt(2 * p + 1);
  return {
    at: (h) => root * h > FAR ? 0 : Math.exp(-root * h) * horner(whole, root * h),
    slopes(h) {
      const u = root * h;
      if (u > FAR) return [0, 0];
      return [-root * Math.exp(-u) * (p > 0 ? u * horner(lower, u) / (2 * p - 1) : 1), 0];
    },
    onSphere: p === 0,
  };
}

/** The coefficients of 1, u, u², … . */
function terms(p: number): number[] {
  return Array.from({ length: p + 1 }, (_, k) => { // of u^k, i = p − k
    let c = 2 ** k;
    for (let j = k + 1; j <= p; j++) c *= j; // p!/k!
    for (let j = 2 * p - k + 1; j <= 2 * p; j++) c /= j; // (2p − k)!/(2p)!
    for (let j = 2; j <= p - k; j++) c /= j; // 1/(p − k)!
    return c;
  });
}

function horner(c: readonly number[], u: number): number {
  let sum = 0;
  for (let k = c.length - 1; k >= 0; k--) sum = sum * u + c[k];
  return sum;
}

/**
 * From here on the correlation is by its expansion in 1/ν: it is that of exp(−h²G/2) over G ~ inverse gamma (ν, ν), whose first two
 * cumulants give log ρ = −(1 + 1/ν) h²/2 + h⁴/(8ν) up to terms in 1/ν².
 */
const SMOOTH = 2e4;

const nearlyGaussian = (nu: number, h: number): number =>
  Math.exp(-(1 + 1 / nu) * h * h / 2 + Math.min(h, 10) ** 4 / (8 * nu));

/** Its derivatives in h and in log ν. */
function slopesThere(nu: number, h: number): [number, number] {
  const rho = nearlyGaussian(nu, h);
  return [rho * (-(1 + 1 / nu) * h + h ** 3 / (2 * nu)), rho * (h * h / 2 - h ** 4 / 8) / nu];
}

const smoothness = (structure: string, at: number): Shown & { kind: "own" } => ({
  kind: "own",
  name: `smoothness__${structure}`,
  label: "smoothness",
  meaning: "smoothness",
  latex: "\\nu",
  range: [0, Infinity],
  at,
  value: Math.exp,
  slope: Math.exp,
  theta: Math.log,
  limit: {
    beyond: 4, // ν above 55 or below 0.02
    means: (up) =>
      up
        ? "The field is as smooth as one of gau(…), which would do."
        : "Neighbouring positions are as good as independent.",
  },
});

/** The smoothness that a term holds. @throws RangeError where it is not positive */
function smoothnessOf({ label, arguments: given }: TermShape): number | null {
  if (given.smoothness === undefined) return null;
  const value = given.smoothness;
  if (typeof value === "number" && value > 0 && value <= 50) return value;
  throw new RangeError(
    `Cannot use mat(${label}): smoothness = ${value} has to be a number above 0 and at most 50`,
  );
}
