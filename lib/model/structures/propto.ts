import { choleskyFactor, Matrix, positiveInverse } from "../../math/dense.ts";
import type { Covariance, Extension, Structure, TermShape } from "./structure.ts";
import { needsPositions } from "./positions.ts";

/**
 * `propto(0 + species | g, V)`, V in the option `known`: cov(b) = σ²V for the positions of every group, as in glmmTMB. θ is the standard
 * deviation at the first position, σ√V₁₁.
 */
export const propto: Structure = {
  name: "propto",
  meaning: "proportional to a known covariance",
  arguments: ["1"],
  bind(term): Covariance {
    const { names, label, positions } = term, c = names.length;
    if (!positions) throw needsPositions("propto", label);
    const { labels, covariance } = relationOf(term), place = new Map(labels.map((name, k) => [name, k]));
    const lacking = positions.filter((position) => !place.has(position));
    if (lacking.length > 0) {
      throw new RangeError(
        `Cannot use propto(${label}): the labels of its matrix lack ${lacking.length} of the ${c} levels: ${
          lacking.slice(0, 5).map((name) => `"${name}"`).join(", ")
        }${lacking.length > 5 ? ", …" : ""}`,
      );
    }
    const at = positions.map((position) => place.get(position)!), first = covariance[at[0]][at[0]];
    const V = (i: number, j: number) => covariance[i][j] / first;
    const own = new Matrix(at.map((i) => at.map((j) => V(i, j)))), L = choleskyFactor(own);
    if (!L) throw new RangeError(`Cannot use propto(${label}): its matrix is not positive definite`);
    return {
      structure: "propto",
      width: c,
      thetas: 1,
      freedom: "scalar",
      linear: true,
      edges: [{ at: 0, column: [0], idle: [] }],
      shown: [{
        kind: "sd",
        name: "sd__propto",
        label: "propto",
        of: 0,
        at: 0,
        factor: 1 / Math.sqrt(first),
      }],
      start: (sd) => [Math.sqrt(sd.reduce((s, v) => s + v * v, 0) / own.trace())],
      fill(theta, at, T) {
        for (let j = 0; j < c; j++) {
          for (let i = 0; i < c; i++) {
            T[j * c + i] = i < j ? 0 : theta[at] * L.get(i, j);
          }
        }
      },
      pullback(_theta, at, D, gradient) {
        for (let j = 0; j < c; j++) for (let i = j; i < c; i++) gradient[at] += D[j * c + i] * L.get(i, j);
      },
      near: (T) => [Math.sqrt(T.reduce((s, v) => s + v * v, 0) / own.trace())],
      varianceAt: (position) => V(placeOf(place, position, label), placeOf(place, position, label)),
      extend(theta, start, position): Extension {
        const n = placeOf(place, position, label), cross = at.map((i) => V(i, n));
        const weight = positiveInverse(own)!.mmul(Matrix.columnVector(cross)).to1DArray();
        const rest = V(n, n) - weight.reduce((s, w, k) => s + w * cross[k], 0);
        return { index: at.map((_, k) => k), weight, variance: theta[start] ** 2 * Math.max(0, rest) };
      },
    };
  },
};

function relationOf({ label, relation, arguments: { "1": name } }: TermShape) {
  if (relation) return relation;
  throw new RangeError(
    name === undefined
      ? `Cannot use propto(${label}): after the term it needs the name of a matrix, as in propto(${label}, V) with known: { V: … }`
      : `Cannot use propto(${label}, ${name}): give the matrix by the option known: { ${name}: { labels, covariance } }`,
  );
}

function placeOf(place: ReadonlyMap<string, number>, position: string, label: string): number {
  const found = place.get(position);
  if (found !== undefined) return found;
  throw new RangeError(`Cannot predict at "${position}" in (${label}): its matrix has no such label`);
}
