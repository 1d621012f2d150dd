/** An optimum with what the data determine there. */
import type { Objective } from "../../math/minimize.ts";
import { Matrix } from "../../math/dense.ts";
import { orthogonalComplement } from "../../math/orthogonal.ts";
import { type Flat, invert } from "./directions.ts";
import type { Laplace } from "../objective/laplace.ts";
import { CERTAIN, FLAT, HESSIAN_ERROR, type Optimum } from "./optimum.ts";
import { separated } from "./separation.ts";

/**
 * The optimum with the directions along which coefficients run to infinity: its covariance, its distance from the optimum and
 * its smallest eigenvalue are then those of what the data determine.
 * @param target what was minimised: `laplace` itself, or its quadrature
 */
export function withSeparation(laplace: Laplace, target: Objective, optimum: Optimum): Optimum {
  const { psi, free, hessian } = optimum, { size } = laplace, gradient = new Float64Array(size);
  if (!Number.isFinite(optimum.value)) return optimum;
  let value = laplace.jointValue + laplace.halfLogDet; // of its last evaluation, which usually was at the optimum
  if (target !== laplace || value !== optimum.value) value = laplace.evaluate(psi, gradient);
  const separation = separated(laplace, psi, value);
  if (target !== laplace || separation.directions.length > 0) target.evaluate(psi, gradient);
  if (separation.directions.length === 0) return optimum;
  const known = separation.directions.map((d) => laplace.toPsi(d));
  const { covariance, smallest, flat } = invert(
    hessian,
    free,
    size,
    new Float64Array(size).fill(FLAT),
    known,
  );
  let decrease = 0;
  for (const i of free) for (const j of free) decrease += gradient[i] * covariance.get(i, j) * gradient[j];
  const distance = Math.sqrt(Math.max(0, decrease));
  return {
    ...optimum,
    covariance,
    flat: {
      ...separation,
      directions: [...separation.directions, ...flat.slice(known.length).map((d) => found(laplace, d))],
    },
    gradient: distance,
    smallestEigenvalue: smallest,
    converged: free.length === 0 || (distance < CERTAIN && smallest > -HESSIAN_ERROR),
  };
}

/** Directions over φ = (β, θ) from those over ψ = (γ, θ): β = R⁻¹γ. */
export function asPhi(laplace: Laplace, flat: Flat): Flat {
  return { ...flat, directions: flat.directions.map((d) => found(laplace, d)) };
}

/** Share of an effect below which a coefficient takes no part in a direction that is known from a differenced Hessian only. */
const NOISE = 0.1;

/** A direction found as an eigenvector, over φ, without the coefficients that hardly take part. */
function found(laplace: Laplace, psi: Float64Array): Float64Array {
  const d = laplace.toPhi(psi), share = d.map(Math.abs);
  laplace.bases.forEach(({ R, centre }, k) => {
    const at = laplace.firstCoefficient[k];
    for (let j = 0; j < R.columns; j++) {
      share[at + j] *= R.rows > 0 ? Math.hypot(centre[j], ...R.getColumn(j)) : 0; // what it moves η by
    }
  });
  const most = Math.max(...share);
  return d.map((v, i) => (share[i] > NOISE * most ? v : 0));
}

/** Orthonormal columns over the free parameters, orthogonal to all flat directions. */
export function flatFree(laplace: Laplace, flat: Flat, free: readonly number[]): Matrix {
  const known = flat.directions.map((d) => laplace.toPsi(d)).map((d) => Float64Array.from(free, (i) => d[i]));
  return orthogonalComplement(known, free.length) ?? Matrix.eye(free.length);
}
