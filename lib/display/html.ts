/**
 * HTML for notebooks. Everything is styled in place and uses the page's own text colour, with no background, so that
 * it reads in light and dark themes, in JupyterLab, VS Code and exported pages. No scripts.
 */
import type { Frame } from "../frame.ts";
import { alignedFormat, cellsOf } from "./cells.ts";
import { formatCount } from "./format.ts";

const RULE = "1px solid rgba(128,128,128,0.45)";
const TABLE =
  "border-collapse:collapse;border:none;margin:0.3em 0;background:none;color:inherit;font-size:inherit";
const HEAD = `padding:0.15em 0.7em;border:none;border-bottom:${RULE};font-weight:600;background:none`;
const CELL =
  "padding:0.1em 0.7em;border:none;background:none;font-variant-numeric:tabular-nums;vertical-align:top";
/** Characters from which a column of text is wrapped instead of making the table wider. */
const LONG = 40;

/** Text with the characters that HTML gives a meaning replaced. */
export function escapeHtml(text: string): string {
  const entity: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (character) => entity[character]);
}

/**
 * A data frame as an HTML table: numbers right-aligned at the decimal point with `digits` significant digits, p-values
 * as R writes them, missing values as a pale NA. Long tables show their first and last rows, and say how many there are.
 *
 * @param frame data frame
 * @param options `digits` significant digits (4); `rows` most rows shown (20)
 */
export function htmlTable(
  frame: Frame,
  options: { digits?: number; rows?: number; leastP?: readonly number[] } = {},
): string {
  const { digits = 4, rows: most = 20 } = options;
  const { rows, columns, height } = cellsOf(frame, most, alignedFormat(digits), options.leastP);
  const head = columns.map(({ name, align }) =>
    `<th style="${HEAD};text-align:${align}">${escapeHtml(name)}</th>`
  );
  const wraps = columns.map(({ cells }) => cells.some((cell) => cell.length > LONG));
  const body = rows.map((_, i) =>
    "<tr>" + columns.map(({ cells, align }, j) => {
      const space = wraps[j] ? "normal;min-width:16em" : "nowrap";
      const pale = cells[i] === "NA" || cells[i] === "…" ? ";opacity:0.5" : "";
      return `<td style="${CELL};white-space:${space};text-align:${align}${pale}">${
        escapeHtml(cells[i])
      }</td>`;
    }).join("") + "</tr>"
  );
  const note = height > most
    ? noteHtml(`… ${formatCount(height)} rows`)
    : height === 0
    ? noteHtml("no rows")
    : "";
  return `<div style="overflow-x:auto"><table style="${TABLE}"><thead><tr>${head.join("")}</tr></thead>` +
    `<tbody>${body.join("")}</tbody></table></div>${note}`;
}

/** As wide as the page and not as the widest table in it: that is scrolled, and what stands beside it breaks its lines. */
const BLOCK = "color:inherit;display:grid;grid-template-columns:minmax(0,1fr)";

/** A block of output: a title, parts that are already HTML, and notes in small print. */
export function htmlBlock(
  parts: { title?: string; body?: readonly string[]; notes?: readonly string[] },
): string {
  const title = parts.title
    ? `<div style="font-weight:600;margin:0.2em 0">${escapeHtml(parts.title)}</div>`
    : "";
  const notes = (parts.notes ?? []).map(noteHtml).join("");
  return `<div style="${BLOCK}">${title}${(parts.body ?? []).join("")}${notes}</div>`;
}

/** Printed text, as in a terminal. */
export function preformatted(text: string): string {
  return `<pre style="color:inherit;background:none;overflow-x:auto;line-height:1.3">${
    escapeHtml(text)
  }</pre>`;
}

function noteHtml(text: string): string {
  return `<div style="font-size:0.9em;opacity:0.75">${escapeHtml(text)}</div>`;
}
