/** Standard deviations, correlations and structures' own parameters as functions of ψ. */
import { choleskyFactor, Matrix, positiveInverse } from "../../math/dense.ts";
import { basisRow, type TermLayout } from "../objective/random_effects.ts";
import { factorRow } from "../objective/term_covariance.ts";
import type { Model } from "../result/model.ts";
import { groupNames } from "../result/ranef.ts";
import type { Parameter, Quantity } from "./parameter.ts";
import { sigmaOf, type Space } from "./space.ts";

/**
 * The parameters of every random term, in the order of `model.random`.
 * @param fixed entries of ψ at their boundary
 */
export function termParameters(
  model: Model,
  space: Space,
  sources: readonly TermLayout["term"][],
  fixed: readonly number[],
): Parameter[] {
  const groups = groupNames(model);
  return model.random.flatMap((t, k) => {
    const layout = space.effects.terms.find((e) => e.term === sources[k])!, at = space.thetaAt + layout.theta;
    return layout.covariance.shown.map((p): Parameter => {
      const common = {
        component: t.part,
        group: groups[k],
        term: p.name,
        held: Object.hasOwn(t.fixed, p.name),
        idle: false,
        index: null,
        of: (b: number) => b,
      };
      if (p.kind === "sd") {
        return {
          ...common,
          kind: "sd",
          range: [0, Infinity],
          ...scaled(deviation(space, layout, p.of), p.factor ?? 1),
        };
      }
      if (p.kind === "cor") {
        return { ...common, kind: "cor", range: [-1, 1], ...correlation(space, layout, ...p.of) };
      }
      const place = at + p.at;
      return {
        ...common,
        kind: "own",
        own: p,
        idle: fixed.includes(place),
        range: p.range,
        value: (psi) => p.value(psi[place]),
        gradient: (psi) => psi.map((v, i) => i === place ? p.slope(v) : 0),
        move: (psi, value) => psi.map((v, i) => i === place ? p.theta(value) : v),
      };
    });
  });
}

/** Row i of F = C T. */
function rowOf(space: Space, layout: TermLayout, psi: Float64Array, i: number): Float64Array {
  return factorRow(layout, psi, space.thetaAt + layout.theta, i);
}

/** Chain rule to ψ for an adjoint Σ_i C_iᵀ w_i of T. */
function pulledBack(
  space: Space,
  layout: TermLayout,
  psi: Float64Array,
  rows: readonly { i: number; w: Float64Array }[],
): Float64Array {
  const c = layout.covariance.width, D = new Float64Array(c * c), out = new Float64Array(psi.length);
  for (const { i, w } of rows) {
    for (const [a, f] of basisRow(layout, i)) for (let b = 0; b < c; b++) D[b * c + a] += f * w[b];
  }
  layout.covariance.pullback(psi, space.thetaAt + layout.theta, D, out);
  return out;
}

function norm(x: Float64Array): number {
  return Math.hypot(...x);
}

function scaled(quantity: Quantity, factor: number): Quantity {
  return factor === 1 ? quantity : {
    value: (psi) => factor * quantity.value(psi),
    gradient: (psi) => quantity.gradient(psi).map((v) => factor * v),
  };
}

/** ‖F_i‖. */
function deviation(space: Space, layout: TermLayout, i: number): Quantity {
  if (layout.covariance.relative) return ofRelative(space, layout, (R, sigma) => sigma * Math.sqrt(R(i, i)));
  return {
    value: (psi) => norm(rowOf(space, layout, psi, i)),
    gradient: (psi) => {
      const F = rowOf(space, layout, psi, i), size = norm(F);
      // at 0 the norm has a kink: leave it along the coefficient's own diagonal entry
      const w = size > 0 ? F.map((v) => v / size) : F.map((_, k) => (k === i ? 1 : 0));
      return pulledBack(space, layout, psi, [{ i, w }]);
    },
  };
}

/** At ±1 the correlation has no slope in θ: a profile leaves it by {@link withCorrelation}. */
function correlation(space: Space, layout: TermLayout, i: number, j: number): Quantity {
  if (layout.covariance.relative) {
    return ofRelative(space, layout, (R) => R(i, j) / Math.sqrt(R(i, i) * R(j, j)));
  }
  const both = (psi: Float64Array) => {
    const F = rowOf(space, layout, psi, i), G = rowOf(space, layout, psi, j), f = norm(F), g = norm(G);
    return { F, G, f, g, r: F.reduce((s, v, k) => s + v * G[k], 0) / Math.max(1e-300, f * g) };
  };
  return {
    value: (psi) => both(psi).r,
    move: (psi, value) => withCorrelation(space, layout, psi, [i, j], value),
    deviations: [i, j].map((k) => deviation(space, layout, k)),
    gradient: (psi) => {
      const { F, G, f, g, r } = both(psi);
      return pulledBack(space, layout, psi, [
        { i, w: F.map((v, k) => G[k] / (f * g) - r * v / (f * f)) },
        { i: j, w: G.map((v, k) => F[k] / (f * g) - r * v / (g * g)) },
      ]);
    },
  };
}

/** A function of σ and the relative covariance of a structure in the residual's place, its gradient by central differences. */
function ofRelative(
  space: Space,
  { covariance: bound, theta }: TermLayout,
  f: (R: (i: number, j: number) => number, sigma: number) => number,
): Quantity {
  const value = (psi: Float64Array) => {
    const R = bound.relative!(psi, space.thetaAt + theta);
    return f((i, j) => R[j * bound.width + i], sigmaOf(space, psi));
  };
  return {
    value,
    gradient: (psi) =>
      psi.map((v, i) => {
        if (i < space.thetaAt && i !== space.sigmaAt) return 0;
        const h = 1e-5 * Math.max(1, Math.abs(v)), at = (x: number) => psi.map((u, k) => k === i ? x : u);
        return (value(at(v + h)) - value(at(v - h))) / (2 * h);
      }),
  };
}

/**
 * ψ with another correlation of coefficients i and j: the same standard deviations, and the other correlations shrunk as far as
 * the matrix needs it to be positive definite. Null where a standard deviation is 0.
 */
function withCorrelation(
  space: Space,
  layout: TermLayout,
  psi: Float64Array,
  [i, j]: readonly [number, number],
  value: number,
): Float64Array | null {
  const c = layout.count, rows = Array.from({ length: c }, (_, k) => rowOf(space, layout, psi, k));
  const sd = rows.map(norm), at = space.thetaAt + layout.theta;
  if (!(sd[i] > 0 && sd[j] > 0)) return null;
  const basis = layout.basis.rows < c ? Matrix.eye(c).mul(layout.basis.get(0, 0)) : layout.basis; // of positions one number
  const toEngine = positiveInverse(basis.transpose().mmul(basis))?.mmul(basis.transpose()); // C⁻¹
  if (!toEngine) return null;
  for (const keep of [1, 0.99, 0.9, 0.5, 0]) {
    const S = Matrix.zeros(c, c);
    for (let a = 0; a < c; a++) {
      for (let b = 0; b < c; b++) {
        const inner = rows[a].reduce((s, v, k) => s + v * rows[b][k], 0),
          chosen = (a === i && b === j) || (a === j && b === i);
        S.set(a, b, a === b ? sd[a] ** 2 : chosen ? value * sd[a] * sd[b] : keep * inner);
      }
    }
    const T = choleskyFactor(toEngine.mmul(S).mmul(toEngine.transpose()));
    if (!T) continue;
    const out = psi.slice();
    out.set(layout.covariance.near(Float64Array.from(T.transpose().to1DArray())), at); // column-major
    return out;
  }
  return null;
}
