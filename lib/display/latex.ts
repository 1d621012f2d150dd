/** Tables in LaTeX with the rules of booktabs. */
import { rowsOfPart, type TablePart, type TablePicture } from "./picture.ts";

/**
 * A `tabular` for each part; with a title, a label or notes in a `table` with its caption.
 * Source: Fear, Publication quality tables in LaTeX (the booktabs manual), section 2.
 */
export function latexOf({ title, parts, notes }: TablePicture, label?: string): string {
  const headed = parts.flatMap((part) => [...heading(part), tabular(part)]);
  if (!title && !label && notes.length === 0) return headed.join("\n\n");
  return [
    "\\begin{table}",
    "\\centering",
    ...(title ? [`\\caption{${escapeLatex(title)}}`] : []),
    ...(label ? [`\\label{${label}}`] : []),
    "\\smallskip",
    headed.join("\n\n"),
    ...notes.map((note) => `\n\\smallskip\\parbox{\\linewidth}{\\footnotesize ${escapeLatex(note)}}`),
    "\\end{table}",
  ].join("\n");
}

function heading(part: TablePart): string[] {
  return part.heading ? [`\\par\\medskip\\textit{${escapeLatex(part.heading)}}\\par\\smallskip`] : [];
}

function tabular(part: TablePart): string {
  const { columns, rules = [] } = part;
  const line = (texts: string[]) => `${texts.map(escapeLatex).join(" & ")} \\\\`;
  const rows = Array.from({ length: rowsOfPart(part) }, (_, i) => [
    ...(rules.includes(i) ? ["\\midrule"] : []),
    guarded(line(columns.map(({ cells }) => cells[i]))),
  ]);
  return [
    `\\begin{tabular}{${columns.map(({ align }) => align === "right" ? "r" : "l").join("")}}`,
    "\\toprule",
    line(columns.map(({ name }) => name)),
    "\\midrule",
    ...rows.flat(),
    "\\bottomrule",
    "\\end{tabular}",
  ].join("\n");
}

/** A row that begins with a bracket would be taken for the optional argument of the row before it. */
function guarded(row: string): string {
  return row.startsWith("[") || row.startsWith("*") ? `{}${row}` : row;
}

/** Text with what LaTeX gives a meaning replaced; infinity, minus and mathematical signs as mathematics. */
function escapeLatex(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, " ").replace(/(^|[\s([])[-−](?=[\d.]|Inf\b)/g, "$1\u2212")
    .replace(/[\\{}$&#^_%~<>|"\u2212]|\bInf\b|[^\x20-\x7e]/gu, (found) => LATEX[found] ?? found);
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
  "~": "$\\sim$",
  "<": "$<$",
  ">": "$>$",
  "|": "\\textbar{}",
  '"': "\\char34{}",
  Inf: "$\\infty$",
  "−": "$-$",
  "–": "--",
  "—": "---",
  "…": "\\dots{}",
  "×": "$\\times$",
  "±": "$\\pm$",
  "²": "$^2$",
  "³": "$^3$",
  "χ": "$\\chi$",
  "φ": "$\\phi$",
  "σ": "$\\sigma$",
  "μ": "$\\mu$",
  "η": "$\\eta$",
  "θ": "$\\theta$",
  "ρ": "$\\rho$",
  "Δ": "$\\Delta$",
  "∞": "$\\infty$",
  "≤": "$\\leq$",
  "≥": "$\\geq$",
  "→": "$\\to$",
  "½": "$\\frac12$",
  "‘": "`",
  "’": "'",
  "“": "``",
  "”": "''",
};
