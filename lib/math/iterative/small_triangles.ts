/** Triangular solves with the small blocks of a block matrix. */

/** x ← L⁻¹x for the lower-triangular n × n block of L that begins at `at`. */
export function forward(L: Float64Array, at: number, n: number, x: Float64Array, from: number) {
  for (let j = 0; j < n; j++) {
    const v = x[from + j] /= L[at + j * n + j];
    for (let i = j + 1; i < n; i++) x[from + i] -= v * L[at + j * n + i];
  }
}

/** x ← L⁻ᵀx. */
export function backward(L: Float64Array, at: number, n: number, x: Float64Array, from: number) {
  for (let j = n - 1; j >= 0; j--) {
    let v = x[from + j];
    for (let i = j + 1; i < n; i++) v -= L[at + j * n + i] * x[from + i];
    x[from + j] = v / L[at + j * n + j];
  }
}
