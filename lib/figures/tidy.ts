/** Coefficients: a forest of fixed effects, the intercept apart, and the random effects' standard deviations. */
import { MEAN } from "../model/families/part.ts";
import type { FigureElement, FigureOptions, KindFigure } from "../display.ts";
import type { Frame } from "../frame.ts";
import { type RowParameter, TIDY, type TidyMeta } from "../inference/intervals/tidy.ts";
import { compose, type Panel } from "./compose.ts";
import { type Estimate, intervalPanel, nameMargin } from "./intervals.ts";
import { formatInterval, formatValue, notDrawn, type Row, rowsOf } from "./rows.ts";

const COMPONENTS: Readonly<Record<string, string>> = { cond: "", zi: "zero inflation", disp: "dispersion" };

/**
 * Draws the estimates of `tidy` with their intervals: coefficients of each part of the model, intercepts in a panel of
 * their own scale, standard deviations and correlations of random effects below.
 *
 * @param frame result of `tidy`: `effect`, `component`, `group`, `term`, `estimate`, `conf_low`, `conf_high`, …
 */
export const tidy: KindFigure<TidyMeta> = { kind: TIDY, options: {}, draw };

function draw(frame: Frame, meta: TidyMeta, options: FigureOptions): FigureElement {
  const of = new Map(rowsOf(frame).map((row, k) => [row, meta.parameters[k]]));
  const all = [...of.keys()].filter((row) => row.effect !== "ran_vals"),
    rows = all.filter((row) => Number.isFinite(row.estimate));
  const several = new Set(rows.filter(isFixed).map((row) => row.component)).size > 1;
  const noEffect = (row: Row) => isFixed(row) && meta.ratios?.get(String(row.component)) ? 1 : 0;
  const filled = [...fixedPanels(rows.filter(isFixed), meta, several), ...randomPanels(rows, of)]
    .filter(([, own]) => own.length > 0)
    .map(([title, own, label, reference, domain]) => ({
      title,
      label,
      reference,
      domain,
      log: own.some((row) => noEffect(row) === 1),
      estimates: own.map((row) => estimateOf(row, of.get(row)!, several, noEffect(row))),
    }));
  if (filled.length === 0) {
    throw new RangeError("Cannot plot the coefficients: none of them has a finite estimate");
  }
  const marginLeft = Math.max(...filled.map(({ estimates }) => nameMargin(estimates)));
  const width = Number(options.width ?? 640);
  const panels: Panel[] = filled.map(({ title, label, reference, domain, log, estimates }) => ({
    plot: intervalPanel(estimates, { label, reference, domain, log, width, marginLeft }, options),
    title,
  }));
  const bars = rows.some((row) => Number.isFinite(row.conf_low));
  const caption = [
    meta.title && `${meta.title}.`,
    bars &&
    `Estimates with ${
      formatValue((meta.level ?? 0.95) * 100)
    }% confidence intervals; hollow where the interval holds ${meta.ratios ? 1 : 0}.`,
    notDrawn(all.filter(isFixed), (row) => String(row.term)),
  ];
  return compose({ panels, caption }, options);
}

const isFixed = (row: Row) => row.effect === "fixed";

/** Title, rows, axis, line of no effect and ends of a panel. */
type Forest = [
  title: string,
  rows: Row[],
  label: string,
  reference: number | undefined,
  domain?: [number, number],
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
      ratio ?? "estimate (link scale)",
      ratio ? 1 : 0,
    ]);
  }
  const all = fixed.filter(isIntercept),
    ratios = all.filter((row) => meta.ratios?.get(String(row.component)));
  const others = all.filter((row) => !ratios.includes(row));
  const heading = (own: readonly Row[]) => own.length > 1 ? "Intercepts" : "Intercept";
  parts.push([heading(ratios), ratios, "exp(intercept)", undefined]);
  parts.push([heading(others), others, "estimate (link scale)", undefined]);
  return parts;
}

/** Standard deviations, correlations, and what else a structure has. */
function randomPanels(rows: readonly Row[], of: ReadonlyMap<Row, RowParameter | null>): Forest[] {
  const random = rows.filter((row) => row.effect === "ran_pars"), parts: Forest[] = [];
  const ofKind = (kind: RowParameter["kind"]) => random.filter((row) => of.get(row)!.kind === kind);
  const deviations = ofKind("sd"),
    vanished = deviations.every((row) => row.estimate === 0);
  parts.push([
    "Random effects: standard deviations",
    deviations,
    "standard deviation",
    0,
    vanished ? [0, 1] : undefined,
  ]);
  parts.push(["Random effects: correlations", ofKind("cor"), "correlation", 0, [-1, 1]]);
  for (const [kind, own] of Map.groupBy(ofKind("own"), (row) => of.get(row)!.label)) {
    parts.push([`Random effects: ${kind}`, own, kind, undefined]);
  }
  return parts;
}

function estimateOf(
  row: Row,
  parameter: RowParameter | null,
  several: boolean,
  noEffect: number,
): Estimate {
  const estimate = row.estimate as number,
    low = row.conf_low as number ?? NaN,
    high = row.conf_high as number ?? NaN;
  const random = row.effect === "ran_pars";
  const place = several && String(row.component ?? MEAN) !== MEAN && (random || row.term === "(Intercept)")
    ? ` (${COMPONENTS[String(row.component)] ?? row.component})`
    : "";
  const term = parameter?.kind === "sd" ? parameter.label : String(row.term).replace(/^cor__/, "");
  const name =
    (random && row.group && row.group !== "Residual"
      ? `${row.group}: ${term}`
      : random && row.group === "Residual"
      ? "Residual"
      : term) + place;
  const filled = random || !(low <= noEffect && high >= noEffect);
  return { name, estimate, low, high, filled, title: `${name}\n${formatInterval(row)}` };
}
