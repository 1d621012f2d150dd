/**
 * A start from a part of the rows. Where rows are many, the optimum of a tenth of them costs a tenth per evaluation, and lies
 * a few standard errors from that of all: what is left to do with all rows are some Newton steps.
 */
import { choleskyFactor, Matrix } from "../../math/dense.ts";
import { type Objective, valueAtStart } from "../../math/minimize.ts";
import type { RandomTerm } from "../../formula/types.ts";
import { Laplace } from "../objective/laplace.ts";
import { bestOf } from "./best_of.ts";
import { coldStart, curvatureAt, startHessian } from "./cold_start.ts";
import { findOptimum } from "./descent.ts";
import { FLAT, type Optimum, type Starts } from "./optimum.ts";
import { remember } from "./restriction.ts";
import { isRegular } from "./regular.ts";
import { secondStarts } from "./second_starts.ts";
import { designOfRows, rowsOfSomeLevels } from "../objective/some_rows.ts";

/** Rows that a part has at least, and how many times as many there are at least and at most. */
const PART = 10_000;
const LEAST = 4, MOST = 32;
/** Levels of its grouping factor that a part has at least, and effects of others: factorising theirs takes as long for fewer rows. */
const LEVELS = 100;
const OTHERS = 100;
/** Predicted decrease of the log-likelihood of the part from which Newton steps end its search. */
const ROUGHLY = 1e-3;
/** Least eigenvalue of QᵀQ/n over the part's rows, 1 over all: below that they say too little of some coefficient. */
const DETERMINED = 0.2;
/** Least curvature at the part's optimum, where effects are of order 1: else it may be far from that of all rows. */
const SHARP = 10;

/** A start and the Hessian there. */
export interface Start {
  readonly psi: Float64Array;
  readonly hessian: Matrix;
  /** How often the search of a part of the rows began, and how many of these starts came to its optimum. */
  readonly starts?: Starts;
}

/** Options of the search of a part. */
export interface PartOptions {
  /** Of each of its searches. */
  readonly maxEvaluations?: number;
  /** Is told after every step how many rows the part has, and the steps so far. */
  readonly told?: (rows: number, steps: number) => void;
}

/**
 * The optimum of a part of the rows; null where there are too few of them, or where a part does not determine everything.
 * @param target the objective, as it remembers
 */
export function sampledStart(
  objective: Laplace,
  target: Objective = objective,
  options: PartOptions = {},
): Start | null {
  const { design } = objective, every = Math.min(MOST, Math.floor(design.n / PART));
  const factor = every >= LEAST ? samplable(objective, LEVELS * every) : null;
  if (!factor) return null;
  const rows = rowsOfSomeLevels(factor, every);
  if (!determines(objective, rows)) return null;
  const part = new Laplace(
    { ...designOfRows(design, rows), units: objective.likelihood.units },
    objective.family,
  );
  const found = optimumOf(part, design.n / rows.length, options);
  if (!found || !isRegular(found) || !exceeds(found.hessian, SHARP)) return null;
  const psi = onBases(objective, part, found.psi);
  if (!Number.isFinite(valueAtStart(target, psi))) return null;
  const starts = found.starts && { ...found.starts, rows: rows.length };
  return { psi, hessian: found.hessian.mul(design.n / rows.length), starts };
}

/** The optimum of a part, from the starts that so many times its rows need. */
function optimumOf(part: Laplace, times: number, { maxEvaluations, told }: PartOptions): Optimum | null {
  const { effects, thetaAt, size } = part, objective = remember(part), start = coldStart(part, objective);
  if (!Number.isFinite(valueAtStart(objective, start))) return null;
  const flat = new Float64Array(size).fill(FLAT);
  let steps = 0;
  const onProgress = told && (() => told(part.design.n, ++steps));
  const options = { tolerance: ROUGHLY, roughly: true, flat, moreDescents: 0, maxEvaluations, onProgress };
  const problem = { objective, effects, thetaAt, options, held: [] };
  const first = findOptimum(problem, start, startHessian(part, start));
  return isRegular(first)
    ? bestOf(problem, first, secondStarts(part, first, times), (at) => curvatureAt(part, at))
    : null;
}

/** The factor by whose levels rows can be taken: the largest, with at least so many levels, beside others of few. */
function samplable({ effects, design }: Laplace, levels: number): RandomTerm | null {
  const terms = design.predictors.flatMap(({ random }) => random);
  const plain = terms.every((t) =>
    (t.structure === "us" || t.structure === "diag") && !t.own && !t.position && !t.by && !t.fixed
  );
  if (!plain || effects.precisions.length > 0 || effects.groups.length === 0) return null;
  const [largest, ...others] = effects.groups;
  if (largest.nodes < levels || others.reduce((s, g) => s + g.nodes * g.width, 0) > OTHERS) return null;
  return largest.terms[0].term;
}

/** Do these rows determine all coefficients, and all categories? */
function determines({ bases, design: { response } }: Laplace, rows: Int32Array): boolean {
  const { y, categories } = response, seen = new Set(categories && Array.from(rows, (i) => y[i]));
  return (!categories || seen.size === categories.length) &&
    bases.every((basis) => exceeds(basis.atRows(rows).gram(null), DETERMINED * rows.length));
}

/** Are all eigenvalues larger than this? */
function exceeds(symmetric: Matrix, least: number): boolean {
  const { rows } = symmetric;
  return rows === 0 || choleskyFactor(Matrix.sub(symmetric, Matrix.eye(rows).mul(least))) !== null;
}

/** ψ of all rows at the coefficients and variances of a part's. */
function onBases({ joint }: Laplace, part: Laplace, found: Float64Array): Float64Array {
  const psi = found.slice();
  psi.set(joint.onBases(part.joint.at(found)));
  return psi;
}
