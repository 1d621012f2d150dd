/** The table of a model: criteria, random effects, coefficients with their limits, and what R says below. */
import { hasDf } from "./has_df.ts";
import { furtherFormulas } from "./title.ts";
import {
  type CellColumn,
  decimalsByErrors,
  formatPValues,
  formatShortP,
  type NumberStyle,
  stars,
  STARS_LEGEND,
  type TablePart,
  type TablePicture,
  writeFixed,
  writeStatistics,
  writeValues,
} from "../../display.ts";
import { formatNumber } from "../../formula/numbers.ts";
import { qt } from "../../math/distributions.ts";
import { componentStatistics, normalQuantile, shownComponents } from "./coefficients.ts";
import { isLeastSquares, type Model, type PartResult, partSpec } from "./model.ts";
import { randomHeading, randomParts } from "./random_table.ts";
import { aic, bic, deviance, dfResidual } from "./statistics.ts";
import { dispersion, sizes } from "./summary.ts";

/** Significant digits of the smallest standard error: as R's summary of these models. */
const DIGITS = 4;
/** Level of the limits. */
const LEVEL = 0.95;

/** Title, tables and footnotes of a model. */
export function modelPicture(model: Model, style: NumberStyle): TablePicture {
  const own = randomHeading(model),
    random = randomParts(model).map((part) => ({
      ...part,
      heading: part.heading ? `${own}: ${part.heading}` : own,
    }));
  const components = shownComponents(model).map((parts) => coefficients(model, parts, style));
  return {
    title: titleOf(model),
    parts: [criteria(model), ...random, ...components],
    notes: footnotes(model),
  };
}

function titleOf(model: Model): string {
  const { formula, family, method } = model;
  const parts = [formula, ...furtherFormulas(model).map((own) => `${own.what} ${own.formula}`)];
  return `${parts.join(", ")} — ${family.name} (${family.link.name}), ${method}`;
}

function criteria(model: Model): TablePart {
  const shown = model.reml ? [["reml_criterion", "REML criterion", deviance(model)] as const] : [
    ["aic", "AIC", aic(model)] as const,
    ["bic", "BIC", bic(model)] as const,
    ["log_lik", "logLik", model.logLik] as const,
    ["deviance", "deviance", deviance(model)] as const,
  ];
  const columns = shown.map(([key, name, value]) => number(key, name, [value.toFixed(1)]));
  return { columns: [...columns, number("df_residual", "df.resid", [formatNumber(dfResidual(model))])] };
}

const number = (key: string, name: string, cells: readonly string[]): CellColumn => ({
  key,
  name,
  cells,
  align: "right",
});

/** Estimates of one component: as R's coefficient table, with confidence limits. REML fits have no p-values there. */
function coefficients(model: Model, parts: readonly PartResult[], style: NumberStyle): TablePart {
  const { names, estimate, stdError, statistic, pValue } = componentStatistics(model, parts);
  const width = hasDf(model) || !isLeastSquares(model)
    ? normalQuantile(LEVEL)
    : qt((1 + LEVEL) / 2, model.dfResidual);
  const limits = [-1, 1].map((side) =>
    estimate.map((b, j) => stdError[j] < Infinity ? b + side * width * stdError[j] : NaN)
  );
  const decimals = decimalsByErrors(
    stdError,
    [...estimate, ...limits.flatMap((each) => [...each])],
    [],
    style.digits ?? DIGITS,
  );
  const write = (values: Float64Array) =>
    blank(decimals === null ? writeValues(values) : writeFixed(values, decimals, stdError));
  const letter = hasDf(model) || isLeastSquares(model) ? "t" : "z";
  const ends = limits.map((values, k): CellColumn =>
    number(k === 0 ? "conf_low" : "conf_high", k === 0 ? "2.5 %" : "97.5 %", write(values))
  );
  const writeP = style.pValues === "exact" ? formatPValues : formatShortP;
  const tests = [
    number("p_value", `Pr(>|${letter}|)`, blank(writeP(pValue))),
    { key: "stars", name: "", cells: Array.from(pValue, stars), align: "left" } as const,
  ];
  return {
    heading: partSpec(model, parts[0].part).heading,
    columns: [
      { key: "term", name: "Term", cells: names, align: "left" },
      number("estimate", "Estimate", write(estimate)),
      number("std_error", "Std. Error", write(stdError)),
      ...ends,
      number("statistic", `${letter} value`, blank(writeStatistics(statistic))),
      ...(hasDf(model) ? [] : tests),
    ],
  };
}

const blank = (cells: readonly string[]) => cells.map((cell) => cell === "NA" ? "" : cell);

function footnotes(model: Model): string[] {
  const components = shownComponents(model).map((parts) => componentStatistics(model, parts));
  const starred = !hasDf(model) && components.some(({ pValue }) => pValue.some((p) => p <= 0.1));
  const held = model.parts.flatMap((part) => part.fixed);
  const reference = hasDf(model) || !isLeastSquares(model) ? "normal" : "t";
  return [
    starred ? STARS_LEGEND : "",
    ...dispersion(model).split("\n").map((line) => line.trim()),
    `${sizes(model).replace("groups:  ", "groups: ")}.`,
    `Confidence limits: Wald, 95%, ${reference} distribution.${
      hasDf(model) ? " tidy(model) has degrees of freedom, p-values and t limits." : ""
    }`,
    held.length > 0 ? `Held at given values (option fixed): ${held.join(", ")}.` : "",
    model.certificate.converged ? "Converged." : "",
  ].filter((note) => note !== "");
}
