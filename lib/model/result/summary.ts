/** summary(): what R prints of a fitted model. */
import {
  coefficientTable,
  formatCount,
  formatNumbers,
  formatSignificant,
  layoutText,
} from "../../display.ts";
import { formatNumber } from "../../formula/numbers.ts";
import { type CoefficientStatistics, coefficientStatistics, shownParts } from "./coefficients.ts";
import { isShape, MEAN } from "../families/part.ts";
import {
  hasResidual,
  isLeastSquares,
  type Model,
  partOf,
  type PartResult,
  partsOf,
  partSpec,
  type TermResult,
} from "./model.ts";
import { aic, bic, deviance, dfResidual } from "./statistics.ts";
import { ownModel } from "./model_argument.ts";

/**
 * The printed summary: family and link, formulas, information criteria, random effects, dispersion, coefficient tables.
 * @returns text, as in R (also the model's text/plain display)
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
  const { family, formulas } = model;
  return [
    ` Family: ${family.name}  ( ${family.link.name} )`,
    `Formula:          ${model.formula}`,
    formulas.zeroInflation && `Zero inflation:   ${formulas.zeroInflation}`,
    formulas.dispersion && `Dispersion:       ${formulas.dispersion}`,
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
  if (model.random.length === 0) return `Number of obs: ${formatCount(model.nobs)}`;
  const parts = [...new Set(model.random.map((t) => t.part))];
  const blocks = parts.map((part) =>
    `${parts.length > 1 || part !== MEAN ? `${partSpec(model, part).title}:\n` : ""}${
      varianceTable(model.random.filter((t) => t.part === part), part === MEAN ? residual(model) : null)
    }`
  );
  const groups = [...new Map(model.random.map((t) => [t.group, t.levels.length]))];
  return `Random effects:\n${blocks.join("\n\n")}\nNumber of obs: ${formatCount(model.nobs)}, groups:  ${
    groups.map(([g, l]) => `${g}, ${formatCount(l)}`).join("; ")
  }`;
}

/** Residual variance of Gaussian models with one residual standard deviation. */
function residual(model: Model): number | null {
  return hasResidual(model) ? model.sigma ** 2 : null;
}

function varianceTable(terms: readonly TermResult[], residualVariance: number | null): string {
  const widest = Math.max(...terms.map(correlated));
  const rows = terms.flatMap((t) => {
    const own = t.parameters.filter(({ kind }) => kind === "own").map((p) =>
      `${p.label} ${fixed2(p.estimate)}`
    );
    const deviations = t.parameters.filter(({ kind }) => kind === "sd"),
      common = deviations.length < t.names.length;
    return deviations.map(({ label, of: [i], estimate }, k) => ({
      group: k === 0 ? t.group : "",
      name: common ? `${label} over ${t.names.length} ${t.positions ? "positions" : "effects"}` : t.names[i],
      variance: t.positions ? estimate ** 2 : Math.max(0, t.covariance.get(i, i)),
      corr: [...Array.from({ length: widest - 1 }, (_, j) => correlation(t, i, j)), ...(k === 0 ? own : [])]
        .join(" ").trimEnd(),
    }));
  });
  const variances = rows.map((r) => r.variance),
    groups = rows.map((r) => r.group),
    names = rows.map((r) => r.name),
    corr = rows.map((r) => r.corr);
  if (residualVariance !== null) {
    variances.push(residualVariance);
    groups.push("Residual");
    names.push("");
    corr.push("");
  }
  const deviations = variances.map(Math.sqrt);
  const columns = [
    { name: "Name", cells: names, align: "left" as const },
    { name: "Variance", cells: inOneFormat(variances), align: "left" as const },
    { name: "Std.Dev.", cells: inOneFormat(deviations), align: "left" as const },
  ];
  if (corr.some((text) => text !== "")) columns.push({ name: "Corr", cells: corr, align: "left" });
  const header = " Groups",
    text = layoutText(groups.map((g) => ` ${g}`.padEnd(header.length)), columns).split("\n");
  text[0] = header + text[0].slice(header.length);
  return text.join("\n");
}

/** Numbers with decimals below each other: four significant digits of the smallest. */
function inOneFormat(values: readonly number[]): string[] {
  const cells = formatNumbers(values, { digits: 4 }), width = Math.max(...cells.map((c) => c.length));
  return cells.map((c) => c.padStart(width));
}

/** Columns of a term's correlations: as many as its coefficients where it has correlations, else one. */
function correlated(t: TermResult): number {
  return t.parameters.some(({ kind }) => kind === "cor") ? t.names.length : 1;
}

function correlation(t: TermResult, i: number, j: number): string {
  const found = t.parameters.find(({ kind, of: [a, b] }) => kind === "cor" && a === j && b === i);
  return found ? fixed2(found.estimate).padStart(5) : "";
}

function fixed2(r: number): string {
  return Number.isFinite(r) ? r.toFixed(2) : "NA";
}

function dispersion(model: Model): string {
  const { family } = model, lines: string[] = [];
  if (family.dispersionLabel && !model.formulas.dispersion) {
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

/** Parts that are shown, those of one component together. */
const shownComponents = (model: Model) => [...Map.groupBy(shownParts(model), (p) => p.component).values()];

function coefficients(model: Model, parts: readonly PartResult[]): string {
  const { title } = partSpec(model, parts[0].part), each = parts.map((p) => coefficientStatistics(model, p));
  const names = each.flatMap((s) => s.names);
  if (names.length === 0) return `${title}: no coefficients`;
  const all = (of: (s: CoefficientStatistics) => Float64Array) =>
    Float64Array.from(each.flatMap((s) => [...of(s)]));
  const estimate = all((s) => s.estimate), stdError = all((s) => s.stdError);
  const statistic = all((s) => s.statistic), pValue = all((s) => s.pValue);
  const table = model.reml
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
