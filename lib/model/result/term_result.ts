/** One random-effects term of a fitted model: its covariance, its parameters as people read them, its modes. */
import { type DenseMatrix, Matrix } from "../../math/dense.ts";
import type { ByLevel, GroupPrecision, Relation, ResidualPlace } from "../../formula/types.ts";
import { bindShape } from "../structures/bind.ts";
import type { Cells } from "../structures/cells.ts";
import type { Covariance, Shown } from "../structures/structure.ts";

/**
 * One random-effects term: its covariance and its conditional modes, on the scale of the data's columns.
 *
 * @category The model
 */
export interface TermResult {
  /** The linear predictor that it is part of. */
  readonly part: string;
  /** As written, without brackets: "Days | Subject". */
  readonly label: string;
  /** Grouping factor: "Subject", "cask:batch". */
  readonly group: string;
  /** Covariance structure: "us", "diag", "ar1", … */
  readonly structure: string;
  /** The structure itself where the caller made it. */
  readonly own: object | null;
  /** Further arguments of the structure. */
  readonly structureArguments: Readonly<Record<string, number | string | boolean>>;
  /** Names of the c coefficients of a level. */
  readonly names: readonly string[];
  /** For each of them the variables of the term that it is a column of; none for the intercept. */
  readonly variables: readonly (readonly string[])[];
  /** Where a row touches one position of a level: the positions' labels; else null. */
  readonly positions: readonly string[] | null;
  /** Levels of the grouping factor. */
  readonly levels: readonly string[];
  /** Known precision of the levels, from the option `known`. */
  readonly known: GroupPrecision | null;
  /** Values at which the caller holds parameters of the term, by their names (option `fixed`). */
  readonly fixed: Readonly<Record<string, number>>;
  /** The term stands in the residual's place: its effects make up all of what the other terms leave, see {@link ResidualPlace}. */
  readonly residual: ResidualPlace | null;
  /** Parameters θ of the structure, on the engine's scale. */
  readonly theta: Float64Array;
  /** With positions: cov(b) is this times the structure's at θ; 1 elsewhere. */
  readonly scale: number;
  /** Covariance of the c coefficients of a level (absolute: σ² included for Gaussian models). */
  readonly covariance: DenseMatrix;
  /** The term's parameters as people read them: standard deviations, correlations, ranges. */
  readonly parameters: readonly TermParameter[];
  /** Which positions each level has, where each is an effect of its own; null elsewhere. */
  readonly cells: Cells | null;
  /** Which level of f each group has in (x | g, by = f); null elsewhere. */
  readonly by: ByLevel | null;
  /** The matrix that the structure names; null elsewhere. */
  readonly relation: Relation | null;
  /** Conditional modes b̂, level by level (levels × c), or cell by cell (and then those of the states that no row touches). */
  readonly modes: Float64Array;
  /** Rows of the data per level: smallest, median, largest. */
  readonly rowsPerLevel: readonly [number, number, number];
}

/**
 * A parameter of a term: "sd__Days", "cor__(Intercept).Days", "rho__ar1".
 *
 * @category The model
 */
export interface TermParameter {
  /** As tables call it. */
  readonly name: string;
  /** What it is of, "Days" or "(Intercept), Days"; of the structure's own: what it is, "rho". */
  readonly label: string;
  /** A standard deviation, a correlation, or the structure's own. */
  readonly kind: Shown["kind"];
  /** The coefficients that it is of: one for a standard deviation, two for a correlation, none for the structure's own. */
  readonly of: readonly number[];
  /** NaN for a correlation of what does not vary, or a structure's own parameter where nothing varies. */
  readonly estimate: number;
}

const bindings = new WeakMap<TermResult, Covariance>();

/** The structure of a term, bound to it again. */
export function covarianceOf(term: TermResult): Covariance {
  let found = bindings.get(term);
  if (!found) bindings.set(term, found = bindAnew(term));
  return found;
}

/** The same by itself: what it remembers of the last θ is nobody else's. */
export function bindAnew(term: TermResult): Covariance {
  return bindShape({ structure: term.structure, own: term.own ?? undefined }, {
    label: term.label,
    names: term.names,
    levels: term.levels,
    positions: term.positions,
    arguments: term.structureArguments,
    cells: term.cells ?? undefined,
    by: term.by ?? undefined,
    relation: term.relation ?? undefined,
    known: term.known,
    residual: term.residual !== null,
    fixed: term.fixed,
  });
}

/** More positions than a dense covariance is made for. */
const MOST_POSITIONS = 3000;

