/** Models side by side: terms as rows, and below them how well the models fit. */
import { checkOptions, kinds } from "../../check.ts";
import type { ColumnValues } from "../../frame.ts";
import { type ResultFrame, resultFrame } from "../../display.ts";
import type { Model } from "../../model/result/model.ts";
import { isModel } from "../../model/result/model_argument.ts";
import { modelTitle } from "../../model/result/title.ts";
import { ratioNames, ratiosOf } from "../intervals/ratios.ts";
import { gofRows } from "./goodness_of_fit.ts";
import { type Entry, termRows } from "./model_terms.ts";
import { MODEL_TABLE_OPTIONS, type ModelTableOptions } from "./model_table_options.ts";
import { tableOfModels } from "./model_table_parts.ts";
import { namedModels } from "./named_models.ts";

/** Columns that say what a row is. */
const KEYS = ["part", "component", "group", "term", "quantity"] as const;

/**
 * Models side by side, as R's `modelsummary` shows them: terms as rows, estimates with their standard errors (or intervals, or
 * tests, or stars), standard deviations of random effects, and rows on the fit. For a ranking see {@link modelSel}, for tests
 * `anova(m0, m1)`.
 *
 * ```ts
 * import { dataset, fit, modelTable, table, toLatex } from "@tidyglmm/tidyglmm";
 *
 * const sleep = await dataset("sleepstudy");
 * const models = { intercepts: fit("Reaction ~ Days + (1 | Subject)", sleep), slopes: fit("Reaction ~ Days + (Days | Subject)", sleep) };
 * const beside = modelTable(models, { statistic: "conf_int", gof: ["nobs", "aic"] });
 * toLatex(table(beside, { title: "Sleep deprivation", labels: { Days: "days without sleep" } }));
 * ```
 *
 * @param given models, `modelTable(m0, m1)`, or models by names, `modelTable({ poisson: m0, … })`; options last
 * @returns `part` ("fixed", "random", "gof"), `component`, `group`, `term`, `quantity` ("estimate", "std_error", "statistic", "df",
 *   "p_value", "conf_low", "conf_high"; "value" of the fit), and a column of numbers for each model, missing where it has no such
 *   term; shown as a table with one column for each model
 * @throws {RangeError} when there is no model, two have one name, an option is unknown, or coefficients are no logarithms of ratios
 * @throws {TypeError} when an argument is no model
 * @category Tests and intervals
 */
export function modelTable(
  ...given: (Model | Readonly<Record<string, Model>> | ModelTableOptions)[]
): ResultFrame {
  const last = given.at(-1), options = given.length > 1 && isOptions(last) ? last : {};
  checkOptions("modelTable", options, MODEL_TABLE_OPTIONS);
  const named = namedModels(options === last ? given.slice(0, -1) : given, "modelTable");
  const names = uniqueNames(named.map(({ name }, i) => name ?? `M${i + 1}`), options.names);
  const models = named.map(({ model }) => model);
  const ratios = options.exponentiate ? models.map((model) => ratiosOf(model, "modelTable")) : null;
  const terms = termRows(models, options), gof = gofRows(models, names, options.gof);
  const entries = [...terms, ...gof.rows];
  const columns: Record<string, ColumnValues> = Object.fromEntries(
    KEYS.map((key) => [key, entries.map((row) => row[key])]),
  );
  names.forEach((name, k) => columns[name] = Float64Array.from(entries, ({ values }) => values[k]));
  const responses = new Set(models.map(({ response }) => response));
  return resultFrame("modelTable", columns, {
    title: responses.size === 1 ? `Models of ${models[0].response}` : "Models",
    table: {
      parts: (style) => [tableOfModels(entries as readonly Entry[], names, options, style)],
      notes: [
        ...models.map((model, k) =>
          `${names[k]}: ${modelTitle(model)}${ratios ? `; ${ratioNames(ratios[k])}` : ""}`
        ),
        ...tableNotes(models, names, options),
        ...gof.notes,
      ],
    },
  });
}

/** Options are an object in which nothing is a model. */
function isOptions(given: unknown): given is ModelTableOptions {
  return kinds.object.is(given) && !isModel(given) && !Object.values(given as object).some(isModel);
}

function uniqueNames(own: readonly string[], given: readonly string[] | undefined): readonly string[] {
  const names = given ?? own;
  if (names.length !== own.length) {
    throw new RangeError(`Cannot name the models: there are ${own.length} models and ${names.length} names`);
  }
  const twice = names.find((name, i) =>
    names.indexOf(name) !== i || KEYS.includes(name as typeof KEYS[number])
  );
  if (twice === undefined) return names;
  throw new RangeError(
    `Cannot name a model "${twice}": names should differ from each other and from ${
      KEYS.map((k) => `"${k}"`).join(", ")
    }`,
  );
}

const IN_WORDS = {
  std_error: "Standard errors in parentheses.",
  statistic: "Test statistics in parentheses.",
  p_value: "P-values in parentheses.",
  none: "",
};

function tableNotes(
  models: readonly Model[],
  names: readonly string[],
  { statistic = "std_error", stars = false, level = 0.95 }: ModelTableOptions,
): string[] {
  const responses = new Set(models.map((m) => m.response)), rows = new Set(models.map((m) => m.nobs));
  const restricted = names.filter((_, k) => models[k].reml);
  const fixed = new Set(models.map((m) => m.parts[0].names.join(" ")));
  return [
    statistic === "conf_int"
      ? `${Number((100 * level).toPrecision(6))}% confidence intervals in brackets.`
      : IN_WORDS[statistic],
    stars ? "+ p < 0.1, * p < 0.05, ** p < 0.01, *** p < 0.001" : "",
    responses.size > 1 || rows.size > 1
      ? "The models have different rows or responses: their log-likelihoods, AIC and BIC are not comparable."
      : restricted.length > 0 && (fixed.size > 1 || restricted.length < models.length)
      ? `Log-likelihood, AIC and BIC of REML fits (${
        restricted.join(", ")
      }) compare with those of REML fits of the same fixed ` +
        "effects only; modelSel() and anova() fit again by maximum likelihood."
      : "",
  ].filter((note) => note !== "");
}
