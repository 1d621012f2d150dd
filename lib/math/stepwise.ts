/** Adjusted p-values that need nothing but the p-values. */

/** Methods that adjust p-values alone. */
export type StepwiseName = "bonferroni" | "holm" | "hochberg" | "hommel" | "BH" | "fdr" | "BY";

/** Their names. */
export const STEPWISE: readonly StepwiseName[] = [
  "bonferroni",
  "holm",
  "hochberg",
  "hommel",
  "BH",
  "fdr",
  "BY",
];

/**
 * Adjusted p-values of m tests: the smallest level at which each is rejected.
 *
 * @param m number of tests, where some have no p-value: these count as never rejected
 *
 * bonferroni, holm, hochberg and hommel control the chance of any false rejection; BH (= fdr) and BY the share of false
 * rejections, BY under any dependence.
 *
 * Source: Holm (1979); Hochberg (1988); Hommel (1988); Benjamini & Hochberg (1995); Benjamini & Yekutieli (2001);
 * Wright (1992), Adjusted p-values for simultaneous inference, Biometrics 48:1005–1013.
 */
export function stepwise(name: StepwiseName, p: readonly number[], m = p.length): number[] {
  const order = [...p.keys()].sort((a, b) => p[a] - p[b]), sorted = order.map((i) => p[i]);
  const adjusted = METHODS[name](sorted, m), out = new Array<number>(p.length);
  order.forEach((i, rank) => out[i] = Math.min(1, adjusted[rank]));
  return out;
}

type Adjust = (sorted: readonly number[], m: number) => number[];

const METHODS: Readonly<Record<StepwiseName, Adjust>> = {
  bonferroni: (p, m) => p.map((v) => m * v),
  holm: (p, m) => runningMax(p.map((v, i) => (m - i) * v)),
  hochberg: (p, m) => runningMin(p.map((v, i) => (m - i) * v)),
  hommel,
  BH: falseDiscovery,
  fdr: falseDiscovery,
  BY: (p, m) => falseDiscovery(p.map((v) => v * harmonic(m)), m),
};

function falseDiscovery(p: readonly number[], m: number): number[] {
  return runningMin(p.map((v, i) => m / (i + 1) * v));
}

function runningMax(values: readonly number[]): number[] {
  let most = -Infinity;
  return values.map((v) => most = Math.max(most, v));
}

/** 1 + 1/2 + … + 1/m. */
function harmonic(m: number): number {
  let sum = 0;
  for (let i = 1; i <= m; i++) sum += 1 / i;
  return sum;
}

/** Smallest of each value and those after it. */
function runningMin(values: readonly number[]): number[] {
  const out = [...values];
  for (let i = out.length - 2; i >= 0; i--) out[i] = Math.min(out[i], out[i + 1]);
  return out;
}

/** The closed test of all Simes tests (Wright 1992, appendix). */
function hommel(sorted: readonly number[], n: number): number[] {
  const p = [...sorted, ...new Array(n - sorted.length).fill(1)], a = [...p];
  for (let m = n; m > 1; m--) {
    let least = Infinity;
    for (let i = n - m + 1; i < n; i++) least = Math.min(least, m * p[i] / (m + i + 1 - n));
    for (let i = 0; i < n; i++) a[i] = Math.max(a[i], i > n - m ? least : Math.min(least, m * p[i]));
  }
  return a;
}
