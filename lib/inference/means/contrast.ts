/** Contrasts: linear combinations of means, with tests and intervals that count how many there are. */
import type { ResultFrame } from "../../display.ts";
import { nearestName } from "../../frame.ts";
import { checkLevel } from "../../model/result/coefficients.ts";
import { RowBuilder, type SparseRows } from "../../math/sparse_rows.ts";
import { ADJUSTMENTS, type AdjustName } from "./adjust.ts";
import { type BackTransform, ofDifferences } from "../cells/back_transform.ts";
import type { Combination, ContrastChoices } from "./contrasts/contrast_method.ts";
import {
  combine,
  type ContrastName,
  type ContrastSpec,
  type Control,
  interactionMethods,
  readMethod,
} from "./contrast_methods.ts";
import { interactionCombinations } from "./contrast_interaction.ts";
import {
  bracketed,
  type EstimateFactor,
  type Estimates,
  estimatesOf,
  groupsBy,
  rowLabels,
} from "./estimates.ts";
import { contrastFrame } from "./estimates_frame.ts";
import type { Side } from "./estimates_table.ts";
import { quoted } from "../grid/reference_grid.ts";
import { checkOptions, type Kinds, kinds, noMore } from "../../check.ts";

export type { ContrastName, ContrastSpec } from "./contrast_methods.ts";

/** Options of {@link contrast}. */
export interface ContrastOptions {
  /**
   * Adjustment of p-values and intervals: "tukey", "dunnettx", "scheffe", "sidak", "mvt", "bonferroni", "holm", "hochberg",
   * "hommel", "BH" (= "fdr"), "BY", "none". Default: that of the family of contrasts (pairwise: tukey; trt.vs.ctrl: dunnettx;
   * consec and mean_chg: mvt; eff: fdr; others none).
   */
  adjust?: AdjustName;
  /** Factors within whose levels to compare, in place of those of the means; [] for none. */
  by?: string | readonly string[];
  /** Factors to compare, within all combinations of the others (simple effects). */
  simple?: string | readonly string[];
  /** Control of "trt.vs.ctrl": a level by name, its position counted from 1, or several, whose mean is the control. */
  ref?: Control;
  /** Contrasts of contrasts over several factors: true for the same family in each, or one family per factor. */
  interaction?: boolean | readonly ContrastName[];
  /** Scale, in place of that of the means. */
  type?: "link" | "response";
  /** Confidence level, in place of that of the means. */
  level?: number;
  /** Value under the null hypothesis, on the scale of the tests (0). */
  null?: number;
  /** Threshold of tests of equivalence ("two-sided"), non-inferiority (">") and non-superiority ("<"), on the scale of the tests. */
  delta?: number;
  /** Alternative hypothesis ("two-sided"). */
  side?: Side;
}

const LEVEL = kinds.anyOf(
  { ...kinds.text, should: "a level" },
  { ...kinds.number, should: "the position of a level, counted from 1" },
);
const OPTIONS: Kinds<ContrastOptions> = {
  adjust: kinds.oneOf(...ADJUSTMENTS),
  by: kinds.names,
  simple: kinds.names,
  ref: kinds.anyOf(LEVEL, kinds.listOf(LEVEL)),
  interaction: kinds.anyOf(kinds.flag, kinds.listOf(kinds.text)),
  type: kinds.oneOf("link", "response"),
  level: kinds.level,
  null: kinds.number,
  delta: kinds.notNegative,
  side: kinds.oneOf("two-sided", "<", ">"),
};

/**
 * Contrasts among the rows of a result of emmeans(), emtrends() or contrast().
 *
 * @param emm the result itself (what polars derives from it does not know the covariances of the means)
 * @param method "pairwise" (default), "revpairwise", "trt.vs.ctrl", "trt.vs.ctrlk", "poly", "consec", "eff", "del.eff",
 *   "mean_chg", "helmert", "identity", or coefficients: { "a against the rest": [1, -0.5, -0.5] }
 * @returns by-factors, `contrast`, `estimate`, `std_error`, `df`, `null`, `statistic`, `p_value`, `conf_low`, `conf_high`; on the
 *   response scale differences of logs are ratios ("a / b") and those of logits odds ratios, with tests on the log scale
 *   A contrast that is zero whatever the coefficients has standard error 0 and no test; one that is infinite (separation) a
 *   one-sided interval by profile likelihood and the likelihood-ratio test
 * @throws {TypeError} when `emm` is a plain data frame
 * @throws {RangeError} for an unknown family, adjustment, factor or level, or a wrong number of coefficients
 * Source: Scheffé (1959), The analysis of variance, chapter 3; Lenth (2016). Checked against emmeans in tests/reference.
 */
export function contrast(
  emm: ResultFrame,
  method: ContrastSpec = "pairwise",
  options: ContrastOptions = {},
): ResultFrame {
  noMore("contrast", arguments, 3);
  checkOptions("contrast", options, OPTIONS);
  return contrastFrameOf(estimatesOf(emm, "contrast"), method, options);
}

/**
 * All pairwise comparisons: contrast(emm, "pairwise").
 * @returns see {@link contrast}
 */
export function pairs(emm: ResultFrame, options: ContrastOptions = {}): ResultFrame {
  noMore("pairs", arguments, 2);
  checkOptions("pairs", options, OPTIONS);
  return contrastFrameOf(estimatesOf(emm, "pairs"), "pairwise", options);
}

