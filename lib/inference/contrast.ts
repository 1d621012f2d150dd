/** Contrasts: linear combinations of means, with tests and intervals that count how many there are. */
import type { ResultFrame } from "../display.ts";
import { nearestName } from "../frame.ts";
import { checkLevel } from "../model/coefficients.ts";
import { RowBuilder } from "../math/sparse_rows.ts";
import { type AdjustName, checkAdjust } from "./adjust.ts";
import { ofDifferences } from "./back_transform.ts";
import type { Combination, ContrastChoices, ContrastMethod } from "./contrasts/contrast_method.ts";
import * as methods from "./contrasts/mod.ts";
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
import { quoted } from "./reference_grid.ts";

/** Families of contrasts by name. */
export type ContrastName = keyof typeof methods;

/** A family by name, coefficients by name of the contrast (one per mean), or a family of one's own. */
export type ContrastSpec = ContrastName | Readonly<Record<string, readonly number[]>> | ContrastMethod;

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
  ref?: string | number | readonly (string | number)[];
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

/**
 * Contrasts among the rows of a result of emmeans(), emtrends() or contrast().
 *
 * @param emm the result itself (what polars derives from it does not know the covariances of the means)
 * @param method "pairwise" (default), "revpairwise", "trt.vs.ctrl", "trt.vs.ctrlk", "poly", "consec", "eff", "del.eff",
 *   "mean_chg", "helmert", "identity", or coefficients: { "a against the rest": [1, -0.5, -0.5] }
 * @returns by-factors, `contrast`, `estimate`, `std_error`, `df`, `null`, `statistic`, `p_value`, `conf_low`, `conf_high`; on the
 *   response scale differences of logs are ratios ("a / b") and those of logits odds ratios, with tests on the log scale
 * @throws {TypeError} when `emm` is a plain data frame
 * @throws {RangeError} for an unknown family, adjustment, factor or level, or a wrong number of coefficients
 * Source: Scheffé (1959), The analysis of variance, chapter 3; Lenth (2016). Checked against emmeans in tests/reference.
 */
export function contrast(
  emm: ResultFrame,
  method: ContrastSpec = "pairwise",
  options: ContrastOptions = {},
): ResultFrame {
  return contrastFrameOf(estimatesOf(emm, "contrast"), method, options);
}

/**
 * All pairwise comparisons: contrast(emm, "pairwise").
 * @returns see {@link contrast}
 */
export function pairs(emm: ResultFrame, options: ContrastOptions = {}): ResultFrame {
  return contrastFrameOf(estimatesOf(emm, "pairs"), "pairwise", options);
}

function contrastFrameOf(means: Estimates, method: ContrastSpec, options: ContrastOptions): ResultFrame {
  const { null: value = 0, delta = 0, side = "two-sided" } = options;
  if (!["two-sided", "<", ">"].includes(side)) {
    throw new RangeError(`Cannot use side: "${side}", known are "two-sided", "<", ">"`);
  }
  if (!(delta >= 0)) throw new RangeError(`Cannot use delta: ${delta}, a threshold should be >= 0`);
  if (!Number.isFinite(value)) throw new RangeError(`Cannot use null: ${value}, it should be a number`);
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
  if (options.adjust !== undefined) checkAdjust(options.adjust);
  const by = readBy(means, options), ratios = type === "response" && ofDifferences(means.scale) !== null;
  const rule = options.interaction ? null : readMethod(method);
  const labels = rowLabels(means, by), plain = rowLabels(means, by, false);
  const groups = groupsBy(means, by).map((rows) => ({
    rows,
    combinations: (minus: ContrastChoices["minus"]) =>
      rule === null
        ? interactionCombinations(means, by, rows, interactionMethods(method, options, means, by), minus)
        : combine(rule, rows.map((i) => bracketed(labels[i])), rows.map((i) => plain[i]), options.ref, minus),
  }));
  const probe = groups.flatMap(({ combinations }) => combinations(" - "));
  const differences = probe.every(({ coefficient }) => sumsToZero(coefficient));
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
  const scale = differences ? ofDifferences(means.scale) : means.scale;
  const lost = differences && scale === null && means.scale !== null;
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
    constant: matrix.times(means.constant),
    defect: means.defect?.combinedBy(matrix) ?? null,
    scale,
    type,
    level,
    bias: differences ? null : means.bias && matrix.times(means.bias),
    adjust: rule?.adjust ?? "none",
    pairwise: rule?.pairwise ?? false,
    notes: [
      ...means.notes.filter((note) => note !== lostNote(means)),
      ...(lost ? [lostNote(means)] : []),
    ],
  };
}

