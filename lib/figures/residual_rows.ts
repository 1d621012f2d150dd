/** The residuals of a model as its figures read them: values, what they are drawn along, axes and points. */
import { type Frame, readColumn, readNumeric } from "../frame.ts";
import type { ResidualVectorMeta } from "../inference/predict/residual_vector.ts";
import { fittedLabels } from "./labels.ts";
import { Plot } from "./plot.ts";
import { formatValue } from "./rows.ts";
import type { Style } from "./style.ts";
import { longest } from "./text.ts";

/** The residuals, and what they are drawn along. */
export interface Drawn {
  readonly meta: ResidualVectorMeta;
  readonly rows: Float64Array;
  readonly residual: Float64Array;
  /** Fitted values, or a column; its levels where it has categories. */
  readonly x: Float64Array;
  readonly levels: readonly string[] | null;
  readonly name: string;
  /** Points of a panel at most. */
  readonly most: number;
  readonly style: Style;
}

/** Reads the columns; what is not finite cannot be drawn. */
export function drawnOf(
  frame: Frame,
  meta: ResidualVectorMeta,
  along: string | undefined,
  { most, style }: Pick<Drawn, "most" | "style">,
  of?: readonly number[],
): Drawn {
  const residual = readNumeric(frame, "residual"),
    column = along === undefined ? null : readColumn(meta.rows, along);
  const x = column === null
    ? readNumeric(frame, "fitted")
    : column.kind === "numeric"
    ? column.values
    : Float64Array.from(column.codes, (code) => code < 0 ? NaN : code);
  const keep = [...of ?? residual.keys()].filter((i) =>
    Number.isFinite(residual[i]) && Number.isFinite(x[i])
  );
  const rows = readNumeric(frame, "row"), take = (v: Float64Array) => Float64Array.from(keep, (i) => v[i]);
  if (keep.length === 0) throw new RangeError("Cannot plot the residuals: none of them is finite");
  return {
    meta,
    rows: take(rows),
    residual: take(residual),
    x: take(x),
    levels: column?.kind === "factor" ? column.levels : null,
    name: along ?? "fitted",
    most,
    style,
  };
}

/** Size and margins of a panel. */
export const SIZE = { height: 300, marginLeft: 56, marginRight: 16, marginTop: 26, marginBottom: 44 };
/** A vertical axis. */
export const AXIS = { labelArrow: "none", grid: true };
/** A horizontal axis. */
export const ACROSS = { labelAnchor: "center", labelArrow: "none", insetLeft: 6, insetRight: 6 };
/** A line of no effect. */
export const DASHED = { strokeDasharray: "4 3", strokeOpacity: 0.6 };
/** A line of means. */
export const CURVE = { x: "x", y: "y", stroke: "currentColor", strokeWidth: 2 };

/** "residual", "Pearson residual". */
export function labelOf({ meta: { type }, style: { words } }: Drawn): string {
  return words.of(
    type === "response" ? "residual" : `${type === "pearson" ? "Pearson" : type} residual`,
  );
}

/** Places of the residuals. */
export const placesOf = ({ residual }: Drawn) => Array.from(residual.keys());

/** The residuals as points. */
export function dots(points: readonly { x: number; y: number; title: string }[], style: Style): unknown {
  const large = points.length > 300;
  return Plot.dot(points, {
    x: "x",
    y: "y",
    r: large ? 1.8 : 3,
    fill: style.color,
    fillOpacity: large ? 0.55 : 0.75,
    title: "title",
  });
}

/** A row's text when the pointer is on it. */
export function titleOf({ rows, residual, x, levels, name }: Drawn, i: number): string {
  return `row ${rows[i]}\n${name} ${levels ? levels[x[i]] : formatValue(x[i])}\nresidual ${
    formatValue(residual[i])
  }`;
}

/** The axis of fitted values or of a column, categories by name, turned where they are long. */
export function across({ name, levels, style: { words } }: Drawn): Record<string, unknown> {
  if (!levels) return { x: { ...ACROSS, label: words.of(name), tickSpacing: 60 } };
  const names = fittedLabels(levels.map(words.of), TURNED), widest = longest(names.values());
  const turn = widest > 400 / levels.length ? { tickRotate: -40 } : {};
  return {
    marginBottom: "tickRotate" in turn ? 40 + 0.62 * widest : SIZE.marginBottom,
    x: {
      ...ACROSS,
      ...turn,
      label: words.of(name),
      ticks: levels.map((_, k) => k),
      tickFormat: (k: number) => k in levels ? names.get(words.of(levels[k]))! : "",
    },
  };
}

/** Room for a label that is turned. */
const TURNED = 160;
