/** Quasi-Newton updates of an approximate Hessian B by a step s and the change y of the gradient along it (Nocedal & Wright 2006, 6.1 and 18.3). */
import { type Matrix, timesVector } from "./dense.ts";
import { dot } from "./vectors.ts";

/** B ← B + (y yᵀ)/(yᵀs) − (B s sᵀB)/(sᵀBs), with Powell's (1978) damping of y so that B stays positive definite; B is written to. */
export function bfgs(B: Matrix, s: Float64Array, y: Float64Array): void {
  const p = s.length, Bs = timesVector(B, s), sBs = dot(s, Bs), sy = dot(s, y);
  if (!(sBs > 1e-300)) return; // a step of nothing
  const keep = sy >= 0.1 * sBs ? 1 : 0.9 * sBs / (sBs - sy);
  const r = y.map((v, i) => keep * v + (1 - keep) * Bs[i]), sr = dot(s, r);
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < p; j++) B.set(i, j, B.get(i, j) + r[i] * r[j] / sr - Bs[i] * Bs[j] / sBs);
  }
}
