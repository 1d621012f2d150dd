/**
 * What a covariance structure is to the engine. A structure is bound to a term (its coefficients, positions, arguments); bound, it
 * maps parameters θ to the lower-triangular template T of one node of random effects: the effects of a node are b = T v, with
 * cov(v) = I, or P⁻¹ across nodes where it has a {@link Precision}. So cov(b) = T Tᵀ within a node (times σ² in the Gaussian
 * closed form). One file per structure; nothing outside it knows a structure by name.
 */

import type { Tie } from "../../math/ties.ts";
import type { GroupPrecision, Relation } from "../../formula/types.ts";
import type { Cells } from "./cells.ts";

/**
 * What a term says of itself to its structure.
 *
 * @category Extend
 */
export interface TermShape {
  /** As written: "Days | Subject". */
  readonly label: string;
  /** Names of the c coefficients of a level. */
  readonly names: readonly string[];
  /** Levels of the grouping factor. */
  readonly levels: readonly string[];
  /**
   * Where the left side is one factor without intercept, as in (0 + time | id): its levels. A row then touches one position of
   * its level. Null elsewhere.
   */
  readonly positions: readonly string[] | null;
  /** Which positions each level has rows at; all of them where absent. */
  readonly cells?: Cells;
  /** (x | g, by = f): the levels of f, and the positions that the left side is without them. */
  readonly by?: { readonly labels: readonly string[]; readonly positions: readonly string[] | null };
  /** Further arguments by name (or position "1", "2", …). */
  readonly arguments: Readonly<Record<string, number | string | boolean>>;
  /** Known precision of the levels, given in the option `known`. */
  readonly known: GroupPrecision | null;
  /** The matrix that the term names, given in the option `known`. */
  readonly relation?: Relation;
  /** Values of parameters that are held, by their names: the structure's {@link Shown} then all have a place of their own in θ. */
  readonly fixed?: Readonly<Record<string, number>>;
  /** The term stands in the residual's place: a level is one node, however many positions it has. */
  readonly residual?: boolean;
}

/**
 * A covariance structure, as formulas name it.
 *
 * @category Extend
 */
export interface Structure {
  /** As formulas call it. */
  readonly name: string;
  /** In words, for tables and equations: "first-order autoregressive". */
  readonly meaning: string;
  /** Names of the arguments that it takes after the term; none where absent. */
  readonly arguments?: readonly string[];
  /**
   * Binds the structure to a term.
   * @throws RangeError where it needs positions, coordinates or arguments that the term does not have
   */
  bind(term: TermShape): Covariance;
}

/**
 * A diagonal entry of T (a standard deviation): 0 is its boundary, its sign is free.
 *
 * @category Extend
 */
export interface Edge {
  /** Its place in θ. */
  readonly at: number;
  /** Places of the entries that change sign with it (itself first): T stays as it is but for the sign of a column. */
  readonly column: readonly number[];
  /** Places of the entries that mean nothing where it is 0. */
  readonly idle: readonly number[];
  /** What is idle stays where it is, and not at 0: other entries are made from it. */
  readonly stays?: boolean;
}

/**
 * A parameter as people read it: by its name in tables ("sd__Days"), and by what that name is made of. Nobody takes names apart.
 *
 * @category Extend
 */
