/** Structures that are standard deviations times a correlation matrix: one for all positions, or one for each. */
import { choleskyAdjoint, denseCholesky, triangleGram } from "../../math/triangle.ts";
import { deviations } from "./coefficients.ts";
import type { Covariance, Edge, Extension, Shown, SquareForm } from "./structure.ts";

/** A correlation matrix R(φ) of c positions. Matrices are column-major; of R the lower triangle counts. */
export interface CorrelationModel {
  /** φ of independence, or near it; its length is their number. */
  readonly start: readonly number[];
  fill(phi: Float64Array, at: number, R: Float64Array): void;
  /** gradient[at + j] += ⟨∂R/∂φ_j, S⟩ for a symmetric S. */
  pullback(phi: Float64Array, at: number, S: Float64Array, gradient: Float64Array): void;
  /** φ of a member near R (all of it given); exactly that of `fill`'s R. */
  near(R: Float64Array): number[];
  /** The parameters as people read them. @param at where φ begins in θ */
  shown(at: number): Shown[];
  /** φ at ends of what R can be; absent where that is either side of every parameter. */
  readonly ends?: readonly (readonly number[])[];
  /**
   * R is positive definite, but smooth fields over many places are so nearly singular that rounding leaves them no factor: R + εI has
   * one, with the smallest of these ε that suffices. Absent where R has to be exact, in the residual's place.
   */
  readonly added?: readonly number[];
  /** Expectation of an effect at a new position, and the variance about it, where all variances are 1. */
  extend?(phi: Float64Array, at: number, position: string, factor: Float64Array): Extension;
}

/** T = diag(|s|) chol R(φ), θ = (s, φ). */
export class ScaledCorrelation implements Covariance {
  readonly width: number;
  readonly thetas: number;
  readonly freedom: "diagonal" | "scalar";
  readonly linear = false;
  readonly edges: readonly Edge[];
  readonly shown: readonly Shown[];
  readonly ends?: Covariance["ends"];
  readonly extend?: Covariance["extend"];
  readonly square: SquareForm;
  /** Number of standard deviations: 1 for all, or one each. */
  private readonly sds: number;
  /** chol R at the φ last asked for. */
  private readonly factor: Float64Array;
  private readonly phi: Float64Array;

  /**
   * @param names of the positions or coefficients
   * @param each whether every one has a standard deviation of its own
   * @param positions whether they are positions, which are not rescaled
   */
  constructor(
    readonly structure: string,
    names: readonly string[],
    each: boolean,
    positions: boolean,
    private readonly model: CorrelationModel,
  ) {
    const c = this.width = names.length, sds = this.sds = each ? c : 1, phis = model.start.length;
    this.thetas = sds + phis;
    this.freedom = each && !positions ? "diagonal" : "scalar";
    const all = Array.from({ length: phis }, (_, j) => sds + j);
    this.edges = Array.from({ length: sds }, (_, i) => ({
      at: i,
      column: [i],
      idle: !each || c < 3 ? all : [], // of two, a correlation means nothing without either
      ...(each ? { stays: true } : {}),
    }));
    this.shown = [
      ...(each
        ? deviations(names)
        : [{ kind: "sd", name: `sd__${structure}`, label: structure, of: 0, at: 0 } as const]),
      ...model.shown(sds),
    ];
    if (model.ends) this.ends = model.ends.map((phi) => phi.map((v, j) => [sds + j, v]));
    this.factor = new Float64Array(c * c);
    this.phi = new Float64Array(phis).fill(NaN);
    this.square = {
      fill: (theta, at, S) => this.fillSquare(theta, at, S),
      pullback: (theta, at, D, gradient) => this.pullbackSquare(theta, at, D, gradient),
    };
    if (model.extend && !each) this.extend = (theta, at, position) => this.beyond(theta, at, position);
  }

  start(sd: readonly number[]): number[] {
    const common = Math.sqrt(sd.reduce((s, v) => s + v * v, 0) / sd.length);
    return [...(this.sds === 1 ? [common] : sd), ...this.model.start];
  }

