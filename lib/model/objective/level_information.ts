/**
 * Second derivatives of the profiled deviance of a model of one grouping factor, from sums over its levels. With D, e, k and S as in
 * level_deviance.ts and Ġ_j = ∂(T Tᵀ)/∂θ_j
 *
 *   ∂_j∂_l ≈ ⟨∂_jT, D ∂_lT⟩ + ½ [Σ (Ġ_j e)ᵀS Ġ_l e − Σ_r (Σ k_rᵀĠ_j e)(Σ k_rᵀĠ_l e)]/σ² − (Σ eᵀĠ_j e)(Σ eᵀĠ_l e)/2Nσ⁴
 *
 * of which all but the first is the average information (Gilmour, Thompson & Cullis 1995, Biometrics 51) with σ² profiled out.
 */
import { Matrix } from "../../math/dense.ts";
import { vectors } from "../../math/dense_rows.ts";
import type { LevelSums } from "./level_sums.ts";

/** The second derivatives at one T after the other, in storage that is used again. */
export class LevelInformation {
  private readonly c: number;
  /** Of every θ_j: Ġ_j, Σ S Ġ_j eeᵀ and D ∂_jT, and the sums Σ k_rᵀĠ_j e of every column r. */
  private readonly G: readonly Float64Array[];
  private readonly turned: readonly Float64Array[];
  private readonly curved: readonly Float64Array[];
  private readonly onColumns: readonly Float64Array[];
  private readonly linear: Float64Array;

  /** @param derivatives ∂T/∂θ_j */
  constructor(
    private readonly derivatives: readonly Float64Array[],
    private readonly p: number,
    private readonly N: number,
  ) {
    const k = derivatives.length, { length } = derivatives[0];
    this.c = Math.sqrt(length);
    [this.G, this.turned, this.curved] = [0, 1, 2].map(() => vectors(k, length));
    this.onColumns = vectors(k, p);
    this.linear = new Float64Array(k);
  }

  at(T: Float64Array, D: Float64Array, s2: number, { ee, ke, eeS }: LevelSums): Matrix {
    const { derivatives, p, N, c, G, turned, curved, onColumns, linear } = this, k = derivatives.length;
    for (let j = 0; j < k; j++) {
      symmetricProduct(derivatives[j], T, c, G[j]);
      contract(eeS, G[j], c, turned[j]);
      multiply(D, derivatives[j], c, curved[j]);
      linear[j] = inner(G[j], ee, 0);
      for (let r = 0; r < p; r++) onColumns[j][r] = inner(G[j], ke, r * c * c);
    }
    const C = Matrix.zeros(k, k);
    for (let j = 0; j < k; j++) {
      for (let l = 0; l <= j; l++) {
        const information = inner(turned[j], G[l], 0) - inner(onColumns[j], onColumns[l], 0);
        const average = (information / s2 - linear[j] * linear[l] / (N * s2 * s2)) / 2;
        C.set(j, l, average + inner(derivatives[j], curved[l], 0));
        C.set(l, j, C.get(j, l));
      }
    }
    return C;
  }
}

/** Σ x_i y_{at + i}. */
function inner(x: Float64Array, y: Float64Array, at: number): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[at + i];
  return sum;
}

/** out ← A Tᵀ + T Aᵀ of lower-triangular A and T. */
function symmetricProduct(A: Float64Array, T: Float64Array, c: number, out: Float64Array) {
  out.fill(0);
  for (let k = 0; k < c; k++) {
    for (let j = k; j < c; j++) {
      for (let i = k; i < c; i++) {
        const v = A[k * c + i] * T[k * c + j];
        out[j * c + i] += v;
        out[i * c + j] += v;
      }
    }
  }
}

/** out_bj ← Σ_ai X_(ab)(ij) G_ia. */
function contract(X: Float64Array, G: Float64Array, c: number, out: Float64Array) {
  out.fill(0);
  for (let a = 0, at = 0; a < c; a++) {
    for (let b = 0; b < c; b++) {
      for (let i = 0; i < c; i++) {
        const f = G[i * c + a];
        for (let j = 0; j < c; j++) out[b * c + j] += X[at++] * f;
      }
    }
  }
}

/** out ← D A. */
export function multiply(D: Float64Array, A: Float64Array, c: number, out: Float64Array) {
  out.fill(0);
  for (let j = 0; j < c; j++) {
    for (let k = 0; k < c; k++) {
      const f = A[j * c + k];
      if (f !== 0) { for (let i = 0; i < c; i++) out[j * c + i] += f * D[k * c + i]; }
    }
  }
}
