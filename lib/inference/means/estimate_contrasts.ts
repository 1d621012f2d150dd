/** The estimates of contrasts: C L β̂, the rows of C by a method within each group of means. */
import { checkLevel } from "../../model/result/coefficients.ts";
import { RowBuilder, type SparseRows } from "../../math/sparse_rows.ts";
import { type BackTransform, ofDifferences } from "../cells/back_transform.ts";
import { combinationsOf } from "./combinations.ts";
import type { ContrastOptions } from "./contrast_options.ts";
import { comparedWithin } from "./contrast_factors.ts";
import { interactionCombinations, type Product } from "./contrast_interaction.ts";
import { type ContrastSpec, controls, interactionMethods, readMethod } from "./contrast_methods.ts";
import type { Combination, ContrastChoices, ContrastMethod } from "./contrasts/contrast_method.ts";
import { bracketed, type EstimateFactor, type Estimates, groupsBy, rowLabels } from "./estimates.ts";

/** Which contrasts: one method for all factors that are compared, or the products of one for each. */
interface Rule {
  readonly adjust: ContrastMethod["adjust"];
  readonly pairwise: boolean;
  /** Columns of the factors' own contrasts. */
  readonly columns: readonly string[];
  /** The contrasts among a group of rows. */
  combinations(rows: readonly number[], minus: ContrastChoices["minus"]): readonly (Combination | Product)[];
}

/** A contrast, the group of rows that it is made of, and the positions of its means there. */
interface Made {
  readonly rows: readonly number[];
  readonly combination: Combination | Product;
}

/** The estimates behind a table of contrasts, without the table. */
export function estimateContrasts(
  means: Estimates,
  method: ContrastSpec,
  options: ContrastOptions = {},
): Estimates {
  const { level = means.level, type = means.type } = options;
  checkLevel(level);
  const by = comparedWithin(means, options), groups = groupsBy(means, by);
  const rule = (options.interaction ? products : single)(means, by, method, options);
  const all = (minus: ContrastChoices["minus"]): Made[] =>
    groups.flatMap((rows) => rule.combinations(rows, minus).map((combination) => ({ rows, combination })));
  const plain = all(" - "),
    sumTo = (total: number) => plain.every(({ combination }) => sumsTo(total, combination));
  if (plain.length === 0) {
    throw new RangeError(`Cannot compare: there is one mean only in each group, at least two are needed`);
  }
  const differences = sumTo(0), areMeans = sumTo(1);
  const ratios = type === "response" && differences && ofDifferences(means.scale) !== null;
  const made = ratios ? all(" / ") : plain;
  const C = matrixOf(made, means.rows.rows), rows = means.rows.combinedBy(C), constant = cancelled(C, means);
  // Weighted means can be back-transformed, differences of logs too; other combinations are on no scale but the linear one.
  const scale = areMeans ? means.scale : differences ? ofDifferences(means.scale) : null;
  return {
    ...means,
    kind: "contrasts",
    ends: null,
    whole: undefined,
    factors: factorsOf(made, means, by, rule),
    by,
    rows,
    constant,
    runaway: means.runaway?.combinedBy(C, { rows, constant }) ?? null,
    defect: means.defect?.combinedBy(C) ?? null,
    scale,
    type,
    level,
    bias: areMeans ? means.bias && C.times(means.bias) : null,
    adjust: rule.adjust,
    pairwise: rule.pairwise,
    axis: axisOf(scale, type, means),
    notes: scale === null && means.scale !== null
      ? [...means.notes, `Contrasts are on the ${means.scale.name} scale: they have no back-transformation`]
      : means.notes,
  };
}

