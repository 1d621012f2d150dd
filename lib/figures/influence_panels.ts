/** Panels of influence: Cook's distances, and changes of coefficients without a group. */
import { rowNames } from "./listed_rows.ts";
import { fittedLabels } from "./labels.ts";
import { Plot } from "./plot.ts";
import { formatValue, type Row } from "./rows.ts";
import type { Style } from "./style.ts";
import { longest } from "./text.ts";

const ACROSS = { labelAnchor: "center", labelArrow: "none", grid: true, nice: true, tickSpacing: 55 };
const SIZE = { marginRight: 20, marginTop: 8, marginBottom: 44 };

/** Names left of the rows. */
function namesAt(names: readonly string[], pixels: number) {
  const written = fittedLabels(names, pixels);
  const marks = names.map((name, y) => ({ y, text: written.get(name)! }));
  return {
    marginLeft: Math.ceil(longest(written.values()) + 16),
    text: rowNames(marks),
  };
}

export function distances(
  rows: readonly Row[],
  limit: number,
  width: number,
  { color, words }: Style,
): Record<string, unknown> {
  const { marginLeft, text } = namesAt(rows.map((row) => words.of(String(row.level))), 110);
  const marks = rows.map((row, y) => ({
    y,
    x: row.cooks_distance as number,
    title: `${row.level}\n${row.rows} rows\nCook's distance ${formatValue(row.cooks_distance)}`,
  }));
  const dots = { x: "x", y: "y", r: 3.8, stroke: color, title: "title" };
  return {
    ...SIZE,
    width,
    height: rows.length * 18 + 62,
    marginLeft,
    x: {
      ...ACROSS,
      label: words.of("distance"),
      domain: [0, Math.max(limit * 1.1, ...marks.map(({ x }) => x))],
    },
    y: { type: "linear", domain: [rows.length - 0.4, -0.6], axis: null },
    marks: [
      Plot.ruleX([limit], { strokeDasharray: "4 3", strokeOpacity: 0.6 }),
      Plot.ruleY(marks, { x1: 0, x2: "x", y: "y", stroke: color, strokeWidth: 1.6 }),
      Plot.dot(marks.filter(({ x }) => x > limit), { ...dots, fill: color }),
      Plot.dot(marks.filter(({ x }) => x <= limit), { ...dots, strokeWidth: 1.6 }),
      text,
    ],
  };
}

export function changes(
  rows: readonly Row[],
  coefficients: readonly string[],
  limit: number,
  width: number,
  { color, words }: Style,
): Record<string, unknown> {
  const { marginLeft, text } = namesAt(coefficients.map(words.of), 170);
  const marks = coefficients.flatMap((name, y) =>
    rows.map((row) => ({
      y,
      x: row[name] as number,
      level: words.of(String(row.level)),
      above: row.cooks_distance as number > limit,
      title: `without ${row.level}\n${name} moves by ${inErrors(row[name])} standard errors`,
    }))
  );
  const farthest = coefficients.map((_, y) =>
    marks.filter((mark) => mark.y === y).reduce((a, b) => Math.abs(b.x) > Math.abs(a.x) ? b : a)
  );
  const dots = { x: "x", y: "y", r: 3.4, stroke: color, strokeOpacity: 0.8, title: "title" };
  const high = Math.max(26, Math.min(48, 240 / coefficients.length));
  return {
    ...SIZE,
    width,
    height: Math.max(coefficients.length * high, 120) + 62,
    marginLeft,
    marginRight: 34,
    x: { ...ACROSS, label: words.of("change in standard errors") },
    y: { type: "linear", domain: [coefficients.length - 0.4, -0.7], axis: null },
    marks: [
      Plot.ruleX([0], { strokeDasharray: "4 3", strokeOpacity: 0.6 }),
      Plot.dot(marks.filter(({ above }) => above), { ...dots, fill: color, fillOpacity: 0.8 }),
      Plot.dot(marks.filter(({ above }) => !above), dots),
      Plot.text(farthest, { x: "x", y: "y", text: "level", dy: -11, fontSize: 11 }),
      text,
    ],
  };
}

/** A change of a coefficient without a group. */
interface Change {
  readonly x: number;
  readonly row: Row;
  readonly name: string;
}

/** Changes below each other, by group or by coefficient, on an axis of all. */
export function changeRows(
  all: readonly Change[],
  named: "level" | "term",
  { limit, far, width }: { limit: number; far: number; width: number },
  { color, words }: Style,
): Record<string, unknown> {
  const nameOf = ({ row, name }: Change) => words.of(named === "level" ? String(row.level) : name);
  const { marginLeft, text } = namesAt(all.map(nameOf), width * 0.35);
  const marks = all.map(({ x, row, name }, y) => ({
    x,
    y,
    above: row.cooks_distance as number > limit,
    title: `without ${row.level}\n${name} moves by ${inErrors(x)} standard errors`,
  }));
  const dots = { x: "x", y: "y", r: 3.4, stroke: color, title: "title" };
  return {
    ...SIZE,
    width,
    height: Math.max(2, all.length) * 18 + 62,
    marginLeft,
    x: { ...ACROSS, label: words.of("change in standard errors"), domain: [-far, far] },
    y: { type: "linear", domain: [Math.max(2, all.length) - 0.4, -0.6], axis: null },
    marks: [
      Plot.ruleX([0], { strokeDasharray: "4 3", strokeOpacity: 0.6 }),
      Plot.ruleY(marks, { x1: 0, x2: "x", y: "y", stroke: color, strokeWidth: 1.6 }),
      Plot.dot(marks.filter(({ above }) => above), { ...dots, fill: color }),
      Plot.dot(marks.filter(({ above }) => !above), { ...dots, strokeWidth: 1.6 }),
      text,
    ],
  };
}

/** A change in standard errors: a hundredth of one is nothing. */
function inErrors(change: Row[string]): string {
  const rounded = Number(change).toFixed(2);
  return rounded === "-0.00" ? "0.00" : rounded.replace("-", "−");
}
