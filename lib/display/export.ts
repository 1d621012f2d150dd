/** Tables for documents: Markdown, LaTeX and HTML. CSV and Parquet are polars' own writeCSV() and writeParquet(). */
import type { Frame } from "../frame.ts";
import { alignedFormat, cellsOf } from "./cells.ts";
import { htmlTable } from "./html.ts";
import { metaOf } from "./result.ts";

/** Options of {@link toMarkdown}, {@link toLatex} and {@link toHtml}. */
export interface TableOptions {
  /** Significant digits of numbers (4). */
  digits?: number;
}

/** A result as a Markdown table: numbers right-aligned, p-values as R writes them. */
export function toMarkdown(frame: Frame, options: TableOptions = {}): string {
  const { columns, rows } = cells(frame, options), escape = (s: string) => s.replace(/\|/g, "\\|").trim();
  return [
    `| ${columns.map((c) => escape(c.name)).join(" | ")} |`,
    `| ${columns.map((c) => (c.align === "right" ? "---:" : "---")).join(" | ")} |`,
    ...rows.map((_, i) => `| ${columns.map((c) => escape(c.cells[i])).join(" | ")} |`),
  ].join("\n");
}

/** A result as a LaTeX `tabular` with booktabs rules. */
export function toLatex(frame: Frame, options: TableOptions = {}): string {
  const { columns, rows } = cells(frame, options);
  const line = (texts: string[]) => `${texts.map(escapeLatex).join(" & ")} \\\\`;
  return [
    `\\begin{tabular}{${columns.map((c) => (c.align === "right" ? "r" : "l")).join("")}}`,
    "\\toprule",
    line(columns.map((c) => c.name)),
    "\\midrule",
    ...rows.map((_, i) => line(columns.map((c) => c.cells[i].trim()))),
    "\\bottomrule",
    "\\end{tabular}",
  ].join("\n");
}

/** A result as an HTML table with styles in place, all rows. */
export function toHtml(frame: Frame, options: TableOptions = {}): string {
  return htmlTable(frame, { digits: options.digits, rows: Infinity, leastP: metaOf(frame)?.leastP });
}

function cells(frame: Frame, { digits = 4 }: TableOptions) {
  return cellsOf(frame, Infinity, alignedFormat(digits), metaOf(frame)?.leastP);
}

function escapeLatex(s: string): string {
  return s.replace(/[\\{}$&#^_%~<>]/g, (c) => LATEX[c]).replace(/−/g, "$-$");
}

const LATEX: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "{": "\\{",
  "}": "\\}",
  "$": "\\$",
  "&": "\\&",
  "#": "\\#",
  "^": "\\textasciicircum{}",
  "_": "\\_",
  "%": "\\%",
  "~": "\\textasciitilde{}",
  "<": "$<$",
  ">": "$>$",
};