export type Shown =
  | {
    readonly kind: "sd";
    readonly name: string;
    /** What it is the standard deviation of: "Days", or the structure where it is that of all positions, "ar1". */
    readonly label: string;
    readonly of: number;
    /** Place of the entry of θ that it is, up to sign and the scale of the term's columns; absent where it is a function of several. */
    readonly at?: number;
    /** What that entry is multiplied by: 1 where absent. */
    readonly factor?: number;
  }
  | {
    readonly kind: "cor";
    readonly name: string;
    /** What it is the correlation of: "(Intercept), Days". */
    readonly label: string;
    readonly of: readonly [number, number];
    /** Other pairs that have the same correlation; none where absent. */
    readonly alike?: readonly (readonly [number, number])[];
    /** Place of the entry of θ that means nothing where the correlation is held; absent where it cannot be held. */
    readonly at?: number;
  }
  | {
    /** A function of θ alone: a correlation of neighbours, a range. */
    readonly kind: "own";
    readonly name: string;
    /** In a word, for tables: "rho". */
    readonly label: string;
    /** In words, for sentences: "correlation of neighbours". */
    readonly meaning: string;
    /** For equations: "\\rho". */
    readonly latex: string;
    /** It is a correlation, and is drawn among those. */
    readonly correlation?: true;
    readonly range: readonly [number, number];
    /** Place in θ; the parameter is a monotone function of that entry. */
    readonly at: number;
    value(theta: number): number;
    slope(theta: number): number;
    /** θ of a value: the inverse of `value`. */
    theta(value: number): number;
    /** Where data may drive it to an end of its range. Absent where none do. */
    readonly limit?: Limit;
  };

/**
 * Of a parameter that data may drive to an end of its range.
 *
 * @category Extend
 */
export interface Limit {
  /** Beyond |θ| = `beyond` it is looked whether the likelihood still changes. */
  readonly beyond: number;
  /** The likelihood nears its bound as a power of θ: searches take its logarithm there. Absent where it does so exponentially. */
  readonly power?: true;
  /**
   * What it means there, in a sentence.
   * @param up at the upper end
   * @param grows the standard deviation grows with it, so that what positions differ by stays the same
   */
  means(up: boolean, group: string, grows: boolean): string;
}

/**
 * A structure bound to one term. `at` below is where its θ begin in a longer vector.
 *
 * @category Extend
 */
export interface Covariance {
  /** Name of the structure. */
  readonly structure: string;
  /** Effects of one node: the c coefficients of a level, or 1 where each position is a node of its own. */
  readonly width: number;
  /** Number of parameters θ. */
  readonly thetas: number;
  /**
   * Which changes of basis of the coefficients stay inside the structure: any ("linear"), a rescaling of each
   * ("diagonal"), or one common factor ("scalar"). The engine standardises columns only within this freedom.
   */
  readonly freedom: "linear" | "diagonal" | "scalar";
  /** T is a linear function of θ. */
  readonly linear: boolean;
  /** b = Λf with so many factors f, fewer than effects: T has no more columns, and Λ is reported. Absent elsewhere. */
  readonly factors?: number;
  /** θ with the standard deviations sd (one per row of T) and no correlation, as far as the structure can. */
  start(sd: readonly number[]): number[];
  /** Writes T (width × width, column-major, zeros above the diagonal). */
  fill(theta: Float64Array, at: number, T: Float64Array): void;
  /** gradient[at + j] += ⟨∂T/∂θ_j, D⟩ for the adjoint D (width × width, column-major) of T. */
  pullback(theta: Float64Array, at: number, D: Float64Array, gradient: Float64Array): void;
  /** The standard deviations among θ. */
  readonly edges: readonly Edge[];
  /** θ of a member of the structure near a lower-triangular T; exactly that of `fill`'s T, up to signs. */
  near(T: Float64Array): number[];
  /** Of a structure in the residual's place whose covariance is L Lᵀ for any L with entries at some places; absent elsewhere. */
  readonly freeFactor?: FreeFactor;
  /**
   * Values of places of θ at ends of what the correlations can be, from where searches look too. Absent where every parameter
   * of its own can be moved to either side.
   */
  readonly ends?: readonly (readonly ThetaValue[])[];
  /** Parameters as people read them, standard deviations first. */
  readonly shown: readonly Shown[];
  /** Dependence across nodes; absent where they are independent. */
  readonly precision?: Precision;
  /**
   * Where each position of a level is a node of its own: cell k is node k, and what the precision has beyond them are states that no
   * row touches. At positions that are not among the cells of a level that has rows there, the effect is 0.
   */
  readonly cells?: Cells;
  /** T Tᵀ itself, for those who need no T; absent where it costs no less. */
  readonly square?: SquareForm;
  /** Covariance of a level's positions (c × c) relative to σ², where it is not T Tᵀ: of a structure in the residual's place. */
  relative?(theta: Float64Array, at: number): Float64Array;
  /** Its lower-triangular factor, which has the digits of what positions differ by where they are alike. */
  relativeFactor?(theta: Float64Array, at: number): Float64Array;
  /** Covariance of two positions of a level, where each is a node of its own. */
  between?(theta: Float64Array, at: number, i: number, j: number): number;
  /**
   * The entries (i, j) of cov(b) that are free parameters of a covariance linear in them: what Kenward and Roger's method
   * differentiates by. Absent elsewhere, where it is θ.
   */
  readonly entries?: readonly (readonly [number, number])[];
  /** Variance at a position where it is not that of the others, relative to T Tᵀ. */
  varianceAt?(position: string): number;
  /**
   * How an effect at a position that a level does not have depends on those that it has; absent where there is none.
   * @param level whose effects these are, where levels have positions of their own
   */
  extend?(theta: Float64Array, at: number, position: string, level?: number): Extension;
}

