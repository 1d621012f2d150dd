/** Influence of groups: the model without each level of a grouping factor, started from the full fit. */
import { MEAN } from "../../model/families/part.ts";
import {
  type FigureMeta,
  type ResultFrame,
  resultFrame,
  type ResultKind,
  resultKind,
} from "../../display.ts";
import { denseColumn } from "../../math/columns.ts";
import { diagonalBlock, Matrix, positiveInverse } from "../../math/dense.ts";
import type { Design, RandomTerm } from "../../formula/types.ts";
import type { Model } from "../../model/result/model.ts";
import { solutionOf } from "../../model/result/solution.ts";
import { modelAt, warmPlan } from "../../model/refits.ts";
import { modelTitle } from "../../model/result/title.ts";
import { alone, checkOptions, type Kinds, kinds, noMore } from "../../check.ts";
import { quoteList } from "../../formula/errors.ts";
import { independentColumns } from "../../formula/rank.ts";
import { ownModel } from "../../model/result/model_argument.ts";

/** Influence of groups. */
export const INFLUENCE: ResultKind<FigureMeta> = resultKind("influence");

/**
 * Options of {@link influence}.
 *
 * @category Tests and intervals
 */
export interface InfluenceOptions {
  /** Grouping factor whose levels are left out one by one, as in the formula; default that of the first random term. */
  group?: string;
  /** Called after every fit with the number done and the number of all. */
  onProgress?: (done: number, n: number) => void;
}

const OPTIONS: Kinds<InfluenceOptions> = { group: kinds.text, onProgress: kinds.callback };

/**
 * Leaves one group out at a time. It draws Cook's distances of the groups, and how far each coefficient moves without them.
 *
 * ```ts
 * import { dataset, fit, influence } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("Reaction ~ Days + (Days | Subject)", await dataset("sleepstudy"));
 * influence(model, { group: "Subject" }); // Cook's distance of every subject
 * ```
 *
 * @returns `group`, `level`, `rows`, `cooks_distance` ((β̂ − β̂₋)ᵀV⁻¹(β̂ − β̂₋)/p), and per coefficient the change in standard
 *   errors, (β̂ − β̂₋)/SE
 * @throws RangeError for a grouping factor that the model does not have
 * Source: Cook (1977), Technometrics 19:15–18; Nieuwenhuis, te Grotenhuis & Pelzer (2012), R Journal 4(2).
 * @category Checks
 */
export function influence(model: Model, given: InfluenceOptions | string = {}): ResultFrame {
  noMore("influence", arguments, 2);
  const options = alone(given, "group");
  model = ownModel(model, "influence");
  checkOptions("influence", options, OPTIONS);
  const { design } = solutionOf(model, "influence"), terms = design.predictors.flatMap((p) => p.random);
  const { group = terms[0]?.group, onProgress } = options, term = terms.find((t) => t.group === group);
  if (!term) throw noSuchGroup(model, group, terms);
  const { names, beta } = model.parts[0], V = diagonalBlock(model.covariance, 0, beta.length);
  const free = names.map((_, j) => j).filter((j) => !model.parts[0].fixed.includes(names[j]));
  if (free.length === 0) {
    throw new RangeError(
      `Cannot compute influence: all coefficients of the mean of ${
        modelTitle(model)
      } are held (option fixed)`,
    );
  }
  const inverse = positiveInverse(V.selection(free, free)), se = names.map((_, j) => Math.sqrt(V.get(j, j)));
  const changes = term.levels.map((name, level) => {
    const rows = keptRows(term.level, level), smaller = subset(design, rows), lost = undetermined(smaller);
    const without = lost.length > 0 ? null : fitOf(model, smaller);
    onProgress?.(level + 1, term.levels.length);
    return {
      rows: design.n - rows.length,
      change: beta.map((b, j) => without ? b - without[j] : NaN),
      note: without
        ? ""
        : `Without ${term.group} "${name}" the data do not determine ${quoteList(lost)}: its row is empty.`,
    };
  });
  const distance = changes.map(({ change }) => {
    const d = Matrix.columnVector(free.map((j) => change[j]));
    return inverse ? d.transpose().mmul(inverse).mmul(d).get(0, 0) / free.length : NaN;
  });
  const columns = Object.fromEntries(
    free.map((j) => [names[j], j] as const).map((
      [name, j],
    ) => [name, Float64Array.from(changes, ({ change }) => change[j] / se[j])]),
  );
  return resultFrame(INFLUENCE, {
    group: changes.map(() => term.group),
    level: [...term.levels],
    rows: Int32Array.from(changes, (c) => c.rows),
    cooks_distance: Float64Array.from(distance),
    ...columns,
  }, {
    // in standard errors, so that all coefficients have the same decimals
    table: {
      mixed: {
        columns: Object.keys(columns),
        of: changes.map(() => "change"),
        errors: changes.map(() => 1),
      },
    },
    title: `Influence of each ${term.group} on ${modelTitle(model)}`,
    notes: [
      ...changes.map(({ note }) => note).filter((note) => note !== ""),
      "Per coefficient: the change in standard errors when the level is left out. Cook's distance above 4 / number of levels is worth a look.",
    ],
  });
}

/** Coefficients of the mean of the same model fitted to other rows. */
function fitOf(model: Model, design: Design): Float64Array {
  const plan = { ...warmPlan(model), warm: undefined, from: model, design };
  return modelAt(model, plan).parts[0].beta;
}

function noSuchGroup(model: Model, group: string | undefined, terms: readonly RandomTerm[]): RangeError {
  return new RangeError(
    group === undefined
      ? `Cannot leave out groups: ${modelTitle(model)} has no random effects, hence no grouping factor`
      : `Cannot leave out levels of "${group}": the grouping factors are ${
        quoteList([...new Set(terms.map((t) => t.group))]) || "none"
      }`,
  );
}

/** Coefficients of all parts whose columns are combinations of others in the rows that are left. */
function undetermined({ predictors }: Design): string[] {
  return predictors.flatMap(({ X, names, part, held }) => {
    const free = names.map((_, j) => j).filter((j) => !held || Number.isNaN(held[j])),
      kept = new Set(independentColumns(free.map((j) => X[j])));
    return free.filter((_, k) => !kept.has(k)).map((j) => part === MEAN ? names[j] : `${part} ${names[j]}`);
  });
}

function keptRows(level: Int32Array, without: number): Int32Array {
  return Int32Array.from(level.keys()).filter((i) => level[i] !== without);
}

/** A design of some of its rows; levels that no longer occur keep their place with an effect of 0. */
function subset(design: Design, rows: Int32Array): Design {
  const take = (x: Float64Array) => Float64Array.from(rows, (i) => x[i]),
    maybe = (x: Float64Array | null) => x && take(x);
  return {
    ...design,
    n: rows.length,
    weights: maybe(design.weights),
    precision: maybe(design.precision),
    rows: Int32Array.from(rows, (i) => design.rows[i]),
    response: { ...design.response, y: take(design.response.y), trials: maybe(design.response.trials) },
    predictors: design.predictors.map((q) => ({
      ...q,
      X: q.X.map((x) => take(denseColumn(x))),
      offset: maybe(q.offset),
      random: q.random.map((t) => ({
        ...t,
        columns: t.columns.map(maybe),
        position: t.position && { ...t.position, codes: Int32Array.from(rows, (i) => t.position!.codes[i]) },
        level: Int32Array.from(rows, (i) => t.level[i]),
      })),
    })),
  };
}