  fill(theta: Float64Array, at: number, T: Float64Array): void {
    const L = this.factorAt(theta, at), { width: c, sds } = this;
    for (let j = 0; j < c; j++) {
      for (let i = 0; i < c; i++) T[j * c + i] = i < j ? 0 : Math.abs(theta[at + i % sds]) * L[j * c + i];
    }
  }

  pullback(theta: Float64Array, at: number, D: Float64Array, gradient: Float64Array): void {
    const L = this.factorAt(theta, at), { width: c, sds } = this, onFactor = new Float64Array(c * c);
    for (let j = 0; j < c; j++) {
      for (let i = j; i < c; i++) {
        const s = theta[at + i % sds], d = D[j * c + i];
        gradient[at + i % sds] += (s < 0 ? -d : d) * L[j * c + i];
        onFactor[j * c + i] = Math.abs(s) * d;
      }
    }
    if (this.phi.length > 0) this.model.pullback(theta, at + sds, choleskyAdjoint(L, onFactor, c), gradient);
  }

  private fillSquare(theta: Float64Array, at: number, S: Float64Array): void {
    const { width: c, sds } = this, s = (i: number) => Math.abs(theta[at + i % sds]);
    this.model.fill(theta, at + sds, S);
    for (let j = 0; j < c; j++) for (let i = j; i < c; i++) S[j * c + i] *= s(i) * s(j);
  }

  private pullbackSquare(theta: Float64Array, at: number, D: Float64Array, gradient: Float64Array): void {
    const { width: c, sds } = this, s = (i: number) => Math.abs(theta[at + i % sds]);
    const R = new Float64Array(c * c), onR = new Float64Array(c * c), onSd = new Float64Array(sds);
    this.model.fill(theta, at + sds, R);
    for (let j = 0; j < c; j++) {
      for (let i = j; i < c; i++) {
        const d = D[j * c + i], v = d * R[j * c + i] * (i === j ? 1 : 2);
        onSd[i % sds] += v * s(j);
        onSd[j % sds] += v * s(i);
        onR[j * c + i] = onR[i * c + j] = d * s(i) * s(j);
      }
    }
    for (let i = 0; i < sds; i++) gradient[at + i] += theta[at + i] < 0 ? -onSd[i] : onSd[i];
    if (this.phi.length > 0) this.model.pullback(theta, at + sds, onR, gradient);
  }

  near(T: Float64Array): number[] {
    const { width: c } = this, R = triangleGram(T, c);
    const sd = Array.from({ length: c }, (_, i) => Math.sqrt(R[i * c + i]));
    const common = Math.sqrt(sd.reduce((s, v) => s + v * v, 0) / c), own = this.sds > 1 || c === 1;
    const scale = (i: number) => (own ? sd[i] : common) || 1;
    for (let j = 0; j < c; j++) for (let i = 0; i < c; i++) R[j * c + i] /= scale(i) * scale(j);
    for (let i = 0; i < c; i++) if (sd[i] === 0) R[i * c + i] = 1;
    return [...(own ? sd : [common]), ...this.model.near(R)];
  }

  private beyond(theta: Float64Array, at: number, position: string): Extension {
    const found = this.model.extend!(theta, at + this.sds, position, this.factorAt(theta, at));
    return { ...found, variance: theta[at] ** 2 * found.variance };
  }

  /** chol R, NaN where R is not positive definite. */
  private factorAt(theta: Float64Array, at: number): Float64Array {
    const { phi, factor, model, width: c, sds } = this;
    let same = !Number.isNaN(factor[0]) && factor[0] > 0;
    for (let j = 0; j < phi.length; j++) {
      if (phi[j] !== theta[at + sds + j]) same = false;
      phi[j] = theta[at + sds + j];
    }
    if (same) return factor;
    for (const more of [0, ...model.added ?? []]) {
      model.fill(theta, at + sds, factor);
      for (let i = 0; i < c; i++) factor[i * c + i] += more;
      if (denseCholesky(factor, c)) break;
    }
    return factor;
  }
}
