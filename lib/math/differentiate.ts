/** Derivatives by central differences, where an exact first derivative is at hand and the second is wanted. */
import { Matrix } from "./dense.ts";
import type { KnownCurvature } from "./minimize.ts";

/** Writes a gradient at x. */
type Gradient = (x: Float64Array, out: Float64Array) => void;

/**
 * Hessian from an exact gradient: H_ij ≈ (g_i(x + h_j e_j) − g_i(x − h_j e_j)) / 2h_j, symmetrised. Error O(h²).
 * @param steps h_j, a small fraction of each variable's scale.
 * @param known rows that are known and not looked for
 * @param cheap a part of the gradient that costs little: what is left is differenced to one side, with an error O(h) of its own
 */
export function hessianFromGradient(
  gradient: Gradient,
  x: Float64Array,
  steps: Float64Array,
  known: KnownCurvature = { at: [], curvature: Matrix.zeros(0, 0) },
  cheap?: Gradient,
): Matrix {
  const p = x.length, H = Matrix.zeros(p, p);
  const unknown = Array.from(x.keys()).filter((j) => !known.at.includes(j));
  const slope = cheap ? oneSided(gradient, cheap, x) : central(gradient, p);
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

/** The same of the cheap part c of g, and of g − c from x to one side. */
function oneSided(gradient: Gradient, cheap: Gradient, x: Float64Array) {
  const [here, cheapHere, up, cheapUp, cheapDown] = Array.from(
    { length: 5 },
    () => new Float64Array(x.length),
  );
  gradient(x, here);
  cheap(x, cheapHere);
  return (x: Float64Array, j: number, h: number) => {
    const above = moved(x, j, h);
    gradient(above, up);
    cheap(above, cheapUp);
    cheap(moved(x, j, -h), cheapDown);
    return up.map((v, i) =>
      (cheapUp[i] - cheapDown[i]) / (2 * h) + (v - cheapUp[i] - (here[i] - cheapHere[i])) / h
    );
  };
}

function moved(x: Float64Array, j: number, h: number): Float64Array {
  const at = x.slice();
  at[j] += h;
  return at;
}
