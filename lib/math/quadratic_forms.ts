/** Distributions of quadratic forms in normal variables, Q = Σ λ_j z_j². */
import { pchisq } from "./distributions.ts";

/**
 * P(Σ λ_j z_j² < 0) for λ of both signs, by numerical inversion:
 * ½ − (1/π) ∫ sin θ(u) / (u ρ(u)) du, θ = ½ Σ atan(λ_j u), ρ = Π (1 + λ_j² u²)^¼. Made for dozens of λ or more, where ρ grows fast.
 * Source: Imhof (1961), Biometrika 48:419–426, eq. 3.2.
 */
export function negativeProbability(lambda: Float64Array): number {
  let largest = 0;
  for (const l of lambda) largest = Math.max(largest, Math.abs(l));
  if (largest === 0) return 0;
  const scaled = lambda.map((l) => l / largest);
  const integrand = (u: number) => {
    let theta = 0, logRho = 0;
    for (let j = 0; j < scaled.length; j++) {
      const v = scaled[j] * u;
      theta += Math.atan(v);
      logRho += Math.log1p(v * v);
    }
    return u === 0 ? scaled.reduce((s, l) => s + l, 0) / 2 : Math.sin(theta / 2) / u * Math.exp(-logRho / 4);
  };
  let end = 1;
  while (tailBound(scaled, end) > 1e-12 && end < 1e6) end *= 1.5;
  return Math.min(1, Math.max(0, 0.5 - simpson(integrand, 0, end, 1e-11) / Math.PI));
}

/** Size of the integrand beyond u. */
function tailBound(lambda: Float64Array, u: number): number {
  let logRho = 0;
  for (const l of lambda) logRho += Math.log1p(l * l * u * u);
  return Math.exp(-logRho / 4);
}

/** Adaptive Simpson quadrature. */
function simpson(f: (x: number) => number, from: number, to: number, tolerance: number): number {
  const rule = (a: number, fa: number, fm: number, b: number, fb: number) => (b - a) / 6 * (fa + 4 * fm + fb);
  const refine = (
    a: number,
    fa: number,
    m: number,
    fm: number,
    b: number,
    fb: number,
    whole: number,
    eps: number,
    depth: number,
  ): number => {
    const left = (a + m) / 2, right = (m + b) / 2, fl = f(left), fr = f(right);
    const first = rule(a, fa, fl, m, fm), second = rule(m, fm, fr, b, fb);
    const gap = first + second - whole;
    if (depth <= 0 || Math.abs(gap) < 15 * eps) return first + second + gap / 15;
    return refine(a, fa, left, fl, m, fm, first, eps / 2, depth - 1) +
      refine(m, fm, right, fr, b, fb, second, eps / 2, depth - 1);
  };
  const panels = 32;
  let sum = 0;
  for (let p = 0; p < panels; p++) {
    const a = from + (to - from) * (p / panels) ** 3,
      b = from + (to - from) * ((p + 1) / panels) ** 3,
      m = (a + b) / 2;
    const fa = f(a), fm = f(m), fb = f(b);
    sum += refine(a, fa, m, fm, b, fb, rule(a, fa, fm, b, fb), tolerance / panels, 40);
  }
  return sum;
}

/** Most terms of the mixture. */
const MOST_TERMS = 2000;

/**
 * P(Σ λ_j z_j² > q) for λ_j > 0, as a mixture of chi-square tails: Σ a_k P(χ²_{m+2k} > q/β), all terms positive, so small
 * probabilities keep their digits. Eigenvalues below 2 % of the largest count as 2 %.
 * Source: Ruben (1962), Ann. Math. Stat. 33:542–570; recursion as in Farebrother (1984), Appl. Stat. 33:332–339.
 */
export function positiveTail(lambda: ArrayLike<number>, q: number): number {
  const largest = Math.max(...Array.from(lambda));
  if (!(largest > 0)) return q > 0 ? 0 : 1;
  const l = Array.from(lambda, (v) => Math.max(v, 0.02 * largest)), m = l.length, beta = Math.min(...l);
  const ratio = l.map((v) => 1 - beta / v), powers = ratio.slice();
  const a = [Math.exp(l.reduce((s, v) => s + Math.log(beta / v) / 2, 0))], g: number[] = [];
  let mass = a[0], tail = a[0] * pchisq(q / beta, m, false);
  for (let k = 1; k < MOST_TERMS && mass < 1 - 1e-13; k++) {
    g.push(powers.reduce((s, v) => s + v, 0) / 2);
    let sum = 0;
    for (let r = 0; r < k; r++) sum += g[k - r - 1] * a[r];
    a.push(sum / k);
    for (let j = 0; j < m; j++) powers[j] *= ratio[j];
    mass += a[k];
    tail += a[k] * pchisq(q / beta, m + 2 * k, false);
  }
  return Math.min(1, tail + Math.max(0, 1 - mass));
}
