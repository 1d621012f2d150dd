/**
 * The optimum of repeated measures whose residual covariance is free (`residual: "us(visit | subject)"`). In θ, L's entries, visits that
 * are alike up to a part in a million make a valley as narrow as that; the search goes over A, L = L₀ (I + A), where it is round:
 *
 * 1. L₀ of visits that have a level's effect in common, of the size under which the rows are most likely;
 * 2. steps of EM to a better L₀, each in the coordinates of the one before;
 * 3. Newton in A, from 0, around a new L₀ as long as A is not small.
 */
import { inverseLower, Matrix } from "../../math/dense.ts";
import { denseCholesky, triangleProduct } from "../../math/triangle.ts";
import type { ProfiledDeviance } from "../objective/linear.ts";
import { DevianceAt, type Places, unitPlus, WhitenedDeviance } from "../objective/whitened_deviance.ts";
import { WhitenedRows } from "../objective/whitened_patterns.ts";
import type { FreeFactor } from "../structures/structure.ts";
import { findOptimum } from "./descent.ts";
import type { Optimum, OptimumOptions } from "./optimum.ts";

/** Gain in log-likelihood of a step of EM after which Newton is faster. */
const WORTHWHILE = 0.5;
const MAX_EM = 30;
/** Entries of A up to which the coordinates of L₀ are those of L. */
const NEAR = 0.3;
const MAX_CENTRES = 3;
/** Predicted decrease of the log-likelihood at which Newton ends, 4e-7 standard errors from the optimum: one step more costs little. */
const FINISHED = 1e-13;

/**
 * Null where the model is not of this kind.
 * @param from θ to start from, where there is one
 */
export function freeCovarianceOptimum(
  objective: ProfiledDeviance,
  options: OptimumOptions,
  from: Float64Array | null,
): Optimum | null {
  const rows = WhitenedRows.of(objective.sums);
  return rows && new FreeCovariance(objective, rows, options).optimum(from);
}

class FreeCovariance {
  private readonly factor: FreeFactor;
  private readonly c: number;
  /** Places of A: those of θ without the scale. */
  private readonly places: Places;

  constructor(
    private readonly whole: ProfiledDeviance,
    private readonly rows: WhitenedRows,
    private readonly options: OptimumOptions,
  ) {
    this.c = rows.c;
    this.factor = whole.effects.terms[0].covariance.freeFactor!;
    this.places = this.factor.places.slice(1);
  }

  optimum(from: Float64Array | null): Optimum | null {
    let L = this.expectationMaximisation(from ? this.factor.of(from, 0) : this.start());
    let best: Optimum | null = null, evaluations = 0;
    for (let centre = 0; centre < MAX_CENTRES; centre++) {
      const found = this.around(L);
      if (!found) break; // L is singular: a likelihood without bound
      evaluations += found.evaluations;
      best = { ...this.inTheta(L, found), evaluations };
      if (found.psi.every((a) => Math.abs(a) < NEAR)) break;
      L = this.moved(L, found.psi);
    }
    return best;
  }

  /** The optimum over A; null where L is singular. */
  private around(L: Float64Array): Optimum | null {
    const { places, whole, rows, options: { onProgress } } = this;
    if (!rows.at(L)) return null;
    const options: OptimumOptions = {
      ...this.options,
      moreDescents: 1, // a new centre does more
      tolerance: FINISHED,
      onProgress: onProgress && ((value, evaluations, a, { gradient, hessian, free }) => {
        const { theta, back } = this.toTheta(L, a), inTheta = back.transpose().mmul(hessian).mmul(back);
        const slope = Float64Array.from(
          back.transpose().mmul(Matrix.columnVector([...gradient])).getColumn(0),
        );
        onProgress(value, evaluations, theta, { gradient: slope, hessian: inTheta, free });
      }),
    };
    const problem = {
      objective: new WhitenedDeviance(whole, rows, places, L),
      effects: { terms: [], thetas: places.length },
      thetaAt: 0,
      options,
      held: [],
    };
    return findOptimum(problem, new Float64Array(places.length), Matrix.eye(places.length));
  }