/** cov(b) of a term with positions. */
export function positionsCovariance(
  bound: Covariance,
  theta: Float64Array,
  scale: number,
  count: number,
): Matrix {
  if (count > MOST_POSITIONS) {
    throw new RangeError(
      `Cannot give the covariance of ${count} positions as a matrix: it would have ${count}² entries; varCorr() and tidy() give its parameters`,
    );
  }
  const relative = bound.relative?.(theta, 0);
  if (relative) {
    const S = Matrix.zeros(count, count);
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++) S.set(i, j, scale * relative[j * count + i]);
    }
    return S;
  }
  if (bound.between) {
    const S = Matrix.zeros(count, count);
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++) S.set(i, j, scale * bound.between(theta, 0, i, j));
    }
    return S;
  }
  const T = new Float64Array(count * count), F = Matrix.zeros(count, count);
  if (bound.square) {
    bound.square.fill(theta, 0, T);
    for (let j = 0; j < count; j++) {
      for (let i = j; i < count; i++) {
        F.set(i, j, scale * T[j * count + i]);
        F.set(j, i, scale * T[j * count + i]);
      }
    }
    return F;
  }
  bound.fill(theta, 0, T);
  for (let j = 0; j < count; j++) for (let i = j; i < count; i++) F.set(i, j, T[j * count + i]);
  return F.mmul(F.transpose()).mul(scale);
}

/** Variance of the effect at one position of a term with positions; of a new one by its label. */
export function positionVariance(
  term: TermResult,
  position: number,
  label = term.positions![position],
): number {
  const common = term.parameters.filter(({ kind }) => kind === "sd"), bound = covarianceOf(term);
  if (common.length > 1) return term.covariance.get(position, position);
  const factor = bound.shown.find(({ name }) => name === common[0].name) as { factor?: number };
  return (common[0].estimate / (factor.factor ?? 1)) ** 2 * varianceShare(term, label);
}

/** Variance at a position relative to that of the term's standard deviation. */
export function varianceShare(term: TermResult, label: string | undefined): number {
  return label === undefined ? 1 : covarianceOf(term).varianceAt?.(label) ?? 1;
}

/** Number of effects of a term: those that groups in other levels of `by` would have do not count. */
export function effectsIn({ modes, by }: Pick<TermResult, "modes" | "by">): number {
  return modes.length / (by?.labels.length ?? 1);
}

/** The effects of a term in their order: coefficient or position j of level l, and its number among the modes. */
export function* effectsOf(term: TermResult): Generator<{ j: number; l: number; mode: number }> {
  const { cells, levels, by, names: { length: c } } = term;
  if (!cells) {
    for (let j = 0; j < c; j++) {
      for (let l = 0; l < levels.length; l++) {
        if (!by || by.of[l] === j % by.labels.length) yield { j, l, mode: l * c + j };
      }
    }
    return;
  }
  const byPosition: { l: number; mode: number }[][] = Array.from({ length: c }, () => []);
  for (let l = 0; l < levels.length; l++) {
    for (let k = cells.first[l]; k < cells.first[l + 1]; k++) {
      byPosition[cells.position[k]].push({ l, mode: k });
    }
  }
  for (let j = 0; j < c; j++) for (const { l, mode } of byPosition[j]) yield { j, l, mode };
}

/** The term in the residual's place, if there is one. */
export function residualTerm(random: readonly TermResult[]): TermResult | undefined {
  return random.find(({ residual }) => residual !== null);
}

/** The term of the option `residual`, whose effects are the errors of the rows. */
export function errorTerm(random: readonly TermResult[]): TermResult | undefined {
  return random.find(({ residual }) => residual === "errors");
}

/** The terms whose effects are part of a mean. */
export function effectTerms(random: readonly TermResult[]): TermResult[] {
  return random.filter(({ residual }) => residual !== "errors");
}

/** Parameters of a term from θ and the covariance of two of its coefficients. */
export function readParameters(
  { shown, edges }: Covariance,
  theta: Float64Array,
  covariance: (i: number, j: number) => number,
): TermParameter[] {
  const sd = (i: number) => Math.sqrt(Math.max(0, covariance(i, i)));
  const nothing = edges.length > 0 && edges.every(({ at }) => theta[at] === 0);
  return shown.map((p): TermParameter => {
    const { name, label, kind } = p;
    if (kind === "sd") return { name, label, kind, of: [p.of], estimate: (p.factor ?? 1) * sd(p.of) };
    if (kind === "own") return { name, label, kind, of: [], estimate: nothing ? NaN : p.value(theta[p.at]) };
    const [i, j] = p.of, product = sd(i) * sd(j);
    return { name, label, kind, of: p.of, estimate: product > 0 ? covariance(i, j) / product : NaN };
  });
}
