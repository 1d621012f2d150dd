/** Tables in Typst. */
import { type Line, linesOf, sentencesOf } from "./layout.ts";
import { rowsOfPart, type TablePart, type TablePicture } from "./picture.ts";

/** A `figure` of tables with the title as its caption, notes below in small print. */
export function typstOf({ title, parts, notes }: TablePicture, label?: string): string {
  const body = [
    ...parts.flatMap((part) => [
      ...(part.heading ? [`  #emph[${escape(part.heading)}]`] : []),
      ...linesOf(part).map((line) => setIn(line, tableOf(part, line))),
    ]),
    ...notes.map((note) => `  #text(size: 0.85em)[${escape(note)}]`),
  ];
  const caption = title ? `  caption: [${escape(title)}],\n` : "";
  return `#figure(\n${caption}  kind: table,\n  [\n${body.join("\n\n")}\n  ],\n)${
    label ? ` <${label}>` : ""
  }`;
}

/** A table in the size that its columns have room in. */
function setIn({ setting: { size } }: Line, table: string): string {
  return size < 1 ? `  #[\n  #set text(size: ${size}em)\n  #${table}\n  ]` : `  #${table}`;
}

function tableOf(part: TablePart, line: Line): string {
  const { rules = [] } = part, { beside, setting } = line;
  const written = (texts: string[]) => texts.map((text) => `[${escape(text)}]`).join(", ");
  const rows = Array.from({ length: rowsOfPart(part) }, (_, i) => [
    ...(rules.includes(i) ? ["    table.hline(stroke: 0.5pt),"] : []),
    `    ${written(beside.map(({ cells }) => cells[i]))},`,
    ...sentencesOf(line, i).map(({ name, text }) =>
      `    table.cell(colspan: ${beside.length}, align: left, inset: (left: 1.8em, top: 0pt))` +
      `[#text(size: 0.92em)[${escape(`${name}: ${text}`)}]],`
    ),
  ]);
  return [
    "table(",
    `    columns: ${beside.length},`,
    `    align: (${beside.map(({ align }) => `${align},`).join(" ")}),`,
    ...(setting.tight ? [`    inset: (x: ${setting.padding}em, y: 0.4em),`] : []),
    "    stroke: none,",
    "    table.hline(),",
    `    table.header(${written(beside.map(({ name }) => name))}),`,
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
