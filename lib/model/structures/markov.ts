/**
 * Stationary Markov processes over times: cov(v_s, v_t) = ρ(|s − t|) with ρ(a + b) = ρ(a) ρ(b). Every cell is a node, coupled to its
 * neighbours in time alone: with ρ of a gap and q = 1 − ρ², the gap adds ρ²/q to the diagonal at both of its ends, −ρ/q between them
 * and −log q to log|P|, beside ones on the diagonal.
 */
import type { Extension, Precision } from "./structure.ts";
import type { Timeline } from "./timeline.ts";

/** ρ of a gap, q = 1 − ρ², and dρ in the one parameter. */
export interface Step {
  readonly rho: number;
  readonly q: number;
  readonly slope: number;
}

/** @param step at θ, of a gap */
export function markovPrecision(
  line: Timeline,
  step: (theta: Float64Array, at: number, gap: number) => Step,
  parameter: number,
): Precision {
  const { later, earlier, gapOf, gaps, cells } = line, nodes = cells.position.length, pairs = later.length;
  const counts = new Float64Array(gaps.length);
  gapOf.forEach((g) => counts[g]++);
  const end = new Float64Array(gaps.length), link = new Float64Array(gaps.length);
  return {
    nodes,
    rows: later.map((a, e) => Math.max(a, earlier[e])),
    cols: later.map((a, e) => Math.min(a, earlier[e])),
    unequal: false,
    fill(theta, at, values) {
      let logDet = 0;
      gaps.forEach((gap, g) => {
        const { rho, q } = step(theta, at, gap);
        logDet -= counts[g] * Math.log(q);
        end[g] = rho * rho / q;
        link[g] = -rho / q;
      });
      values.fill(1, 0, nodes);
      for (let e = 0; e < pairs; e++) {
        values[later[e]] += end[gapOf[e]];
        values[earlier[e]] += end[gapOf[e]];
        values[nodes + e] = link[gapOf[e]];
      }
      return logDet;
    },
    pullback(theta, at, D, logDet, gradient) { // d(ρ²/q) = 2ρρ′/q², d(ρ/q) = ρ′(1 + ρ²)/q²
      end.fill(0);
      link.fill(0);
      for (let e = 0; e < pairs; e++) {
        end[gapOf[e]] += D[later[e]] + D[earlier[e]];
        link[gapOf[e]] += D[nodes + e];
      }
      gaps.forEach((gap, g) => {
        const { rho, q, slope } = step(theta, at, gap);
        gradient[at + parameter] += slope *
          (logDet * counts[g] * 2 * rho / q + (end[g] * 2 * rho - link[g] * (1 + rho * rho)) / (q * q));
      });
    },
  };
}

/** E(b_t | b) from the neighbours in time of a level, which say all. @param variance of b */
export function markovExtension(
  line: Timeline,
  level: number,
  t: number,
  variance: number,
  step: (gap: number) => Pick<Step, "rho" | "q">,
): Extension {
  const { before, after } = line.around(level, t), next = [before, after].filter((k) => k >= 0);
  const near = next.map((k) => step(Math.abs(line.timeOf(k) - t)));
  if (next.length < 2) {
    return { index: next, weight: near.map(({ rho }) => rho), variance: variance * (near[0]?.q ?? 1) };
  }
  const [a, b] = near, { q } = step(line.timeOf(after) - line.timeOf(before));
  return { index: next, weight: [a.rho * b.q / q, b.rho * a.q / q], variance: variance * a.q * b.q / q };
}
