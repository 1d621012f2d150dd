/** Tables in Typst. */
import { rowsOfPart, type TablePart, type TablePicture } from "./picture.ts";

/** A `figure` of tables with the title as its caption, notes below in small print. */
export function typstOf({ title, parts, notes }: TablePicture, label?: string): string {
  const body = [
    ...parts.flatMap((part) => [
      ...(part.heading ? [`  #emph[${escape(part.heading)}]`] : []),
      `  #${tableOf(part)}`,
    ]),
    ...notes.map((note) => `  #text(size: 0.85em)[${escape(note)}]`),
  ];
  const caption = title ? `  caption: [${escape(title)}],\n` : "";
  return `#figure(\n${caption}  kind: table,\n  [\n${body.join("\n\n")}\n  ],\n)${
    label ? ` <${label}>` : ""
  }`;
}

function tableOf(part: TablePart): string {
  const { columns, rules = [] } = part,
    line = (texts: string[]) => texts.map((text) => `[${escape(text)}]`).join(", ");
  const rows = Array.from({ length: rowsOfPart(part) }, (_, i) => [
    ...(rules.includes(i) ? ["    table.hline(stroke: 0.5pt),"] : []),
    `    ${line(columns.map(({ cells }) => cells[i]))},`,
  ]);
  return [
    "table(",
    `    columns: ${columns.length},`,
    `    align: (${columns.map(({ align }) => `${align},`).join(" ")}),`,
    "    stroke: none,",
    "    table.hline(),",
    `    table.header(${line(columns.map(({ name }) => name))}),`,
    "    table.hline(stroke: 0.5pt),",
    ...rows.flat(),
    "    table.hline(),",
    "  )",
  ].join("\n");
}

/** Text with what Typst's markup gives a meaning escaped; a hyphen before a number is a minus. */
function escape(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, " ").replace(/(^|[\s([])-(?=[\d.]|Inf\b)/g, "$1\u2212")
    .replace(/[\\#$*_`<>@[\]~"'/]|-(?=[-?])/g, (character) => `\\${character}`)
    .replace(/^[-+=]/, (character) => `\\${character}`).replace(/^(\d+)\.(?=\s)/, "$1\\.");
}
