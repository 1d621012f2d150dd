/** Comparison arrows: one length for each mean, such that two means differ where their arrows do not overlap. */
import { estimateContrasts } from "./estimate_contrasts.ts";
import { type Estimates, groupsBy, rowLabels, selectRows } from "./estimates.ts";
import { linearNumbers, numbersOf } from "./estimates_table.ts";

/** Arrows of a table of means. */
export interface ComparisonArrows {
  /** Ends of the arrow of each mean on the scale of the table; NaN where the mean has none. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Pairs whose arrows say something else than their test, as names. */
  readonly misleading: readonly (readonly [string, string])[];
}

/** Rounds of weighting up the pairs that are shown wrongly. */
const ROUNDS = 60, SWEEPS = 200;

/**
 * With dᵢⱼ the difference of two means and cᵢⱼ its critical value (half of Tukey's simultaneous interval), lengths h ≥ 0 with
 * hᵢ + hⱼ near cᵢⱼ: least squares over all pairs, the pairs on which hᵢ + hⱼ < |dᵢⱼ| disagrees with cᵢⱼ < |dᵢⱼ| weighted up until none is
 * left. In balanced designs hᵢ = c/2 exactly. What cannot be told by one length for each mean is named.
 *
 * Source: Goldstein & Healy (1995), J. R. Stat. Soc. A 158:175–177; Hsu & Peruggia (1994), J. Comput. Graph. Stat. 3:143–161.
 */
export function comparisonArrows(e: Estimates): ComparisonArrows {
  const n = e.rows.rows, low = new Float64Array(n).fill(NaN), high = low.slice();
  const { estimate } = linearNumbers(e), labels = rowLabels(e, e.by), misleading: [string, string][] = [];
  const mean = e.type === "response" && e.scale ? e.scale.mean : (eta: number) => eta;
  for (const group of groupsBy(e, e.by)) {
    const rows = group.filter((i) => Number.isFinite(estimate[i]));
    if (rows.length < 2) continue;
    const pairs = criticalPairs(e, rows, estimate), h = lengths(rows.length, pairs);
    rows.forEach((i, k) => {
      const ends = [mean(estimate[i] - h[k]), mean(estimate[i] + h[k])];
      low[i] = Math.min(...ends);
      high[i] = Math.max(...ends);
    });
    for (const pair of pairs.filter((pair) => disagrees(h, pair))) {
      misleading.push([labels[rows[pair.a]], labels[rows[pair.b]]]);
    }
  }
  return { low, high, misleading };
}

/** Two means of a group, their distance and the distance from which it is significant. */
interface CriticalPair {
  readonly a: number;
  readonly b: number;
  readonly distance: number;
  readonly critical: number;
}

function criticalPairs(e: Estimates, rows: readonly number[], estimate: Float64Array): CriticalPair[] {
  const linear: Estimates = { ...selectRows(e, rows), by: [], type: "link" };
  const { low, high } = numbersOf(estimateContrasts(linear, "pairwise", { by: [] }), "tukey", {
    null: 0,
    delta: 0,
    side: "two-sided",
  });
  const pairs: CriticalPair[] = [];
  for (let a = 0, k = 0; a < rows.length; a++) {
    for (let b = a + 1; b < rows.length; b++, k++) {
      const critical = (high[k] - low[k]) / 2;
      if (critical > 0) {
        pairs.push({ a, b, distance: Math.abs(estimate[rows[a]] - estimate[rows[b]]), critical });
      }
    }
  }
  return pairs;
}

function disagrees(h: Float64Array, { a, b, distance, critical }: CriticalPair): boolean {
  return (h[a] + h[b] < distance) !== (critical < distance);
}

/** min Σ w (hₐ + h_b − c)² over h ≥ 0, by one length at a time. */
function lengths(n: number, pairs: readonly CriticalPair[]): Float64Array {
  const weight = new Float64Array(pairs.length).fill(1), h = new Float64Array(n);
  for (let round = 0; round < ROUNDS; round++) {
    for (let sweep = 0; sweep < SWEEPS; sweep++) if (improve(h, pairs, weight) < 1e-10) break;
    const wrong = pairs.flatMap((pair, k) => disagrees(h, pair) ? [k] : []);
    if (wrong.length === 0) break;
    for (const k of wrong) weight[k] *= 1.5;
  }
  return h;
}

/** Each length at its best, the others given; returns the largest change, relatively. */
function improve(h: Float64Array, pairs: readonly CriticalPair[], weight: Float64Array): number {
  const sum = new Float64Array(h.length), total = new Float64Array(h.length);
  let change = 0;
  for (let i = 0; i < h.length; i++) {
    pairs.forEach(({ a, b, critical }, k) => {
      if (a !== i && b !== i) return;
      sum[i] += weight[k] * (critical - h[a === i ? b : a]);
      total[i] += weight[k];
    });
    const next = Math.max(0, sum[i] / total[i]);
    change = Math.max(change, Math.abs(next - h[i]) / (next || 1));
    h[i] = next;
  }
  return change;
}
