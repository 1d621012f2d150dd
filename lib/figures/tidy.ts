/** Coefficients: a forest of fixed effects, the intercept apart, and the random effects' standard deviations. */
import { MEAN } from "../model/families/part.ts";
import {
  type EffectsPlotOptions,
  type FigureElement,
  type FigureOptions,
  type KindFigure,
  type OwnOptions,
  plotOptions,
} from "../display.ts";
import { columnNames, type Frame } from "../frame.ts";
import { type RowParameter, TIDY, type TidyMeta } from "../inference/intervals/tidy.ts";
import { compose, type Panel } from "./compose.ts";
import { facetedForest, type ForestPanel, type ForestPart, MOST_HEADED } from "./forest_facets.ts";
import { type Estimate, type IntervalPanel, intervalPanel, nameMargin } from "./intervals.ts";
import { Words } from "./words.ts";
import { formatInterval, formatValue, notDrawn, type Row, rowsOf } from "./rows.ts";

const COMPONENTS: Readonly<Record<string, string>> = { cond: "", zi: "zero inflation", disp: "dispersion" };

/**
 * Draws the estimates of `tidy` with their intervals: coefficients of each part of the model, intercepts in a panel of
 * their own scale, standard deviations and correlations of random effects below.
 *
 * @param frame result of `tidy`: `effect`, `component`, `group`, `term`, `estimate`, `conf_low`, `conf_high`, …
 */
export const tidy: KindFigure<TidyMeta> = {
  kind: TIDY,
  table: {
    needs: ["term", "estimate"],
    isOf: (columns) =>
      columns.has("term") && !columns.has("model") && (!columns.has("level") || columns.has("effect")),
    metaOf: (frame) => ({ parameters: rowsOf(frame).map((row) => parameterOf(String(row.term))) }),
  },
  options: { ...plotOptions.estimates, ...plotOptions.color, facet: plotOptions.names } satisfies OwnOptions<
    EffectsPlotOptions
  >,
  draw,
};

/** What a parameter is, where only its name in the table is known. */
function parameterOf(term: string): RowParameter | null {
  const [, kind, label] = /^(sd|cor)__(.*)$/.exec(term) ?? [];
  return kind ? { kind: kind as "sd" | "cor", label } : null;
}

function draw(frame: Frame, meta: TidyMeta, options: FigureOptions): FigureElement {
  const words = new Words(options),
    of = new Map(rowsOf(frame).map((row, k) => [row, meta.parameters[k] ?? null]));
  const all = [...of.keys()].filter((row) => row.effect !== "ran_vals"),
    rows = all.filter((row) => Number.isFinite(row.estimate));
  const several = new Set(rows.filter(isFixed).map((row) => row.component)).size > 1;
  const noEffect = (row: Row) => isFixed(row) && meta.ratios?.get(String(row.component)) ? 1 : 0;
  const filled = [...fixedPanels(rows.filter(isFixed), meta, several), ...randomPanels(rows, of)]
    .filter(([, own]) => own.length > 0)
    .map(([title, own, label, reference, ends]): ForestPart => ({
      title,
      label,
      reference,
      ends,
      log: own.some((row) => noEffect(row) === 1),
      estimates: own.map((row) => estimateOf(row, of.get(row)!, several, noEffect(row), words)),
      rows: own,
    }));
  if (filled.length === 0) {
    throw new RangeError("Cannot plot the coefficients: none of them has a finite estimate");
  }
  const forest = panelsOf(filled, options, columnNames(frame), words);
  const marginLeft = Math.max(...forest.map(({ entries }) => nameMargin(entries, mostNames(options))));
  const width = Number(options.width ?? 640);
  const panels: Panel[] = forest.map(({ title, label, reference, ends, log, entries }) => ({
    plot: intervalPanel(
      entries,
      {
        label: words.of(label),
        reference,
        ...ends,
        log,
        width,
        marginLeft,
        mostNames: mostNames(options),
      },
      options,
    ),
    title: forest.length === 1 && entries.length > 1 && title === "Coefficients" ? undefined : title,
  }));
  const bars = options.bands !== false && rows.some((row) => Number.isFinite(row.conf_low));
  const caption = [
    meta.title && `${meta.title}.`,
    bars &&
    `Estimates with ${
      meta.level === undefined ? "" : `${formatValue(meta.level * 100)}% `
    }confidence intervals; hollow where the interval holds ${meta.ratios ? 1 : 0}.`,
    notDrawn(all.filter(isFixed), (row) => String(row.term)),
  ];
  const figure = compose({ panels, caption }, options);
  words.done();
  return figure;
}

/** Lines up to which names are written: with headings they tell what belongs together. */
const mostNames = ({ facet }: FigureOptions) => facet === undefined ? undefined : MOST_HEADED;