function lostNote({ scale }: Estimates): string {
  return `Contrasts are differences on the ${scale?.name} scale, which have no back-transformation`;
}

function sumsToZero(c: readonly number[]): boolean {
  const sum = c.reduce((a, b) => a + b, 0), size = c.reduce((a, b) => a + Math.abs(b), 0);
  return Math.abs(sum) <= 1e-8 * size;
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

/** A family by name or object, or coefficients turned into a family. */
function readMethod(method: ContrastSpec): ContrastMethod {
  if (typeof method === "string") return methodByName(method);
  if (method === null || typeof method !== "object") {
    throw new TypeError(
      `Cannot use ${String(method)} as contrasts: give a family's name, or coefficients by name`,
    );
  }
  if (typeof (method as ContrastMethod).combinations === "function") return method as ContrastMethod;
  return custom(method as Readonly<Record<string, readonly number[]>>);
}

/** A registered family. */
export function methodByName(name: string): ContrastMethod {
  const known: Readonly<Record<string, ContrastMethod>> = methods;
  if (Object.hasOwn(known, name)) return known[name];
  const names = Object.keys(known), near = nearestName(name, names);
  throw new RangeError(
    `Cannot find contrasts "${name}": known are ${quoted(names)}, or coefficients by name` +
      (near ? `; did you mean "${near}"?` : ""),
  );
}

function custom(given: Readonly<Record<string, readonly number[]>>): ContrastMethod {
  return {
    name: "custom",
    adjust: "none",
    pairwise: false,
    combinations: (labels) =>
      Object.entries(given).map(([name, coefficient]) => {
        const valid = Array.isArray(coefficient) && coefficient.every(Number.isFinite);
        if (!valid || coefficient.length !== labels.length) {
          throw new RangeError(
            `Cannot use contrast "${name}": it has ${
              valid ? `${coefficient.length} coefficients` : JSON.stringify(coefficient)
            }, ` +
              `it should have ${labels.length} numbers, one for each of ${quoted(labels)}`,
          );
        }
        if (coefficient.every((c) => c === 0)) {
          throw new RangeError(`Cannot use contrast "${name}": all its coefficients are 0`);
        }
        return { name, index: [...labels.keys()], coefficient };
      }),
  };
}

function combine(
  rule: ContrastMethod,
  labels: readonly string[],
  plain: readonly string[],
  ref: ContrastOptions["ref"],
  minus: ContrastChoices["minus"],
): Combination[] {
  if (ref === undefined) return rule.combinations(labels, { minus });
  const wanted = Array.isArray(ref) ? ref as (string | number)[] : [ref as string | number];
  return rule.combinations(labels, { minus, ref: wanted.map((level) => position(level, plain)) });
}

/** Position of a control: by level, or counted from 1. */
function position(level: string | number, labels: readonly string[]): number {
  if (typeof level === "string") {
    const at = labels.indexOf(level), near = nearestName(level, [...labels]);
    if (at >= 0) return at;
    throw new RangeError(
      `Cannot find the control ref: "${level}" among ${quoted(labels)}` +
        (near ? `; did you mean "${near}"?` : ""),
    );
  }
  if (Number.isInteger(level) && level >= 1 && level <= labels.length) return level - 1;
  throw new RangeError(
    `Cannot use ref: ${level}: a number is a position from 1 to ${labels.length}; a level is text, such as ref: "${
      labels[0]
    }"`,
  );
}

/** One family for each factor outside `by`. */
function interactionMethods(
  method: ContrastSpec,
  { interaction }: ContrastOptions,
  means: Estimates,
  by: readonly string[],
): ContrastMethod[] {
  const factors = means.factors.filter(({ name }) => !by.includes(name)).map(({ name }) => name);
  if (!Array.isArray(interaction)) return factors.map(() => readMethod(method));
  if (interaction.length === 1) return factors.map(() => methodByName(interaction[0]));
  if (interaction.length === factors.length) return interaction.map(methodByName);
  throw new RangeError(
    `Cannot use interaction with ${interaction.length} families: there should be one for each of ${
      quoted(factors)
    }`,
  );
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
  const rules = interactionMethods(method, options, means, by);
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
