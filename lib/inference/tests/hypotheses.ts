/** The linear hypotheses L β = 0 that analysis-of-variance tables test, one matrix per term. */
import { evaluateRecipe } from "../../formula/evaluate_recipe.ts";
import { designRecipe } from "../../formula/recipe.ts";
import type { FixedTerm, Recipe } from "../../formula/types.ts";
import { Matrix, positiveInverse } from "../../math/dense.ts";
import { dot } from "../../math/vectors.ts";
import {
  conditionalPart,
  flatOf,
  informative,
  leastSquares,
  MarginalHypotheses,
} from "./estimable_hypotheses.ts";
import { recode } from "./recode.ts";
import { solutionOf } from "../../model/result/solution.ts";
import { type Model, partOf, type PartResult, usedRows } from "../../model/result/model.ts";

/** A term and the rows of its hypothesis, over the coefficients of its part. */
export interface Hypothesis {
  readonly term: string;
  readonly L: Matrix;
  /** Degrees of freedom with complete data, where the data determine fewer; null otherwise. */
  readonly nominal: number | null;
  /** Type III: no equally weighted contrast is estimable, SAS's type III functions are tested. */
  readonly sas: boolean;
}

/**
 * Types of sums of squares: 1 sequential, 2 each term after all that do not contain it, 3 marginal.
 *
 * @category Extend
 */
export type HypothesisType = 1 | 2 | 3;

/**
 * How terms that contain another are told: all with its factors ("all", as car), or without further covariates ("sas").
 *
 * @category Extend
 */
export type Containment = "all" | "sas";

/** Hypotheses of every term of one part. */
export function termHypotheses(
  model: Model,
  part: string,
  type: HypothesisType,
  V: Matrix,
  containment: Containment,
): Hypothesis[] {
  const result = partOf(model, part), held = (j: number) => result.fixed.includes(result.names[j]);
  const terms = result.terms.filter((t) => t.count > 0 && !columnsOf(t).some(held));
  const isNumeric = numericVariables(model), flat = flatOf(model, part);
  if (type === 3) {
    return result.dropped.length === 0 && flat.length === 0
      ? marginal(model, result, terms)
      : incomplete(model, part, terms, isNumeric);
  }
  const tested = terms.filter((t) => t.label !== "(Intercept)"),
    metric = type === 1 ? sequentialMetric(model, part) : V;
  return tested.map((term, k) => {
    const others = type === 1
      ? tested.slice(k + 1)
      : result.terms.filter((t) => t.count > 0 && contains(t, term, containment, isNumeric));
    const beside = others.flatMap(columnsOf).filter((j) => !held(j));
    if (flat.length > 0) {
      const L = conditionalPart(columnsOf(term), beside, metric, flat);
      return { term: term.label, L, nominal: L.rows < term.count ? term.count : null, sas: false };
    }
    const L = type === 1 ? sequential(tested.slice(k), metric) : conditional(columnsOf(term), beside, metric);
    return { term: term.label, L, nominal: null, sas: false };
  });
}

/** (XᵀWX)⁻¹, in which least squares take one term after the other, W being weights of rows. */
function sequentialMetric(model: Model, part: string): Matrix {
  const { leastSquares: bySums, design } = solutionOf(model, "tests of terms"),
    own = design.precision && model.random.length > 0;
  return bySums && !own ? bySums : leastSquares(informative(model, part));
}

/** Type III where cells lack data or are separated. */
function incomplete(
  model: Model,
  part: string,
  terms: readonly FixedTerm[],
  isNumeric: (v: string) => boolean,
): Hypothesis[] {
  const hypotheses = new MarginalHypotheses(
    model,
    part,
    (bigger, smaller) =>
      bigger.length > smaller.length && smaller.every((f) => bigger.includes(f)) &&
      !bigger.some((f) => !smaller.includes(f) && isNumeric(f)),
  );
  return terms.map(({ label, count }) => {
    const found = hypotheses.of(label);
    if (!found) {
      return { term: label, L: Matrix.zeros(0, partOf(model, part).beta.length), nominal: count, sas: false };
    }
    const { L, nominal, sas } = found;
    return { term: label, L, nominal: L.rows < nominal ? nominal : null, sas };
  });
}

/** Rows of the first term, each coefficient given that all later ones, also its own term's, are zero. */
function sequential(terms: readonly FixedTerm[], metric: Matrix): Matrix {
  const columns = terms.flatMap(columnsOf), [{ count }] = terms, L = Matrix.zeros(count, metric.rows);
  for (let i = 0; i < count; i++) {
    L.setRow(i, conditional([columns[i]], columns.slice(i + 1), metric).getRow(0));
  }
  return L;
}

function columnsOf(t: FixedTerm): number[] {
  return Array.from({ length: t.count }, (_, j) => t.start + j);
}