/** A panel for each kind of parameter; or as the reader wants them. */
function panelsOf(
  parts: readonly ForestPart[],
  options: FigureOptions,
  columns: readonly string[],
  words: Words,
): readonly ForestPanel[] {
  const { facet } = options as EffectsPlotOptions;
  if (facet === undefined) return parts.map(({ estimates, ...part }) => ({ ...part, entries: estimates }));
  const known = ["effect", "component", "group"].filter((name) => columns.includes(name));
  return facetedForest(parts, facet, known, words);
}

/** Tables of confint() have coefficients and parameters of groups, and do not call them so. */
const isFixed = (row: Row) => row.effect === undefined ? row.group === null : row.effect === "fixed";

/** Title, rows, axis, line of no effect, and possible values of a panel or the ends of its axis. */
type Forest = [
  title: string,
  rows: Row[],
  label: string,
  reference: number | undefined,
  ends?: Pick<IntervalPanel, "range" | "domain">,
];

/** Coefficients by component, and the intercepts, whose scale is their own. */
function fixedPanels(fixed: readonly Row[], meta: TidyMeta, several: boolean): Forest[] {
  const isIntercept = (row: Row) => row.term === "(Intercept)";
  const parts: Forest[] = [];
  for (const [component, own] of Map.groupBy(fixed, (row) => String(row.component ?? MEAN))) {
    const place = COMPONENTS[component] ?? component;
    const title = place ? `Coefficients: ${place}` : several ? "Coefficients: mean" : "Coefficients";
    const ratio = meta.ratios?.get(component);
    parts.push([
      title,
      own.filter((row) => !isIntercept(row)),
      ratio ?? `estimate${scaleNote(meta, several)}`,
      ratio ? 1 : 0,
    ]);
  }
  const all = fixed.filter(isIntercept),
    ratios = all.filter((row) => meta.ratios?.get(String(row.component)));
  const others = all.filter((row) => !ratios.includes(row));
  const heading = (own: readonly Row[]) => own.length > 1 ? "Intercepts" : "Intercept";
  parts.push([heading(ratios), ratios, "exp(intercept)", undefined]);
  parts.push([heading(others), others, `estimate${scaleNote(meta, several)}`, undefined]);
  return parts;
}

/** Standard deviations, correlations, and what else a structure has. */
function randomPanels(rows: readonly Row[], of: ReadonlyMap<Row, RowParameter | null>): Forest[] {
  const random = rows.filter((row) => !isFixed(row)), parts: Forest[] = [];
  const ofKind = (kind: RowParameter["kind"]) => random.filter((row) => of.get(row)?.kind === kind);
  const unknown = random.filter((row) => !of.get(row));
  if (unknown.length > 0) parts.push(["Random effects", unknown, "estimate", undefined]);
  const deviations = ofKind("sd"), largest = Math.max(...deviations.map((row) => row.estimate as number));
  parts.push([
    "Random effects: standard deviations",
    deviations,
    "standard deviation",
    0,
    largest === 0 ? { domain: [0, 1] } : { range: [0, Infinity] },
  ]);
  parts.push(["Random effects: correlations", ofKind("cor"), "correlation", 0, { domain: [-1, 1] }]);
  for (const [kind, own] of Map.groupBy(ofKind("own"), (row) => of.get(row)!.label)) {
    parts.push([`Random effects: ${kind}`, own, kind, undefined, { range: of.get(own[0])!.range }]);
  }
  return parts;
}

/** Coefficients of the mean are on the scale of its link; those of other parts have links of their own. */
function scaleNote({ link }: TidyMeta, several: boolean): string {
  if (link === undefined || link === "identity" && !several) return "";
  return several ? " (link scale)" : ` (${link} scale)`;
}

function estimateOf(
  row: Row,
  parameter: RowParameter | null,
  several: boolean,
  noEffect: number,
  words: Words,
): Estimate {
  const estimate = row.estimate as number,
    low = row.conf_low as number ?? NaN,
    high = row.conf_high as number ?? NaN;
  const random = !isFixed(row);
  const place = several && String(row.component ?? MEAN) !== MEAN && (random || row.term === "(Intercept)")
    ? ` (${COMPONENTS[String(row.component)] ?? row.component})`
    : "";
  const term = words.of(parameter && parameter.kind !== "own" ? parameter.label : String(row.term));
  const name =
    (!random
      ? term
      : row.group === "Residual"
      ? words.of("Residual")
      : `${words.of(String(row.group))}: ${term}`) +
    place;
  const filled = random || !(low <= noEffect && high >= noEffect);
  return { name, estimate, low, high, filled, title: `${name}\n${formatInterval(row)}` };
}
