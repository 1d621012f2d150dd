/**
 * HTML for notebooks. Everything is styled in place and uses the page's own text colour, with no background, so that
 * it reads in light and dark themes, in JupyterLab, VS Code and exported pages. No scripts.
 */
import { formatCount } from "./format.ts";
import { breakable, brokenTo, type Line, linesOf, sentencesOf, type Setting } from "./layout.ts";
import { type CellColumn, rowsOfPart, type TablePart, type TablePicture } from "./picture.ts";

const RULE = "1px solid rgba(128,128,128,0.45)";
const TABLE =
  "border-collapse:collapse;border:none;margin:0.3em 0;background:none;color:inherit;font-size:inherit;" +
  "font-variant-numeric:tabular-nums;white-space:nowrap";
const ROW = "background:none;vertical-align:top";
const HEAD = `border:none;border-bottom:${RULE};font-weight:600;vertical-align:bottom`;
const CELL = "border:none";
/** Rows of a data frame, and of a table that was laid out by hand, that are shown at once; those that longer ones show first. */
const SHOWN = 24, LAID_OUT = 60, FIRST = 12;
/** Rows of a table in a notebook at most. */
export const OPENED = 200;

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
 * The parts of a picture as HTML tables: numbers right-aligned, with the decimals of their column, so that the points stand
 * below each other. A long table shows its first rows, and all when it is opened.
 *
 * @param collapse false: all rows at once, for documents
 */
export function htmlParts({ parts }: TablePicture, collapse = true): string[] {
  return parts.map((part) => {
    const heading = part.heading ? sectionHtml(part.heading) : "", rows = rowsOfPart(part);
    if (!collapse || rows <= (part.height === undefined ? LAID_OUT : SHOWN)) {
      return heading + scrolled(part, rows) + countNote(part);
    }
    return heading + scrolled(part, FIRST) + openedHtml(part, Math.min(rows, OPENED + 1));
  });
}

/** The table again, with all rows that a notebook keeps. */
function openedHtml(part: TablePart, rows: number): string {
  const height = part.height ?? rowsOfPart(part), count = formatCount(height);
  const some = rows > height
    ? height
    : part.columns[0].cells.slice(0, rows).filter((cell) => cell !== "…").length;
  return `<details><summary style="cursor:pointer;font-size:0.9em;opacity:0.75">first ${FIRST} of ${count} rows; open for ` +
    `${some < height ? `${some} of them` : "all"}</summary>${scrolled(part, rows)}</details>`;
}

/** How many rows there are, where it is not to be seen. */
function countNote(part: TablePart): string {
  const rows = rowsOfPart(part), height = part.height ?? rows;
  return rows < height ? noteHtml(`… ${formatCount(height)} rows`) : height === 0 ? noteHtml("no rows") : "";
}

function scrolled(part: TablePart, rows: number): string {
  return linesOf(part).map((line) => `<div style="overflow-x:auto">${tableHtml(part, line, rows)}</div>`)
    .join("");
}

/** One table with the first rows of a part. */
function tableHtml({ rules = [] }: TablePart, line: Line, rows: number): string {
  const { beside, setting } = line,
    wrap = setting.tight ? ";white-space:normal" : "",
    styles = beside.map((column) => cellStyle(column, setting));
  const head = beside.map(({ name, align }) =>
    `<th style="padding:0.15em ${setting.padding}em;${HEAD};text-align:${align}${wrap}">${
      setting.tight ? broken(name) : escapeHtml(name)
    }</th>`
  );
  const body = Array.from({ length: rows }, (_, i) => {
    const rule = rules.includes(i) ? `;border-top:${RULE}` : "";
    const texts = beside.map((column, j) => {
      const cell = column.cells[i], pale = cell === "NA" || cell === "…" ? ";opacity:0.5" : "";
      const text = brokenTo(column, setting) > 0 ? broken(cell) : escapeHtml(cell);
      return `<td style="${styles[j]}${rule}${pale}">${text}</td>`;
    });
    return `<tr style="${ROW}">${texts.join("")}</tr>` + sentences(line, i);
  });
  const size = setting.size < 1 ? TABLE.replace("font-size:inherit", `font-size:${setting.size}em`) : TABLE;
  return `<table style="${size}"><thead><tr style="${ROW}">${head.join("")}</tr></thead>` +
    `<tbody>${body.join("")}</tbody></table>`;
}

function sentences(line: Line, row: number): string {
  return sentencesOf(line, row).map(({ name, text }) =>
    `<tr style="${ROW}"><td colspan="${line.beside.length}" style="padding:0 0.5em 0.1em 1.8em;border:none;text-align:left;` +
    `white-space:normal;font-size:0.92em"><span style="opacity:0.6">${escapeHtml(name)}:</span> ${
      escapeHtml(text)
    }</td></tr>`
  ).join("");
}

/** Sentences break their lines, and so do other texts where the table would be wider than a narrow page. */
function cellStyle(column: CellColumn, setting: Setting): string {
  const least = brokenTo(column, setting);
  return `padding:0.1em ${setting.padding}em;${CELL};text-align:${column.align}` +
    (least > 0 ? `;white-space:normal;min-width:${least}em` : "");
}

/** A header or a name, which a narrow page may break. */
function broken(text: string): string {
  return breakable(text).map(escapeHtml).join("<wbr>").replaceAll(" <wbr>", " ");
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

function sectionHtml(text: string): string {
  return `<div style="font-weight:600;margin-top:0.5em">${escapeHtml(text)}</div>`;
}

function noteHtml(text: string): string {
  return `<div style="font-size:0.9em;opacity:0.75">${escapeHtml(text)}</div>`;
}
