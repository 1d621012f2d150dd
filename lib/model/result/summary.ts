/** summary(): what R prints of a fitted model. */
import { hasDf } from "./has_df.ts";
import { furtherFormulas } from "./title.ts";
import {
  coefficientTable,
  formatCount,
  formatNumbers,
  formatSignificant,
  layoutText,
} from "../../display.ts";
import { formatNumber } from "../../formula/numbers.ts";
import { componentStatistics, shownComponents } from "./coefficients.ts";
import { randomHeading, type VarianceBlock, varianceBlocks } from "./random_table.ts";
import { isShape } from "../families/part.ts";
import { isLeastSquares, type Model, partOf, type PartResult, partsOf, partSpec } from "./model.ts";
import { aic, bic, deviance, dfResidual } from "./statistics.ts";
import { ownModel } from "./model_argument.ts";

/**
 * The printed summary: family and link, formulas, information criteria, random effects, dispersion, coefficient tables.
 *
 * ```ts
 * import { dataset, fit, summary } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("Reaction ~ Days + (Days | Subject)", await dataset("sleepstudy"));
 * summary(model); // the text that R prints
 * ```
 *
 * @returns text, as in R (also the model's text/plain display)
 * @category The model
 */
export function summary(model: Model): string {
  model = ownModel(model, "summary", arguments);
  return [
    head(model),
    criteria(model),
    randomEffects(model),
    dispersion(model),
    ...shownComponents(model).map((parts) => coefficients(model, parts)),
    notes(model),
  ].filter(Boolean).join("\n\n");
}

function head(model: Model): string {
  const { family } = model;
  return [
    ` Family: ${family.name}  ( ${family.link.name} )`,
    `Formula:          ${model.formula}`,
    ...furtherFormulas(model).map(({ what, formula }) =>
      `${(what[0].toUpperCase() + what.slice(1) + ":").padEnd(18)}${formula}`
    ),
    `Fitted by:        ${model.method}${model.quadrature > 1 ? ` (${model.quadrature} points)` : ""}`,
    model.weights !== "none" && `Weights:          ${model.weights}`,
  ].filter(Boolean).join("\n");
}

function criteria(model: Model): string {
  const one = (x: number) => x.toFixed(1);
  const columns = model.reml
    ? [["REML criterion", one(deviance(model))]]
    : [["AIC", one(aic(model))], ["BIC", one(bic(model))], ["logLik", one(model.logLik)], [
      "deviance",
      one(deviance(model)),
    ]];
  columns.push(["df.resid", formatNumber(dfResidual(model))]);
  return layoutText([""], columns.map(([name, cell]) => ({ name, cells: [cell], align: "right" as const })));
}

function randomEffects(model: Model): string {
  if (model.random.length === 0) return sizes(model);
  const blocks = varianceBlocks(model).map((block) =>
    `${block.title ? `${block.title}:\n` : ""}${varianceTable(block)}`
  );
  return `${randomHeading(model)}:\n${blocks.join("\n\n")}\n${sizes(model)}`;
}

/** "Number of obs: 180, groups:  Subject, 18". */
export function sizes(model: Model): string {
  const groups = [...new Map(model.random.map((t) => [t.group, t.levels.length]))];
  return `Number of obs: ${formatCount(model.nobs)}${
    groups.length === 0 ? "" : `, groups:  ${groups.map(([g, l]) => `${g}, ${formatCount(l)}`).join("; ")}`
  }`;
}

function varianceTable({ rows }: VarianceBlock): string {
  const variances = rows.map((r) => r.variance);
  const corr = rows.map((r) =>
    [...r.corr.slice(0, -1).map((text) => text && text.padStart(5)), ...r.corr.slice(-1).filter(Boolean)]
      .join(" ").trimEnd()
  );
  const columns = [
    { name: "Name", cells: rows.map((r) => r.name), align: "left" as const },
    { name: "Variance", cells: inOneFormat(variances), align: "left" as const },
    { name: "Std.Dev.", cells: inOneFormat(variances.map(Math.sqrt)), align: "left" as const },
  ];
  if (corr.some((text) => text !== "")) columns.push({ name: "Corr", cells: corr, align: "left" });
  const header = " Groups",
    text = layoutText(rows.map((r) => ` ${r.group}`.padEnd(header.length)), columns).split("\n");
  text[0] = header + text[0].slice(header.length);
  return text.join("\n");
}

/** Numbers with decimals below each other: four significant digits of the smallest. */
function inOneFormat(values: readonly number[]): string[] {
  const cells = formatNumbers(values, { digits: 4 }), width = Math.max(...cells.map((c) => c.length));
  return cells.map((c) => c.padStart(width));
}

/** What the summary says of the dispersion and the shapes, a line each. */
export function dispersion(model: Model): string {
  const { family } = model, lines: string[] = [];
  if (family.dispersionLabel && !model.formulas.dispersion && !model.formulas.residual) {
    const { text, squared } = family.dispersionLabel, value = squared ? model.sigma ** 2 : model.sigma;
    lines.push(`${text}: ${formatSignificant(value, 3)} `);
  }
  for (const part of partsOf(model).filter(isShape)) {
    if (partOf(model, part.name).shown) continue;
    lines.push(
      `${[part.meaning, part.detail].filter(Boolean).join(", ")}: ${
        formatSignificant(model.parameters[part.name], 3)
      }`,
    );
  }
  return lines.join("\n");
}

function coefficients(model: Model, parts: readonly PartResult[]): string {
  const { title } = partSpec(model, parts[0].part);
  const { names, estimate, stdError, statistic, pValue } = componentStatistics(model, parts);
  if (names.length === 0) return `${title}: no coefficients`;
  const table = hasDf(model)
    ? coefficientTable({ names, estimate, stdError, statistic, letter: "t" })
    : coefficientTable({
      names,
      estimate,
      stdError,
      statistic: zapped(statistic),
      pValue,
      letter: isLeastSquares(model) ? "t" : "z",
    });
  return `${title}:\n${table}`;
}

/** Four significant digits of the largest statistic and as many decimals for the others (R's zapsmall). */
function zapped(statistic: Float64Array): Float64Array {
  const largest = Math.max(...statistic.map(Math.abs).filter(Number.isFinite));
  const decimals = largest > 0 ? Math.max(0, 4 - Math.ceil(Math.log10(largest))) : 4;
  return statistic.map((z) => (Number.isFinite(z) ? Number(z.toFixed(decimals)) : z));
}

function notes(model: Model): string {
  return model.messages.map((m) => `Note: ${m}`).join("\n");
}
