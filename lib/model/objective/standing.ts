/** Where an objective stands, as plain data: what a model is read from, without another evaluation. */
export interface Standing {
  /** Spherical modes û. */
  readonly u: Float64Array;
  /** What a Gaussian objective profiles out: γ, σ² in the response's unit, and the Cholesky factor of QᵀV⁻¹Q. */
  readonly profiled?: { readonly gamma: Float64Array; readonly s2: number; readonly factor: number[][] };
}
