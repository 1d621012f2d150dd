/**
 * Profile likelihood: for a function ω = f(ψ) of the parameters, ζ(c) = ±√(2(min_{f(ψ)=c} nll − nll̂)) is nearly linear in
 * c, and the interval is where |ζ| stays below its cut-off (Bates & Watts 1988, section 6.1; Bates et al. 2015, §5.2).
 */
import type { Base, Quantity } from "../../model/parameters/parameter.ts";
import { constrained, flatParameters, type Point } from "./constrained.ts";

/** One profiled quantity: limits (NaN where a constrained minimum was not found) and the curve (c, ζ). */
export interface Profile {
  readonly low: number;
  readonly high: number;
  readonly curve: readonly { readonly value: number; readonly zeta: number }[];
}

/** Shares of a standard deviation on the way to none of it: the likelihood changes with its square. */
const TOWARDS_NONE = [0.3, 0.1, 0.01, 0.001];

/** What is profiled. */
interface Profiled {
  readonly base: Base;
  readonly f: Quantity;
  /** The least value where f can be anything; null where it never can, or none was found. */
  readonly anywhere: () => Point | null;
}

/** Profiles one quantity to ζ = ±`cutoff`, within its range (standard deviations end at 0). */
export function profile(
  base: Base,
  f: Quantity,
  se: number,
  cutoff: number,
  range: readonly [number, number],
): Profile {
  const estimate = f.value(base.psi), curve = [{ value: estimate, zeta: 0 }];
  let none: Point | null | undefined;
  const of: Profiled = {
    base,
    f,
    anywhere: () => none === undefined ? none = withoutDeviation(base, f) : none,
  };
  const high = side(of, estimate, se, cutoff, range[1], +1, curve);
  const low = side(of, estimate, se, cutoff, range[0], -1, curve);
  curve.sort((a, b) => a.value - b.value);
  return { low, high, curve };
}

/**
 * Finds c beyond the estimate with |ζ(c)| = cutoff: ζ is nearly linear, so interpolating it converges in a few steps. Where ζ
 * stays below the cutoff, because the edge of the range comes first or the likelihood is flat, the limit is the edge.
 */
function side(
  of: Profiled,
  estimate: number,
  se: number,
  cutoff: number,
  edge: number,
  sign: 1 | -1,
  curve: { value: number; zeta: number }[],
): number {
  const room = Math.abs(edge - estimate);
  if (room < 1e-9) return edge;
  const passed: Reached[] = [{ distance: 0, zeta: 0 }], { base } = of;
  let psi = base.psi, outside: Reached | null = null, distance = Math.min(cutoff * se, (2 * room) / 3);
  for (let k = 0; k < 60; k++) {
    const value = estimate + sign * distance, point = minimumAt(of, value, psi), inside = passed.at(-1)!;
    const zeta = point ? Math.sqrt(Math.max(0, 2 * (point.value - base.value))) : Infinity;
    if (point) curve.push({ value, zeta: sign * zeta });
    if (Math.abs(zeta - cutoff) < 1e-5 * cutoff) return value;
    if (zeta < cutoff) {
      passed.push({ distance, zeta });
      psi = point!.psi;
      if (distance > 0.998 * room || levelsOff(passed, cutoff)) return edge;
    } else outside = { distance, zeta };
    if (outside && outside.distance - inside.distance < 1e-6 * Math.max(se, inside.distance)) break;
    distance = next(passed.at(-1)!, outside, cutoff, room);
  }
  if (outside?.zeta === Infinity) return levelsOff(passed, cutoff, 0.02) ? edge : NaN;
  return estimate + sign * distance;
}

/** A distance from the estimate and |ζ| there. */
interface Reached {
  readonly distance: number;
  readonly zeta: number;
}

/** ζ has hardly grown since a third of the way: the likelihood falls no further, as where observations are separated. */
function levelsOff(passed: readonly Reached[], cutoff: number, share = 1e-4): boolean {
  const last = passed.at(-1)!, before = passed.findLast(({ distance }) => distance <= last.distance / 3);
  return before !== undefined && before.distance > 0 && last.zeta - before.zeta < share * cutoff;
}

/** The next distance to look at: between two points, or further out than the last one. */
function next(inside: Reached, outside: Reached | null, cutoff: number, room: number): number {
  if (outside) return between(inside, outside, cutoff);
  const step = inside.zeta > 0 ? Math.min(3, 1.02 * cutoff / inside.zeta) : 3;
  return Math.min(step * inside.distance, (inside.distance + 999 * room) / 1000);
}

/**
 * min nll subject to f(ψ) = c, from ψ; where that leads nowhere, from a point moved to f = c. A flat parameter has no slope where
 * it stands but may have one nearer to 0 (extra zeros that the free fit does not need), and a standard deviation of 0 has none there
 * but may be larger at another c, so the search starts there too.
 */
function minimumAt({ base, f, anywhere }: Profiled, c: number, psi: Float64Array): Point | null {
  const flat = flatParameters(base);
  const nearer = flat.length > 0 ? psi.map((v, j) => flat.includes(j) ? v / 5 : v) : null;
  const left = base.leave(psi), search = (from: Float64Array | null) => from && constrained(base, f, c, from);
  const moved = () => [psi, base.psi].map((from) => f.move?.(from, c) ?? null);
  if (left) return least([...[psi, nearer, left, ...moved()].map(search), anywhere()]);
  return least([psi, nearer].map(search)) ?? least(moved().map(search)) ?? anywhere();
}

/** The least value where one of the standard deviations behind a correlation is as good as 0: what it has at whatever correlation. */
function withoutDeviation(base: Base, { deviations = [] }: Quantity): Point | null {
  const found = deviations.map((sd) => {
    const of: Profiled = { base, f: sd, anywhere: () => null }, size = sd.value(base.psi);
    let point: Point | null = { psi: base.psi, value: base.value };
    for (const share of TOWARDS_NONE) point = point && minimumAt(of, share * size, point.psi);
    return point;
  });
  return least(found);
}

function least(points: readonly (Point | null)[]): Point | null {
  return points.reduce((a, b) => a === null || (b !== null && b.value < a.value) ? b : a, null);
}

/** Where ζ reaches the cutoff on the line between two points; the middle when one of them has no ζ. */
function between(inside: Reached, outside: Reached, cutoff: number): number {
  const gap = outside.distance - inside.distance;
  if (outside.zeta === Infinity) return inside.distance + gap / 2;
  const share = (cutoff - inside.zeta) / (outside.zeta - inside.zeta);
  return inside.distance + gap * Math.min(0.98, Math.max(0.02, share));
}
