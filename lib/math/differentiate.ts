/** Derivatives by central differences, where an exact first derivative is at hand and the second is wanted. */
import { Matrix } from "./dense.ts";
import type { KnownCurvature, PartOfObjective } from "./minimize.ts";

/** Share of a curvature that is differenced to one side: an error of a thousandth of it is not seen. */
const SMALL = 0.01;

/** Writes a gradient at x. */
type Gradient = (x: Float64Array, out: Float64Array) => void;

/**
 * Hessian from an exact gradient: H_ij ≈ (g_i(x + h_j e_j) − g_i(x − h_j e_j)) / 2h_j, symmetrised. Error O(h²).
 * @param steps h_j, a small fraction of each variable's scale.
 * @param known rows that are known and not looked for
 * @param part what costs little: the rest is differenced to one side, with an error O(h) of its own, where it is a small share
 * @param toOneSide everything from x to one side, with an error O(h): half as many gradients
 */
export function hessianFromGradient(
  gradient: Gradient,
  x: Float64Array,
  steps: Float64Array,
  known: KnownCurvature = { at: [], curvature: Matrix.zeros(0, 0) },
  part?: PartOfObjective,
  toOneSide = false,
): Matrix {
  const p = x.length, H = Matrix.zeros(p, p);
  const unknown = Array.from(x.keys()).filter((j) => !known.at.includes(j));
  const slope = part ? besides(part, gradient, x) : toOneSide ? forward(gradient, x) : central(gradient, p);
  const exact: boolean[] = [];
  for (const j of unknown) {
    const { column, toBothSides } = slope(x, j, steps[j]);
    for (const i of unknown) H.set(i, j, column[i]);
    exact[j] = toBothSides;
  }
  known.at.forEach((i, a) => known.at.forEach((j, b) => H.set(i, j, known.curvature.get(a, b))));
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < i; j++) {
      const byColumn = H.get(i, j), byRow = H.get(j, i); // where one of them is to one side, the other
      const value = exact[i] === exact[j] ? (byColumn + byRow) / 2 : exact[j] ? byColumn : byRow;
      H.set(i, j, value);
      H.set(j, i, value);
    }
  }
  return H;
}

/** ∂g/∂x_j, and whether by differences to both sides. */
interface Slope {
  readonly column: Float64Array;
  readonly toBothSides: boolean;
}

/** ∂g/∂x_j from both sides. */
function central(gradient: Gradient, p: number) {
  const up = new Float64Array(p), down = new Float64Array(p);
  return (x: Float64Array, j: number, h: number): Slope => {
    gradient(moved(x, j, h), up);
    gradient(moved(x, j, -h), down);
    return { column: up.map((v, i) => (v - down[i]) / (2 * h)), toBothSides: true };
  };
}

/** ∂g/∂x_j from x to one side. */
function forward(gradient: Gradient, x: Float64Array) {
  const here = new Float64Array(x.length), up = here.slice();
  gradient(x, here);
  return (x: Float64Array, j: number, h: number): Slope => {
    const at = moved(x, j, h), apart = at[j] - x[j]; // h, as far as x_j has digits
    gradient(at, up);
    return { column: up.map((v, i) => (v - here[i]) / apart), toBothSides: false };
  };
}

/** The same of a function c whose Hessian is known, and of g − ∇c from x to one side, or to both where that is no small share of the curvature. */
function besides(part: PartOfObjective, gradient: Gradient, x: Float64Array) {
  const known = new Float64Array(x.length), H = part.hessian(x);
  const rest = (at: Float64Array) => {
    const out = new Float64Array(x.length);
    gradient(at, out);
    part.gradient(at, known);
    return out.map((v, i) => v - known[i]);
  };
  const here = rest(x);
  return (x: Float64Array, j: number, h: number): Slope => {
    const up = rest(moved(x, j, h)), share = (up[j] - here[j]) / h;
    const toBothSides = !(Math.abs(share) <= SMALL * Math.abs(H.get(j, j) + share));
    const other = toBothSides ? rest(moved(x, j, -h)) : here, apart = toBothSides ? 2 * h : h;
    return { column: up.map((v, i) => H.get(i, j) + (v - other[i]) / apart), toBothSides };
  };
}

function moved(x: Float64Array, j: number, h: number): Float64Array {
  const at = x.slice();
  at[j] += h;
  return at;
}