/** One method among the rows of a group. */
function single(means: Estimates, by: readonly string[], spec: ContrastSpec, { ref }: ContrastOptions): Rule {
  const method = readMethod(spec), shown = rowLabels(means, by), plain = rowLabels(means, by, false);
  const own = means.factors.filter(({ name }) => !by.includes(name)), one = own.length === 1 ? own[0] : null;
  return {
    adjust: method.adjust,
    pairwise: method.pairwise ?? false,
    columns: [],
    combinations: (rows, minus) =>
      combinationsOf(method, rows.map((i) => bracketed(shown[i])), {
        minus,
        ref: controls(ref, rows.map((i) => plain[i])),
        values: one?.values ? rows.map((i) => one.values![one.codes[i]]) : null,
      }),
  };
}

/** Products of the contrasts of each factor. */
function products(
  means: Estimates,
  by: readonly string[],
  spec: ContrastSpec,
  options: ContrastOptions,
): Rule {
  const names = means.factors.filter(({ name }) => !by.includes(name)).map(({ name }) => name);
  const methods = interactionMethods(spec, options.interaction!, names);
  return {
    adjust: "none",
    pairwise: false,
    columns: names.map((name, f) => `${name}_${methods[f].name}`),
    combinations: (rows, minus) => interactionCombinations(means, by, rows, methods, minus),
  };
}

/** C: a row for each contrast, a column for each mean. */
function matrixOf(made: readonly Made[], columns: number): SparseRows {
  const C = new RowBuilder(columns);
  for (const { rows, combination: { index, coefficient } } of made) {
    index.forEach((k, a) => C.add(rows[k], coefficient[a]));
    C.endRow();
  }
  return C.finish();
}

/** The factors of `by`, each factor's own contrast where they are products, and the contrast. */
function factorsOf(
  made: readonly Made[],
  means: Estimates,
  by: readonly string[],
  { columns }: Rule,
): EstimateFactor[] {
  const conditions = means.factors.filter(({ name }) => by.includes(name));
  return [
    ...conditions.map((f) => ({ ...f, codes: Int32Array.from(made, ({ rows }) => f.codes[rows[0]]) })),
    ...columns.map((name, f) =>
      textFactor(name, made.map(({ combination }) => (combination as Product).parts[f]))
    ),
    textFactor("contrast", made.map(({ combination }) => combination.name)),
  ];
}

/** Contrasts of what the means are beyond Lβ, 0 where they cancel to the rounding error of the means themselves. */
function cancelled(C: SparseRows, { rows, constant, beta }: Estimates): Float64Array {
  const size = constant.map((v, i) => {
    let sum = Math.abs(v);
    for (let k = rows.start[i]; k < rows.start[i + 1]; k++) {
      sum += Math.abs(rows.value[k] * beta[rows.index[k]]);
    }
    return sum;
  });
  return C.times(constant).map((v, i) => {
    let most = 0;
    for (let k = C.start[i]; k < C.start[i + 1]; k++) most += Math.abs(C.value[k]) * size[C.index[k]];
    return Math.abs(v) <= 1e-12 * most ? 0 : v;
  });
}

/** What contrasts are called on an axis. */
function axisOf(scale: BackTransform | null, type: Estimates["type"], means: Estimates): string {
  if (type === "response" && scale?.isRatio) return scale.difference ?? "ratio";
  if (type === "response" && scale) return means.axis;
  if (means.kind === "trends") return `difference in ${means.axis}`;
  return means.scale
    ? `difference (${means.scale.name.replace("log odds ratio", "logit")} scale)`
    : "difference";
}

function sumsTo(total: number, { coefficient: c }: Combination): boolean {
  const sum = c.reduce((a, b) => a + b, 0), size = c.reduce((a, b) => a + Math.abs(b), 0);
  return Math.abs(sum - total) <= 1e-8 * size;
}

function textFactor(name: string, values: readonly string[]): EstimateFactor {
  const labels = [...new Set(values)], position = new Map(labels.map((label, i) => [label, i]));
  return {
    name,
    labels,
    values: null,
    ordered: false,
    boolean: false,
    codes: Int32Array.from(values, (value) => position.get(value)!),
  };
}
