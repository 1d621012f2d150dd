/** Derivatives by central differences, where an exact first derivative is at hand and the second is wanted. */
import { Matrix } from "./dense.ts";
import type { KnownCurvature, PartOfObjective } from "./minimize.ts";

/** Writes a gradient at x. */
type Gradient = (x: Float64Array, out: Float64Array) => void;

/**
 * Hessian from an exact gradient: H_ij ≈ (g_i(x + h_j e_j) − g_i(x − h_j e_j)) / 2h_j, symmetrised. Error O(h²).
 * @param steps h_j, a small fraction of each variable's scale.
 * @param known rows that are known and not looked for
 * @param part what costs little: the rest is differenced to one side, with an error O(h) of its own
 */
export function hessianFromGradient(
  gradient: Gradient,
  x: Float64Array,
  steps: Float64Array,
  known: KnownCurvature = { at: [], curvature: Matrix.zeros(0, 0) },
  part?: PartOfObjective,
): Matrix {
  const p = x.length, H = Matrix.zeros(p, p);
  const unknown = Array.from(x.keys()).filter((j) => !known.at.includes(j));
  const slope = part ? oneSided(gradient, part, x) : central(gradient, p);
  for (const j of unknown) {
    const column = slope(x, j, steps[j]);
    for (const i of unknown) H.set(i, j, column[i]);
  }
  known.at.forEach((i, a) => known.at.forEach((j, b) => H.set(i, j, known.curvature.get(a, b))));
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < i; j++) {
      const mean = (H.get(i, j) + H.get(j, i)) / 2;
      H.set(i, j, mean);
      H.set(j, i, mean);
    }
  }
  return H;
}

/** ∂g/∂x_j from both sides. */
function central(gradient: Gradient, p: number) {
  const up = new Float64Array(p), down = new Float64Array(p);
  return (x: Float64Array, j: number, h: number) => {
    gradient(moved(x, j, h), up);
    gradient(moved(x, j, -h), down);
    return up.map((v, i) => (v - down[i]) / (2 * h));
  };
}

/** The same of a function c whose Hessian is known, and of g − ∇c from x to one side. */
function oneSided(gradient: Gradient, part: PartOfObjective, x: Float64Array) {
  const [here, partHere, up, partUp] = Array.from({ length: 4 }, () => new Float64Array(x.length));
  gradient(x, here);
  part.gradient(x, partHere);
  const H = part.hessian(x);
  return (x: Float64Array, j: number, h: number) => {
    const above = moved(x, j, h);
    gradient(above, up);
    part.gradient(above, partUp);
    return up.map((v, i) => H.get(i, j) + (v - partUp[i] - (here[i] - partHere[i])) / h);
  };
}

function moved(x: Float64Array, j: number, h: number): Float64Array {
  const at = x.slice();
  at[j] += h;
  return at;
}
