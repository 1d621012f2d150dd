/** Structures whose correlation is a function of the distance over a range: one standard deviation, one range. */
import { choleskyAdjoint, denseCholesky, triangularSolve } from "../../math/triangle.ts";
import { coordinates, coordinatesOf } from "./positions.ts";
import type { Covariance, Extension, Shown, Structure, TermShape } from "./structure.ts";

/** A correlation function of h = distance / range, with its derivative in h. */
export type Correlogram = (h: number) => { readonly r: number; readonly slope: number };

/** The structure of a correlogram over positions with coordinates. */
export function byDistance(name: string, meaning: string, correlogram: Correlogram): Structure {
  return { name, meaning, bind: (term) => new Field(name, term, correlogram) };
}

/** T = σ chol R(r): a random field at the positions of one level. */
class Field implements Covariance {
  readonly width: number;
  readonly thetas = 2;
  readonly freedom = "scalar";
  readonly linear = false;
  readonly edges = [{ at: 0, column: [0], idle: [1] }];
  readonly shown: readonly Shown[];
  private readonly places: readonly (readonly number[])[];
  /** Distances in units of a typical one, column-major. */
  private readonly distance: Float64Array;
  private readonly typical: number;
  /** chol R at the last range asked for. */
  private readonly factor: Float64Array;
  private at = NaN;

  constructor(
    readonly structure: string,
    private readonly term: TermShape,
    private readonly correlogram: Correlogram,
  ) {
    const places = this.places = coordinates(structure, term), c = this.width = places.length;
    this.distance = new Float64Array(c * c);
    let sum = 0;
    for (let j = 0; j < c; j++) {
      for (let i = 0; i < c; i++) sum += this.distance[j * c + i] = between(places[i], places[j]);
    }
    const typical = this.typical = sum > 0 ? sum / (c * Math.max(1, c - 1)) : 1;
    for (let k = 0; k < c * c; k++) this.distance[k] /= typical;
    this.factor = new Float64Array(c * c);
    this.shown = [
      { kind: "sd", name: `sd__${structure}`, label: structure, of: 0, at: 0 },
      {
        kind: "own",
        name: `range__${structure}`,
        label: "range",
        meaning: "range",
        latex: "r",
        range: [0, Infinity],
        at: 1,
        value: (t) => typical * Math.exp(t),
        slope: (t) => typical * Math.exp(t),
        theta: (range) => Math.log(range / typical),
        limit: {
          beyond: 8, // a range of 3,000 times the typical distance, or less than a 3,000th of it
          means: (up, group) =>
            up
              ? `The effects of a level are as good as one for all its positions, (1 | ${group}).`
              : "The positions are as good as independent.",
        },
      },
    ];
  }

  start(sd: readonly number[]): number[] {
    return [Math.sqrt(sd.reduce((s, v) => s + v * v, 0) / sd.length), Math.log(1 / 3)];
  }

  fill(theta: Float64Array, at: number, T: Float64Array): void {
    this.factorAt(theta[at + 1]);
    for (let k = 0; k < T.length; k++) T[k] = theta[at] * this.factor[k];
  }

  pullback(theta: Float64Array, at: number, D: Float64Array, gradient: Float64Array): void {
    this.factorAt(theta[at + 1]);
    const { factor: L, distance, width: c } = this,
      range = Math.exp(theta[at + 1]),
      onFactor = new Float64Array(c * c);
    for (let j = 0; j < c; j++) {
      for (let i = j; i < c; i++) {
        gradient[at] += D[j * c + i] * L[j * c + i];
        onFactor[j * c + i] = theta[at] * D[j * c + i];
      }
    }
    const S = choleskyAdjoint(L, onFactor, c);
    let sum = 0;
    for (let j = 0; j < c; j++) {
      for (let i = j + 1; i < c; i++) {
        const h = distance[j * c + i] / range;
        sum += 2 * S[j * c + i] * this.correlogram(h).slope * -h;
      }
    }
    gradient[at + 1] += sum;
  }

  near(T: Float64Array): number[] {
    const { width: c, distance } = this;
    const covariance = (i: number, j: number) => {
      let s = 0;
      for (let k = 0; k <= Math.min(i, j); k++) s += T[k * c + i] * T[k * c + j];
      return s;
    };
    let variance = 0;
    for (let i = 0; i < c; i++) variance += covariance(i, i) / c;
    if (!(variance > 0) || c < 2) return [Math.sqrt(Math.max(0, variance)), Math.log(1 / 3)];
    const misfit = (t: number) => {
      let sum = 0;
      for (let i = 1; i < c; i++) {
        for (let j = Math.max(0, i - NEIGHBOURS); j < i; j++) {
          sum += (covariance(i, j) / variance - this.correlogram(distance[j * c + i] / Math.exp(t)).r) ** 2;
        }
      }
      return sum;
    };
    return [Math.sqrt(variance), lowest(misfit, -6, 6)];
  }

  extend(theta: Float64Array, at: number, position: string): Extension {
    const { places, term, width: c } = this, here = coordinatesOf(this.structure, term.label, position);
    if (here.length !== places[0].length) {
      throw new RangeError(
        `Cannot predict at "${position}" in (${term.label}): it has ${here.length} coordinates, the fit ${
          places[0].length
        }`,
      );
    }
    this.factorAt(theta[at + 1]);
    const range = this.typical * Math.exp(theta[at + 1]);
    const r = Float64Array.from(places, (place) => this.correlogram(between(place, here) / range).r);
    const half = triangularSolve(this.factor, r.slice(), c, false),
      weight = triangularSolve(this.factor, half.slice(), c, true);
    return {
      index: places.map((_, k) => k),
      weight: [...weight],
      variance: theta[at] ** 2 * Math.max(0, 1 - half.reduce((s, v) => s + v * v, 0)),
    };
  }

  private factorAt(t: number): void {
    if (t === this.at) return;
    const { width: c, distance, factor } = this, range = Math.exp(t);
    for (let j = 0; j < c; j++) {
      for (let i = 0; i < c; i++) {
        factor[j * c + i] = i < j ? 0 : this.correlogram(distance[j * c + i] / range).r;
      }
    }
    denseCholesky(factor, c);
    this.at = t;
  }
}

/** Positions before it with which a position is compared when a range is guessed. */
const NEIGHBOURS = 40;

function between(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(...a.map((v, k) => v - (b[k] ?? NaN)));
}

/** Minimum of a function of one variable on a grid, refined by golden section. */
function lowest(f: (t: number) => number, from: number, to: number): number {
  const steps = 48, width = (to - from) / steps;
  let best = from, value = f(from);
  for (let k = 1; k <= steps; k++) {
    const next = f(from + k * width);
    if (next < value) [best, value] = [from + k * width, next];
  }
  let [a, b] = [best - width, best + width];
  const golden = (Math.sqrt(5) - 1) / 2;
  while (b - a > 1e-13 * Math.max(1, Math.abs(a))) {
    const x = b - golden * (b - a), y = a + golden * (b - a);
    if (f(x) <= f(y)) b = y;
    else a = x;
    if (x >= y) break;
  }
  return (a + b) / 2;
}