/**
 * A place of θ with a value.
 *
 * @category Extend
 */
export type ThetaValue = readonly [at: number, value: number];

/**
 * L (lower-triangular, column-major) of a covariance L Lᵀ as θ, up to the scale.
 *
 * @category Extend
 */
export interface FreeFactor {
  /** Where L has entries: that of the scale, (0, 0), and those of θ in their order, which starts with the column of the scale. */
  readonly places: readonly (readonly [number, number])[];
  /** L at θ, whose entry (0, 0) is 1. */
  of(theta: Float64Array, at: number): Float64Array;
  /** θ of L, whatever its scale. */
  theta(L: Float64Array): number[];
}

/**
 * S = T Tᵀ as a function of θ. Matrices are column-major.
 *
 * @category Extend
 */
export interface SquareForm {
  /** Writes the lower triangle of S. */
  fill(theta: Float64Array, at: number, S: Float64Array): void;
  /** gradient[at + j] += ⟨∂S/∂θ_j, D⟩ for a symmetric D. */
  pullback(theta: Float64Array, at: number, D: Float64Array, gradient: Float64Array): void;
}

/**
 * E(b_new | b) = Σ weight_k b_index_k over the effects of one level, and the variance about it.
 *
 * @category Extend
 */
export interface Extension {
  /** Places of the effects among those of the level; the nodes where positions are {@link Covariance.cells}. */
  readonly index: readonly number[];
  /** Their weights. */
  readonly weight: readonly number[];
  /** Variance about the expectation, relative to σ² as cov(b) is. */
  readonly variance: number;
}

/**
 * Sparse precision P(ρ) of v across the nodes of one term; ρ are entries of θ.
 *
 * @category Extend
 */
export interface Precision {
  /** Number of nodes. */
  readonly nodes: number;
  /** Couplings below the diagonal, rows[e] > cols[e]. */
  readonly rows: Int32Array;
  /** Columns of the couplings. */
  readonly cols: Int32Array;
  /** The variances of v are not 1: var(b) of a node is T Tᵀ times its entry of P⁻¹. */
  readonly unequal: boolean;
  /**
   * Its entries cancel so far that P needs 32 digits: behind the values come as many again, what rounding left of them. They then do not
   * depend on θ.
   */
  readonly twofold?: boolean;
  /** Sums of nodes that have a precision of their own, beside the values, which have their pins. */
  readonly ties?: readonly Tie[];
  /** Writes the diagonal (nodes entries) and then the couplings; returns log|P|. */
  fill(theta: Float64Array, at: number, values: Float64Array): number;
  /** gradient += ⟨∂P/∂θ, D⟩ + logDet · ∂log|P|/∂θ, D like the values (an entry off the diagonal stands for both triangles). */
  pullback(theta: Float64Array, at: number, D: Float64Array, logDet: number, gradient: Float64Array): void;
}
