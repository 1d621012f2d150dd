/** Structures whose correlation is a function of the distance over a range: one standard deviation, one range, perhaps a shape. */
import { triangularSolve } from "../../math/triangle.ts";
import { type Distance, distanceOf } from "./distance.ts";
import { coordinates, coordinatesOf } from "./positions.ts";
import { type CorrelationModel, ScaledCorrelation } from "./scaled_correlation.ts";
import type { Extension, Shown, Structure, TermShape } from "./structure.ts";

/** A correlation function of h = distance / range, perhaps with a shape parameter; θ of the shape is any real number. */
export interface Correlogram {
  /** The correlation at h ≥ 0. */
  at(h: number, shape: number): number;
  /** Its derivatives in h and in θ of the shape. */
  slopes(h: number, shape: number): readonly [number, number];
  /** The shape where it is estimated; absent where there is none, or where it is held. */
  readonly shape?: (structure: string, at: number) => Shown & { kind: "own" };
  /** It stays positive definite with distances along the earth's surface. */
  readonly onSphere: boolean;
}

/** The structure of a correlogram over positions with coordinates. @param correlogram made of the term, whose arguments it may need
 * @param more names of these */
export function byDistance(
  name: string,
  meaning: string,
  correlogram: (term: TermShape) => Correlogram,
  more: readonly string[] = [],
): Structure {
  return {
    name,
    meaning,
    arguments: ["distance", ...more],
    bind(term) {
      const field = new Field(name, term, correlogram(term));
      return new ScaledCorrelation(name, term.names, false, true, field);
    },
  };
}

/** Range, in typical distances, from which a search begins. */
const START = Math.log(1 / 3);

/** Of 1: beside rounding errors of a factor, and below what a log-likelihood shows. */
const ADDED = [1e-13, 1e-12, 1e-11, 1e-10];

/** Correlations of a random field at the positions of one level; φ = (log(r/d̄), shape), d̄ a typical distance. */
class Field implements CorrelationModel {
  readonly start: readonly number[];
  readonly added?: CorrelationModel["added"];
  readonly extend?: CorrelationModel["extend"];
  private readonly places: readonly (readonly number[])[];
  /** Distances in units of a typical one, column-major. */
  private readonly distance: Float64Array;
  private readonly between: Distance;
  private readonly typical: number;
  private readonly c: number;

  constructor(
    private readonly structure: string,
    private readonly term: TermShape,
    private readonly correlogram: Correlogram,
  ) {
    const places = this.places = coordinates(structure, term), c = this.c = places.length;
    this.between = distanceOf(structure, term, places, correlogram.onSphere);
    this.distance = new Float64Array(c * c);
    let sum = 0;
    for (let j = 0; j < c; j++) {
      for (let i = 0; i < c; i++) sum += this.distance[j * c + i] = this.between(places[i], places[j]);
    }
    this.typical = sum > 0 ? sum / (c * Math.max(1, c - 1)) : 1;
    for (let k = 0; k < c * c; k++) this.distance[k] /= this.typical;
    if (!term.residual) this.added = ADDED;
    this.start = correlogram.shape ? [START, 0] : [START];
    this.extend = (phi, at, position, factor) => this.beyond(phi, at, position, factor);
  }

  fill(phi: Float64Array, at: number, R: Float64Array): void {
    const { c, distance, correlogram } = this, range = Math.exp(phi[at]), shape = phi[at + 1];
    for (let j = 0; j < c; j++) {
      R[j * c + j] = 1;
      for (let i = j + 1; i < c; i++) R[j * c + i] = correlogram.at(distance[j * c + i] / range, shape);
    }
  }

  pullback(phi: Float64Array, at: number, S: Float64Array, gradient: Float64Array): void {
    const { c, distance, correlogram } = this, range = Math.exp(phi[at]), shape = phi[at + 1];
    let byRange = 0, byShape = 0;
    for (let j = 0; j < c; j++) {
      for (let i = j + 1; i < c; i++) {
        const h = distance[j * c + i] / range, [inH, inShape] = correlogram.slopes(h, shape);
        byRange -= 2 * S[j * c + i] * inH * h;
        byShape += 2 * S[j * c + i] * inShape;
      }
    }
    gradient[at] += byRange;
    if (correlogram.shape) gradient[at + 1] += byShape;
  }

