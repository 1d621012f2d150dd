/**
 * {@link DirectionSums} of a model with other random effects beside the structure in the residual's place: R = I + ZS̃Zᵀ, whose two parts are
 * the I of the effects' sums and one more direction.
 */
import { Matrix } from "../../math/dense.ts";
import type { DirectionSums, PairSums } from "./direction_sums.ts";
import type { Direction } from "./variance_directions.ts";

export class ResidualSums implements DirectionSums {
  /** @param rest S̃ as a direction */
  constructor(private readonly effects: DirectionSums, private readonly rest: Direction) {}

  get coordinates(): Matrix {
    return this.effects.coordinates;
  }

  form(direction: Direction): Matrix {
    return this.effects.form(direction);
  }

  get ofResiduals() {
    const { effects, rest } = this, { form, trace, projected } = effects.ofResiduals;
    const own = effects.pairs([rest], [rest]); // of S̃ with itself, and of I with it, which counts twice
    return {
      form: Matrix.add(form, effects.form(rest)),
      trace: trace + own.traces.get(0, 0) + 2 * own.traces.get(1, 0),
      projected: projected + own.projected.get(0, 0) + 2 * own.projected.get(1, 0),
    };
  }

  pairs(left: readonly Direction[], right: readonly Direction[]): PairSums {
    const { traces, projected } = this.effects.pairs([...left, this.rest], right);
    return { traces: joined(traces), projected: joined(projected) };
  }

  weighted(directions: readonly Direction[], W: Matrix): Matrix {
    const last = directions.length, at = (i: number) => Math.min(i, last); // S̃ has the weights of I
    const wider = Array.from(
      { length: last + 2 },
      (_, i) => Array.from({ length: last + 2 }, (_, j) => W.get(at(i), at(j))),
    );
    return this.effects.weighted([...directions, this.rest], new Matrix(wider));
  }
}

/** The last two rows as one. */
function joined(A: Matrix): Matrix {
  const last = A.rows - 2, out = A.subMatrix(0, last, 0, A.columns - 1);
  for (let j = 0; j < A.columns; j++) out.set(last, j, A.get(last, j) + A.get(last + 1, j));
  return out;
}
