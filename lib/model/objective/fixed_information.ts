/** What the rows' derivatives, where they were looked at last, say of the coefficients alone. */
import type { Basis } from "../../math/basis.ts";
import { Matrix } from "../../math/dense.ts";
import type { Factor } from "../../math/factor.ts";
import { pair } from "../../math/jets.ts";
import type { KnownCurvature } from "../../math/minimize.ts";
import { dot } from "../../math/vectors.ts";
import type { AllRows } from "./all_rows.ts";
import type { Likelihood } from "./likelihood.ts";
import type { RandomEffects } from "./random_effects.ts";

/** What an evaluation leaves behind. */
export interface AtRows {
  readonly rows: AllRows;
  readonly likelihood: Likelihood;
  readonly effects: RandomEffects;
  readonly bases: readonly Basis[];
  /** First γ of each predictor in ψ, and how many γ there are. */
  readonly first: readonly number[];
  readonly thetaAt: number;
  readonly solver: Factor;
}

/** Curvature of the joint density in γ with u profiled out: QᵀAQ − QᵀAB H⁻¹ BᵀAQ. */
export function fixedInformation(at: AtRows): Matrix {
  const { effects, bases, first, likelihood: { jets, K }, thetaAt: p } = at;
  const info = Matrix.zeros(p, p), halves: Float64Array[] = [], weighted = new Float64Array(jets.n);
  for (let k = 0; k < K; k++) {
    const own = bases[k].gram(jets.d2[pair(k, k)]);
    if (own.rows > 0) info.setSubMatrix(own.mul(-1), first[k], first[k]);
    for (let j = 0; j < bases[k].size; j++) {
      for (let m = 0; m < k; m++) {
        if (jets.d2[pair(k, m)] === jets.zero) continue;
        bases[k].weighColumn(j, jets.d2[pair(k, m)], weighted);
        for (let l = 0; l < bases[m].size; l++) {
          const v = -bases[m].dotColumn(l, weighted);
          info.set(first[k] + j, first[m] + l, v);
          info.set(first[m] + l, first[k] + j, v);
        }
      }
      if (effects.q > 0) halves.push(throughEffects(at, k, j));
    }
  }
  halves.forEach((x, i) => halves.forEach((y, j) => info.set(i, j, info.get(i, j) - dot(x, y))));
  return info;
}

/** L⁻¹ BᵀAQ of one column of Q, H being LLᵀ. */
function throughEffects(
  { effects, bases, rows, likelihood, solver }: AtRows,
  k: number,
  j: number,
): Float64Array {
  const { jets } = likelihood, { moved } = rows.vectors, { q } = effects;
  const [sums, right, half] = [new Float64Array(q), new Float64Array(q), new Float64Array(q)];
  for (const m of effects.parts) bases[k].weighColumn(j, jets.d2[pair(k, m)], moved[m]);
  effects.transposeTimes(moved, sums);
  effects.applyTransposed(sums, right);
  solver.halfSolve(right, half);
  return half;
}

/**
 * The curvature in the coefficients of parts that the likelihood keeps apart from all others, as a hurdle does, and that have no random
 * effects: QᵀAQ, whatever the modes.
 */
export function knownCurvature({ effects, bases, first, likelihood: { jets } }: AtRows): KnownCurvature {
  const apart = Array.from(bases.keys()).filter((k) =>
    !effects.parts.includes(k) && bases.every((_, l) => l === k || jets.d2[pair(k, l)] === jets.zero)
  );
  const at = apart.flatMap((k) => Array.from({ length: bases[k].size }, (_, j) => first[k] + j)),
    curvature = Matrix.zeros(at.length, at.length);
  for (const k of apart) {
    if (bases[k].size === 0) continue;
    const place = at.indexOf(first[k]);
    curvature.setSubMatrix(bases[k].gram(jets.d2[pair(k, k)]).mul(-1), place, place);
  }
  return { at, curvature };
}
