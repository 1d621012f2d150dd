/**
 * A covariance structure maps parameters θ to the lower-triangular template T of one grouping level: the c random
 * coefficients of a level are b = T u with u ~ N(0, I), so cov(b) = T Tᵀ (times σ² in the Gaussian closed form).
 */
export interface Covariance {
  readonly name: string;
  /**
   * Which changes of basis of the c coefficients stay inside the structure: any ("linear"), a rescaling of each
   * ("diagonal"), or one common factor ("scalar"). The engine standardises columns only within this freedom.
   */
  readonly freedom: "linear" | "diagonal" | "scalar";
  /** T is a linear function of θ. */
  readonly linear: boolean;
  /** Number of parameters for c coefficients. */
  count(c: number): number;
  /** θ with T = diag(sd). */
  start(sd: readonly number[]): number[];
  /** Writes T (c × c, column-major, zeros above the diagonal) for θ = theta[at…]. */
  fill(theta: Float64Array, at: number, c: number, T: Float64Array): void;
  /** gradient[at…] += ⟨∂T/∂θ_j, D⟩ for the adjoint D (c × c, column-major) of T. */
  pullback(theta: Float64Array, at: number, c: number, D: Float64Array, gradient: Float64Array): void;
  /** Parameters (relative to the first) that are diagonal entries of T: their sign is free, 0 is the boundary. */
  diagonal(c: number): number[];
  /** θ for a given lower-triangular T; the structure must contain it. */
  fromTemplate(T: Float64Array, c: number): number[];
}