function contrastFrameOf(means: Estimates, method: ContrastSpec, options: ContrastOptions): ResultFrame {
  const { null: value = 0, delta = 0, side = "two-sided" } = options;
  const contrasts = estimateContrasts(means, method, options);
  return contrastFrame(contrasts, options.adjust ?? contrasts.adjust, { null: value, delta, side });
}

/** The estimates behind a table of contrasts, without the table. */
export function estimateContrasts(
  means: Estimates,
  method: ContrastSpec,
  options: ContrastOptions = {},
): Estimates {
  const { level = means.level, type = means.type } = options;
  checkLevel(level);
  const by = readBy(means, options), ratios = type === "response" && ofDifferences(means.scale) !== null;
  const rule = options.interaction ? null : readMethod(method);
  const labels = rowLabels(means, by), plain = rowLabels(means, by, false);
  const groups = groupsBy(means, by).map((rows) => ({
    rows,
    combinations: (minus: ContrastChoices["minus"]) =>
      rule === null
        ? interactionCombinations(
          means,
          by,
          rows,
          interactionMethods(method, options.interaction, means, by),
          minus,
        )
        : combine(rule, rows.map((i) => bracketed(labels[i])), rows.map((i) => plain[i]), options.ref, minus),
  }));
  const probe = groups.flatMap(({ combinations }) => combinations(" - "));
  const differences = probe.every(({ coefficient }) => sumsTo(0, coefficient));
  const areMeans = probe.every(({ coefficient }) => sumsTo(1, coefficient));
  const C = new RowBuilder(means.rows.rows), minus = ratios && differences ? " / " : " - ";
  const from: number[] = [], made: (Combination & { readonly parts?: readonly string[] })[] = [];
  for (const { rows, combinations } of groups) {
    for (const each of combinations(minus)) {
      each.index.forEach((k, a) => C.add(rows[k], each.coefficient[a]));
      C.endRow();
      from.push(rows[0]);
      made.push(each);
    }
  }
  if (made.length === 0) {
    throw new RangeError(`Cannot compare: there is one mean only in each group, at least two are needed`);
  }
  const matrix = C.finish();
  // Weighted means can be back-transformed, differences of logs too; other combinations are on no scale but the linear one.
  const scale = areMeans ? means.scale : differences ? ofDifferences(means.scale) : null;
  const lost = scale === null && means.scale !== null;
  return {
    ...means,
    kind: "contrasts",
    factors: [
      ...means.factors.filter(({ name }) => by.includes(name)).map((f) => ({
        ...f,
        codes: Int32Array.from(from, (i) => f.codes[i]),
      })),
      ...partFactors(made, means, by, method, options),
      textFactor("contrast", made.map(({ name }) => name)),
    ],
    by,
    rows: means.rows.combinedBy(matrix),
    constant: cancelled(matrix, means),
    defect: means.defect?.combinedBy(matrix) ?? null,
    scale,
    type,
    level,
    bias: areMeans ? means.bias && matrix.times(means.bias) : null,
    adjust: rule?.adjust ?? "none",
    pairwise: rule?.pairwise ?? false,
    axis: axisOf(scale, type, means),
    notes: lost
      ? [...means.notes, `Contrasts are on the ${means.scale!.name} scale: they have no back-transformation`]
      : means.notes,
  };
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
  return means.scale
    ? `difference (${means.scale.name.replace("log odds ratio", "logit")} scale)`
    : "difference";
}

function sumsTo(total: number, c: readonly number[]): boolean {
  const sum = c.reduce((a, b) => a + b, 0), size = c.reduce((a, b) => a + Math.abs(b), 0);
  return Math.abs(sum - total) <= 1e-8 * size;
}

/** The factors to condition on: those asked for, all but the simple ones, or those of the means. */
function readBy(means: Estimates, { by, simple }: ContrastOptions): readonly string[] {
  const names = means.factors.map(({ name }) => name);
  const list = (given: string | readonly string[], option: string) => {
    const wanted = typeof given === "string" ? [given] : given;
    for (const name of wanted) {
      if (names.includes(name)) continue;
      const near = nearestName(name, names);
      throw new RangeError(
        `Cannot find "${name}" of ${option}: the factors of these means are ${quoted(names)}` +
          (near ? `; did you mean "${near}"?` : ""),
      );
    }
    return wanted;
  };
  if (by !== undefined && simple !== undefined) {
    throw new RangeError("Cannot use both by and simple: give one of them");
  }
  if (simple !== undefined) {
    const wanted = list(simple, "simple");
    return names.filter((name) => !wanted.includes(name));
  }
  return by === undefined ? means.by : list(by, "by");
}

/** Interaction contrasts name each factor's own contrast in a column of its own. */
function partFactors(
  made: readonly { readonly parts?: readonly string[] }[],
  means: Estimates,
  by: readonly string[],
  method: ContrastSpec,
  options: ContrastOptions,
): EstimateFactor[] {
  if (!options.interaction) return [];
  const rules = interactionMethods(method, options.interaction, means, by);
  return means.factors.filter(({ name }) => !by.includes(name)).map(({ name }, f) =>
    textFactor(`${name}_${rules[f].name}`, made.map(({ parts }) => parts![f]))
  );
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