  /** The most likely of D (I + t² 11ᵀ) D, D the visits' deviations or all the same, over powers of ten for t. */
  private start(): Float64Array {
    const { c, whole, rows } = this, deviations = this.deviations(), same = new Float64Array(c).fill(1);
    let best = this.alike(same, 0), least = Infinity;
    for (const D of [same, deviations]) {
      for (let t = 1, before = Infinity; t < 1e12; t *= 10) {
        const L = this.alike(D, t), value = DevianceAt.of(whole, rows, L)?.value ?? Infinity;
        if (value < least) [best, least] = [L, value];
        if (!(value < before)) break;
        before = value;
      }
    }
    return best;
  }

  /** Root mean squares of the residuals, position by position. */
  private deviations(): Float64Array {
    const { whole: { sums: { rows, effects: { terms: [{ term }] } } }, c } = this;
    const of = Array.from({ length: c }, (): number[] => []);
    rows!.y.forEach((v, i) => of[term.position!.codes[i]].push(v));
    const sd = Float64Array.from(of, (v) => Math.sqrt(v.reduce((s, r) => s + r * r, 0) / v.length));
    return sd.every((v) => v > 0) ? sd : sd.fill(1);
  }

  /** The factor of D (I + t² 11ᵀ) D: of what is common, a position leaves those after it t²/(1 + t²). */
  private alike(D: Float64Array, t: number): Float64Array {
    const { c, factor: { places } } = this,
      L = new Float64Array(c * c),
      common = new Float64Array(c).fill(t * t);
    for (let j = 0; j < c; j++) {
      const left = common[j], own = Math.sqrt(1 + left);
      for (const [i, k] of places) {
        if (k !== j) continue;
        L[j * c + i] = D[i] * (i === j ? own : left / own);
        common[i] = left / (1 + left);
      }
    }
    return L;
  }

  /** L after steps of EM: L Lᵀ is replaced by its expectation given the rows. */
  private expectationMaximisation(start: Float64Array): Float64Array {
    let L = start, before = Infinity;
    for (let step = 0; step < MAX_EM; step++) {
      const here = DevianceAt.of(this.whole, this.rows, L);
      if (!here || !(here.value < before - WORTHWHILE)) break;
      const M = this.atPlaces(here.expected());
      if (!denseCholesky(M, this.c)) break;
      L = triangleProduct(L, M, this.c);
      before = here.value;
    }
    return L;
  }

  /** The entries of a symmetric matrix that L has. */
  private atPlaces(S: Float64Array): Float64Array {
    const { c } = this, out = new Float64Array(c * c);
    for (const [i, j] of this.factor.places) out[j * c + i] = S[j * c + i];
    return out;
  }

  /** L (I + A). */
  private moved(L: Float64Array, a: Float64Array): Float64Array {
    return triangleProduct(L, unitPlus(a, this.places, this.c), this.c);
  }

  /** θ of A, ∂θ/∂A, which does not depend on A, and its inverse; columns of L with a negative diagonal change their sign. */
  private toTheta(L: Float64Array, a: Float64Array) {
    const { c, places } = this, moved = this.moved(L, a), size = places.length, J = Matrix.zeros(size, size);
    const sign = (j: number) => Math.sign(moved[j * (c + 1)]) || 1;
    const turned = moved.map((v, k) => v * sign(Math.floor(k / c)));
    places.forEach(([i, j], k) =>
      places.forEach(([r, s], l) => {
        if (s === j) J.set(k, l, sign(j) * (i >= r ? L[r * c + i] : 0) / moved[0]);
      })
    );
    return { theta: Float64Array.from(this.factor.theta(turned)), J, back: inverseLower(J) };
  }

  /** The optimum over A as one over θ. */
  private inTheta(L: Float64Array, found: Optimum): Optimum {
    const { theta, J, back } = this.toTheta(L, found.psi),
      hessian = back.transpose().mmul(found.hessian).mmul(back);
    return {
      ...found,
      psi: theta,
      hessian,
      covariance: J.mmul(found.covariance).mmul(J.transpose()),
      flat: {
        ...found.flat,
        directions: found.flat.directions.map((d) =>
          Float64Array.from(J.mmul(Matrix.columnVector([...d])).getColumn(0))
        ),
      },
    };
  }
}
