/** Tables in Markdown, as GitHub, Quarto and pandoc read them. */
import { rowsOfPart, type TablePart, type TablePicture } from "./picture.ts";

/** Title, parts below their headings, and notes, with blank lines between. */
export function markdownOf({ title, parts, notes }: TablePicture): string {
  const headings = parts.map((part) => [part.heading && `**${escape(part.heading)}**`, tableOf(part)]);
  return [title && `**${escape(title)}**`, ...headings.flat(), ...notes.map(escape)].filter(Boolean).join(
    "\n\n",
  );
}

function tableOf(part: TablePart): string {
  const { columns } = part, line = (texts: string[]) => `| ${texts.join(" | ")} |`;
  return [
    line(columns.map(({ name }) => escape(name))),
    line(columns.map(({ align }) => align === "right" ? "---:" : "---")),
    ...Array.from({ length: rowsOfPart(part) }, (_, i) => line(columns.map(({ cells }) => escape(cells[i])))),
  ].join("\n");
}

/**
 * Bars and line breaks would end a cell, and these characters where they stand be emphasis, code, links, HTML or mathematics;
 * `x_1` and `y ~ x` are none of it.
 */
function escape(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").trim()
    .replace(
      /[\\|`*$]|(?<!\w)_|<(?=[a-z/!?])|~(?=\S)|\[(?=[^\]]*\](\(|\[|:))/gi,
      (character) => `\\${character}`,
    )
    .replace(/^[-+#>=](?=\s)/, (character) => `\\${character}`).replace(/^(\d+)([.)])(?=\s)/, "$1\\$2");
}
