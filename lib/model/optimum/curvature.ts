/** The Hessian of an objective at a point, and what of it can be computed with. */
import { largestEntry, Matrix, OVERFLOW } from "../../math/dense.ts";
import { hessianFromGradient } from "../../math/differentiate.ts";
import type { Objective } from "../../math/minimize.ts";
import type { OptimumOptions } from "./optimum.ts";

/** The Hessian: the objective's own where it has one, else differences of its gradient. */
export class Curvature {
  /** The last one had no entry that overflows. */
  defined = true;
  /** Evaluations spent on differences. */
  evaluations = 0;
  private errors: Float64Array | null = null;

  constructor(
    private readonly objective: Objective,
    private readonly approximate: Matrix,
    private readonly options: Pick<OptimumOptions, "onHessian"> = {},
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
    const { objective } = this, { part } = objective;
    const errors = this.errors ??= x.map((v, i) => errorFor(this.approximate.get(i, i), v));
    const sharp = errors.every((se, i) => se < SHARP && se > RESOLVED * Math.max(1, Math.abs(x[i])));
    const error = SILENT / Math.max(0, ...errors),
      quiet = sharp && typeof objective.quieten?.(x, error) === "boolean";
    const share = quiet ? QUIET : part ? ONE_SIDED : CENTRAL,
      steps = errors.map((se) => Math.min(0.02, share * se));
    const known = objective.known?.(), unknown = x.length - (known?.at.length ?? 0);
    const all = quiet || part ? unknown : 2 * unknown;
    let done = 0;
    const gradientAt = (at: Float64Array, out: Float64Array) => {
      objective.evaluate(at, out);
      if (at === x) return; // where it was evaluated last
      this.evaluations++;
      done++;
      this.options.onHessian?.(done, Math.max(done, all));
    };
    return hessianFromGradient(gradientAt, x, steps, known, part, quiet);
  }
}

function isDefined(hessian: Matrix): boolean {
  return inRange(largestEntry(hessian));
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
 * Shares of a standard error over which gradients are differenced. To both sides truncation and the noise of a gradient are near 1e-5
 * of a curvature at the first; to one side, of what holds little of the curvature (an estimated objective), at the second. Of a quiet gradient, to
 * one side at the third, where data are so many that standard errors are small: on a scale where effects are of order 1 a curvature changes
 * by about as much within one, so truncation and noise are some 1e-7.
 */
const CENTRAL = 3e-3, ONE_SIDED = 1e-3, QUIET = 1e-5;

/** What a quiet gradient may be off by, for each standard error by which the parameter known least moves: 1e-4 of the step of differences. */
const SILENT = 1e-4 * QUIET;

/** Largest standard error for differences to one side. */
const SHARP = 0.05;

/** Least standard error beside 1 or the parameter whose hundred-thousandth still moves that; a smaller one is of a likelihood without bound. */
const RESOLVED = 1e-6;

/** The standard error of a parameter. */
function errorFor(curvature: number, value: number): number {
  return curvature > 0 ? 1 / Math.sqrt(curvature) : 0.1 * Math.max(1, Math.abs(value));
}
