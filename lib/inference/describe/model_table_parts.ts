/** The picture of models side by side: a column for each, estimates with what stands beside or below them. */
import {
  type CellColumn,
  decimalsByErrors,
  formatPValues,
  formatShortP,
  type NumberStyle,
  type TablePart,
  writeFixed,
  writeStatistics,
  writeValues,
} from "../../display.ts";
import type { Entry, QUANTITIES } from "./model_terms.ts";
import type { ModelTableOptions } from "./model_table_options.ts";

/** One term: the entries of its quantities. */
type Term = readonly Entry[];

/** The table: components where there are several, terms, models. */
export function tableOfModels(
  entries: readonly Entry[],
  names: readonly string[],
  options: ModelTableOptions,
  style: NumberStyle,
): TablePart {
  const terms = [
    ...Map.groupBy(
      entries,
      ({ part, component, group, term }) => JSON.stringify([part, component, group, term]),
    ).values(),
  ];
  const twoLines = options.layout !== "beside" && options.statistic !== "none";
  const lines = terms.map(([{ part }]) => part === "fixed" && twoLines ? 2 : 1);
  const spread = (texts: readonly string[]) =>
    texts.flatMap((text, i) => [text, ...new Array<string>(lines[i] - 1).fill("")]);
  const models = names.map((name, k): CellColumn => ({
    name,
    align: "right",
    cells: modelCells(terms, k, options, style).flatMap(([estimate, more], i) =>
      lines[i] === 2 ? [estimate, more] : [more && estimate ? `${estimate} ${more}` : estimate]
    ),
  }));
  const labels: CellColumn = {
    key: "term",
    name: "",
    cells: spread(terms.map(([{ label }]) => label)),
    align: "left",
  };
  const several =
    new Set(entries.filter(({ part }) => part === "fixed").map(({ component }) => component)).size > 1;
  const starts = terms.map((_, i) => lines.slice(0, i).reduce((sum, n) => sum + n, 0));
  const blocks = terms.map(([{ part, component }]) => `${part} ${component}`);
  const begins = blocks.map((block, i) =>
    i > 0 && block !== blocks[i - 1] && terms[i][0].part !== terms[i - 1][0].part
  );
  const components: CellColumn = {
    key: "component",
    name: "",
    cells: spread(terms.map(([{ component }], i) => blocks[i] === blocks[i - 1] ? "" : component ?? "")),
    align: "left",
  };
  return {
    columns: [...(several ? [components] : []), labels, ...models],
    rules: starts.filter((_, i) => begins[i]),
  };
}

/** Of every term the estimate, and what stands with it; empty where the model has no such term. */
function modelCells(
  terms: readonly Term[],
  k: number,
  { statistic = "std_error", stars = false }: ModelTableOptions,
  style: NumberStyle,
): [string, string][] {
  const of = (quantity: typeof QUANTITIES[number]) =>
    Float64Array.from(terms, (term) => term.find((entry) => entry.quantity === quantity)?.values[k] ?? NaN);
  const estimate = of("estimate"),
    error = of("std_error"),
    p = of("p_value"),
    low = of("conf_low"),
    high = of("conf_high");
  const alone = estimate.filter((_, i) => error[i] !== error[i] && !terms[i][0].term.startsWith("cor__"));
  const shown = statistic === "conf_int" ? [...estimate, ...low, ...high] : estimate;
  const decimals = decimalsByErrors(error, shown, alone, style.digits);
  const write = (values: Float64Array) =>
    decimals === null ? writeValues(values, style.digits) : writeFixed(values, decimals, error);
  const [estimates, errors, lows, highs] = [estimate, error, low, high].map(write);
  const pTexts = (style.pValues === "exact" ? formatPValues : formatShortP)(p),
    tests = writeStatistics(of("statistic"));
  const more: Record<NonNullable<ModelTableOptions["statistic"]>, (i: number) => string> = {
    std_error: (i) => error[i] === error[i] ? `(${errors[i]})` : "",
    conf_int: (i) => low[i] === low[i] || high[i] === high[i] ? `[${lows[i]}, ${highs[i]}]` : "",
    statistic: (i) => tests[i] === "NA" ? "" : `(${tests[i]})`,
    p_value: (i) => p[i] === p[i] ? `(${pTexts[i]})` : "",
    none: () => "",
  };
  return terms.map(([entry], i) =>
    entry.part === "gof"
      ? [gofText(entry.term, entry.values[k]), ""]
      : estimate[i] !== estimate[i]
      ? ["", ""]
      : [estimates[i] + (stars ? starsOf(p[i]) : ""), entry.part === "fixed" ? more[statistic](i) : ""]
  );
}

function gofText(term: string, value: number): string {
  if (value !== value) return "";
  return /^(log_lik|aicc?|bic)$/.test(term)
    ? value.toFixed(2)
    : /^r2/.test(term)
    ? value.toFixed(3)
    : writeValues([value])[0];
}

const starsOf = (p: number): string =>
  p < 0.001 ? "***" : p < 0.01 ? "**" : p < 0.05 ? "*" : p < 0.1 ? "+" : "";