  /** Least squares over pairs of near positions: a grid of ranges and shapes, then Gauss–Newton steps. */
  near(R: Float64Array): number[] {
    const { c, distance, correlogram } = this, free = this.start.length, pairs: number[] = [];
    for (let i = 1; i < c; i++) for (let j = Math.max(0, i - NEIGHBOURS); j < i; j++) pairs.push(j * c + i);
    const misfit = ([t, shape]: readonly number[]) =>
      pairs.reduce((s, k) => s + (R[k] - correlogram.at(distance[k] / Math.exp(t), shape)) ** 2, 0);
    let phi = [...this.start], value = misfit(phi);
    for (let t = -6; t <= 6; t += 0.25) {
      for (const shape of free > 1 ? [-1, 0, 1] : [0]) {
        const next = misfit([t, shape]);
        if (next < value) [phi, value] = [[t, shape].slice(0, free), next];
      }
    }
    for (let step = 0; step < 50; step++) {
      const next = this.newton(R, pairs, phi);
      let f = 1;
      const at = () => phi.map((v, j) => v + f * next[j]);
      while (f > 1e-6 && !(misfit(at()) < value)) f /= 2;
      if (f <= 1e-6) break;
      phi = at();
      value = misfit(phi);
    }
    return phi;
  }

  private newton(R: Float64Array, pairs: readonly number[], [t, shape]: readonly number[]): number[] {
    let aa = 0, ab = 0, bb = 0, a = 0, b = 0;
    for (const k of pairs) {
      const h = this.distance[k] / Math.exp(t), [inH, inShape] = this.correlogram.slopes(h, shape);
      const x = -inH * h, rest = R[k] - this.correlogram.at(h, shape);
      aa += x * x;
      ab += x * inShape;
      bb += inShape * inShape;
      a += x * rest;
      b += inShape * rest;
    }
    if (this.start.length < 2) return [aa > 0 ? a / aa : 0];
    const ridge = 1e-9 * (aa + bb); // a single pair does not tell range and shape apart
    const det = (aa + ridge) * (bb + ridge) - ab * ab;
    return det > 0 ? [((bb + ridge) * a - ab * b) / det, ((aa + ridge) * b - ab * a) / det] : [0, 0];
  }

  shown(at: number): Shown[] {
    const { structure, typical, correlogram } = this;
    const range: Shown = {
      kind: "own",
      name: `range__${structure}`,
      label: "range",
      meaning: "range",
      latex: "r",
      range: [0, Infinity],
      at,
      value: (t) => typical * Math.exp(t),
      slope: (t) => typical * Math.exp(t),
      theta: (range) => Math.log(range / typical),
      limit: {
        beyond: 8, // a range of 3,000 times the typical distance, or less than a 3,000th of it
        means: (up, group, grows) =>
          up
            ? grows
              ? "So does its standard deviation: the data say how much positions differ, and not where that ends."
              : `The effects of a level are as good as one for all its positions, (1 | ${group}).`
            : "The positions are as good as independent.",
      },
    };
    return correlogram.shape ? [range, correlogram.shape(structure, at + 1)] : [range];
  }

  private beyond(phi: Float64Array, at: number, position: string, factor: Float64Array): Extension {
    const { places, term, c } = this, here = coordinatesOf(this.structure, term.label, position);
    if (here.length !== places[0].length) {
      throw new RangeError(
        `Cannot predict at "${position}" in (${term.label}): it has ${here.length} coordinates, the fit ${
          places[0].length
        }`,
      );
    }
    const range = this.typical * Math.exp(phi[at]);
    const r = Float64Array.from(
      places,
      (place) => this.correlogram.at(this.between(place, here) / range, phi[at + 1]),
    );
    const half = triangularSolve(factor, r.slice(), c, false),
      weight = triangularSolve(factor, half.slice(), c, true);
    return {
      index: places.map((_, k) => k),
      weight: [...weight],
      variance: Math.max(0, 1 - half.reduce((s, v) => s + v * v, 0)),
    };
  }
}

/** Positions before it with which a position is compared when a range is guessed. */
const NEIGHBOURS = 40;
