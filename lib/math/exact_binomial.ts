/** The exact binomial test. */
import { pbinom, qbeta } from "./distributions.ts";
import { lchoose } from "./gamma_function.ts";

/** Two-sided p-value and the Clopper–Pearson interval of the probability. */
export interface BinomialTest {
  readonly pValue: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Tests successes of n against probability p: two-sided, the probability of all outcomes that are not more likely than the
 * observed one (within rounding), as R's binom.test; "greater" and "less" one tail.
 * Source: Clopper & Pearson (1934), Biometrika 26:404–413; reference cases `dharma_*`.
 */
export function binomialTest(
  successes: number,
  n: number,
  p: number,
  alternative: "two.sided" | "greater" | "less" = "two.sided",
  level = 0.95,
): BinomialTest {
  const above = (k: number) => k <= 0 ? 1 : pbinom(k - 1, n, p, false),
    below = (k: number) => k < 0 ? 0 : pbinom(k, n, p);
  const pValue = alternative === "greater"
    ? above(successes)
    : alternative === "less"
    ? below(successes)
    : twoSided(successes, n, p, above, below);
  const a = (1 - level) / 2;
  return {
    pValue: Math.min(1, pValue),
    low: successes === 0 ? 0 : qbeta(a, successes, n - successes + 1),
    high: successes === n ? 1 : qbeta(1 - a, successes + 1, n - successes),
  };
}

function twoSided(
  x: number,
  n: number,
  p: number,
  above: (k: number) => number,
  below: (k: number) => number,
): number {
  if (p === 0 || p === 1) return Number(x === n * p);
  const density = (k: number) => lchoose(n, k) + k * Math.log(p) + (n - k) * Math.log1p(-p);
  const limit = density(x) + 1e-7, mean = n * p;
  if (x === mean) return 1;
  if (x < mean) { // the first k ≥ mean that is not more likely than x
    const first = bisect(Math.ceil(mean), n + 1, (k) => density(k) <= limit);
    return below(x) + (first > n ? 0 : above(first));
  }
  const last = Math.floor(mean) -
    bisect(0, Math.floor(mean) + 1, (k) => density(Math.floor(mean) - k) <= limit);
  return above(x) + below(last);
}

/** Smallest k in [from, to) that has the property, which holds from some k on; `to` when none has. */
function bisect(from: number, to: number, has: (k: number) => boolean): number {
  let low = from, high = to;
  while (low < high) {
    const mid = Math.floor((low + high) / 2);
    if (has(mid)) high = mid;
    else low = mid + 1;
  }
  return low;
}
