import { type ContrastMethod, positions } from "./contrast_method.ts";

const NAMES = ["linear", "quadratic", "cubic", "quartic"];
/** Highest degree: beyond, nobody can say what the curve means. */
const MOST = 6;

/** Orthogonal polynomials over equally spaced levels, with the smallest whole coefficients, as tables print them. */
export const poly: ContrastMethod = {
  name: "poly",
  adjust: "none",
  combinations(labels) {
    const k = labels.length, all = positions(0, k);
    return positions(1, Math.min(MOST, k - 1) + 1).map((degree) => ({
      name: NAMES[degree - 1] ?? `degree ${degree}`,
      index: all,
      coefficient: orthogonalPolynomial(k, degree),
    }));
  },
};

/**
 * Discrete Chebyshev (Gram) polynomial at x = 0 … k − 1, divided by the greatest common divisor of its values:
 *
 *     t_n(x) = Σ_j (−1)^{n−j} C(k−1−j, n−j) C(n+j, n) C(x, j)
 *
 * Whole numbers of any length, so that nothing is rounded.
 *
 * Source: Szegő (1975), Orthogonal polynomials, section 2.8.
 */
function orthogonalPolynomial(k: number, n: number): number[] {
  const values = positions(0, k).map((x) =>
    positions(0, n + 1).reduce((sum, j) => {
      const term = choose(k - 1 - j, n - j) * choose(n + j, n) * choose(x, j);
      return (n - j) % 2 === 0 ? sum + term : sum - term;
    }, 0n)
  );
  const divisor = values.reduce(commonDivisor, 0n);
  return values.map((value) => Number(value / divisor));
}

function choose(n: number, k: number): bigint {
  if (k < 0 || k > n) return 0n;
  let out = 1n;
  for (let i = 1; i <= k; i++) out = out * BigInt(n - k + i) / BigInt(i);
  return out;
}

function commonDivisor(a: bigint, b: bigint): bigint {
  if (b < 0n) b = -b;
  while (b > 0n) [a, b] = [b, a % b];
  return a;
}