/** Does `bigger` hold all factors of `term` and more? For SAS's rule the additional ones must not be covariates. */
function contains(
  bigger: FixedTerm,
  term: FixedTerm,
  containment: Containment,
  isNumeric: (v: string) => boolean,
): boolean {
  if (bigger === term || !term.factors.every((f) => bigger.factors.includes(f))) return false;
  return containment === "all" || !bigger.factors.some((f) => !term.factors.includes(f) && isNumeric(f));
}

/** Does a term hold `term`, and so is zero where `term` is tested without it (type 2)? */
export function containing(
  model: Model,
  term: FixedTerm,
  containment: Containment,
): (other: FixedTerm) => boolean {
  const isNumeric = numericVariables(model);
  return (other) => contains(other, term, containment, isNumeric);
}

function numericVariables(model: Model): (v: string) => boolean {
  const { variables } = designRecipe(model.recipe);
  return (v) => variables[v]?.kind !== "factor";
}

/**
 * L = E_A − V_AB V_BB⁻¹ E_B: β_A given that β_B = 0, in the metric V (the conjugate complement of B; Fox 2016, section 8.2.6).
 */
function conditional(A: readonly number[], B: readonly number[], V: Matrix): Matrix {
  const p = V.rows, L = Matrix.zeros(A.length, p);
  A.forEach((a, i) => L.set(i, a, 1));
  if (B.length === 0) return L;
  const inverse = positiveInverse(V.selection([...B], [...B]));
  if (!inverse) return L;
  const weights = V.selection([...A], [...B]).mmul(inverse);
  A.forEach((_, i) => B.forEach((b, j) => L.set(i, b, -weights.get(i, j))));
  return L;
}

/**
 * Type III, whatever the model's own coding: coefficients under sum-to-zero coding are β_sum = X_sum⁺ X β, and the rows of
 * a term are its hypothesis. Without factors, the coefficients as they stand.
 */
function marginal(model: Model, part: PartResult, terms: readonly FixedTerm[]): Hypothesis[] {
  const recoded = recode(model.recipe);
  const p = part.beta.length;
  let T = Matrix.eye(p);
  if (recoded) {
    const X = matrixOf(model, part.part, model.recipe), S = matrixOf(model, part.part, recoded);
    const G = Matrix.zeros(p, p), C = Matrix.zeros(p, p);
    for (let i = 0; i < p; i++) {
      for (let j = 0; j < p; j++) {
        G.set(i, j, dot(S[i], S[j]));
        C.set(i, j, dot(S[i], X[j]));
      }
    }
    const inverse = positiveInverse(G);
    if (inverse) T = clean(inverse.mmul(C));
  }
  const all = Array.from({ length: p }, (_, j) => j);
  return terms.map((t) => {
    const L = T.selection(columnsOf(t), all), D = recoded ? levelDifferences(model, t) : null;
    return { term: t.label, L: D && D.rows === L.rows ? D.mmul(L) : L, nominal: null, sas: false };
  });
}

/**
 * From sum-to-zero coefficients of a term to differences of each level from the first: the same hypothesis on the basis in
 * which lmerTest takes its degrees of freedom (those of an F test with several rows depend on it).
 */
function levelDifferences(model: Model, t: FixedTerm): Matrix {
  const { variables } = designRecipe(model.recipe);
  let D = Matrix.eye(1);
  for (const f of t.factors) {
    const v = variables[f];
    if (v?.kind !== "factor") continue;
    const k = v.levels.length - 1, own = Matrix.zeros(k, k); // (level j+1) − (level 0) in contr.sum coordinates
    for (let j = 0; j < k; j++) {
      for (let c = 0; c < k; c++) {
        own.set(j, c, (j + 1 === k ? -1 : j + 1 === c ? 1 : 0) - (c === 0 ? 1 : 0));
      }
    }
    D = kronecker(own, D);
  }
  return D;
}

/** A ⊗ B, B varying fastest: R's order of interaction columns. */
function kronecker(A: Matrix, B: Matrix): Matrix {
  const K = Matrix.zeros(A.rows * B.rows, A.columns * B.columns);
  for (let i = 0; i < A.rows; i++) {
    for (let j = 0; j < A.columns; j++) {
      for (let k = 0; k < B.rows; k++) {
        for (let l = 0; l < B.columns; l++) {
          K.set(i * B.rows + k, j * B.columns + l, A.get(i, j) * B.get(k, l));
        }
      }
    }
  }
  return K;
}

/** Removes rounding noise, so that tests of single coefficients stay tests of single coefficients. */
function clean(T: Matrix): Matrix {
  for (let i = 0; i < T.rows; i++) {
    for (let j = 0; j < T.columns; j++) if (Math.abs(T.get(i, j)) < 1e-11) T.set(i, j, 0);
  }
  return T;
}

function matrixOf(model: Model, part: string, recipe: Recipe): readonly Float64Array[] {
  return evaluateRecipe(recipe, usedRows(model), { parts: [part], random: false }).predictors[0].X;
}
