/** The Hessian of an objective at a point, and what of it can be computed with. */
import { Matrix } from "../../math/dense.ts";
import { hessianFromGradient } from "../../math/differentiate.ts";
import type { Objective } from "../../math/minimize.ts";
import type { OptimumOptions } from "./optimum.ts";

/** The Hessian: the objective's own where it has one, else differences of its gradient. */
export class Curvature {
  /** The last one had no entry that overflows. */
  defined = true;
  /** Evaluations spent on differences. */
  evaluations = 0;
  private steps: Float64Array | null = null;

  constructor(
    private readonly objective: Objective,
    private readonly approximate: Matrix,
    private readonly options: Pick<OptimumOptions, "onHessian" | "roughly"> = {},
  ) {}

  /** At the point where the objective was evaluated last. */
  at(x: Float64Array): Matrix {
    const H = this.objective.curvature ? this.own(x) : this.differenced(x);
    this.defined = isDefined(H);
    return this.defined ? H : finitePart(H);
  }

  private own(x: Float64Array): Matrix {
    this.objective.evaluate(x, new Float64Array(x.length));
    return this.objective.curvature!();
  }

  private differenced(x: Float64Array): Matrix {
    const { roughly, onHessian } = this.options, share = this.objective.part || roughly ? ONE_SIDED : CENTRAL;
    this.steps ??= x.map((v, i) => stepFor(this.approximate.get(i, i), v, share));
    this.objective.around?.();
    const { objective } = this, known = objective.known?.(), unknown = x.length - (known?.at.length ?? 0);
    const { part } = objective, all = part || roughly ? unknown : 2 * unknown;
    let done = 0;
    const gradientAt = (at: Float64Array, out: Float64Array) => {
      objective.evaluate(at, out);
      if (at === x) return; // where it was evaluated last
      this.evaluations++;
      done++;
      onHessian?.(done, Math.max(done, all));
    };
    return hessianFromGradient(gradientAt, x, this.steps, known, part, roughly);
  }
}

/** Curvature beyond this overflows when it is squared. */
const OVERFLOW = 1e150;

function isDefined(hessian: Matrix): boolean {
  return hessian.to1DArray().every(inRange);
}

function inRange(curvature: number): boolean {
  return Math.abs(curvature) < OVERFLOW;
}

/** Zeros in place of the parameters whose curvature overflows, as it does where a likelihood is unbounded: nothing is said of them. */
function finitePart(hessian: Matrix): Matrix {
  const rows = Array.from({ length: hessian.rows }, (_, i) => i), out = hessian.clone();
  const undefinedRows = rows.filter((i) => !inRange(hessian.get(i, i)));
  for (const i of undefinedRows) {
    for (const j of rows) for (const [a, b] of [[i, j], [j, i]]) out.set(a, b, 0);
  }
  return isDefined(out) ? out : Matrix.zeros(out.rows, out.rows);
}

/**
 * Shares of a standard error at which truncation and the noise of the gradient are both near 1e-5 relative: of differences to both sides, and
 * where one side is enough, be it for a rough Hessian or for what holds little of the curvature. Of that which holds more both sides are
 * taken at the second share, too: truncation is then far below the noise.
 */
const CENTRAL = 3e-3, ONE_SIDED = 1e-3;

function stepFor(curvature: number, value: number, share: number): number {
  const se = curvature > 0 ? 1 / Math.sqrt(curvature) : 0.1 * Math.max(1, Math.abs(value));
  return Math.min(0.02, share * se);
}
