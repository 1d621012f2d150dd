/** Labels that fit in a given width: wrapped into lines, never cut. */
import { textWidth } from "./text.ts";

/** Every label in lines no wider than `pixels`, joined by "\n". */
export function fittedLabels(labels: readonly string[], pixels: number, size = 12): Map<string, string> {
  return new Map(labels.map((label) => [label, linesOf(label, pixels, size).join("\n")]));
}

/** Places after which a word may be broken, where it must be. */
const BREAKS = /(?<=[-_.:,/|])/;

/** A label in lines: broken at spaces, a word that is too long at its signs, and where it has none at the edge. */
export function linesOf(label: string, pixels: number, size = 12): string[] {
  const fits = (text: string) => textWidth(text.trimEnd(), size) <= pixels, lines: string[] = [];
  let line = "";
  for (const piece of piecesOf(label, fits)) {
    if (line !== "" && !fits(line + piece)) {
      lines.push(line.trimEnd());
      line = "";
    }
    line += line === "" ? piece.trimStart() : piece;
  }
  return line === "" && lines.length > 0 ? lines : [...lines, line.trimEnd()];
}

/** Words with the space after them; those that do not fit in parts. */
function piecesOf(label: string, fits: (text: string) => boolean): string[] {
  return label.split(/(?<= )/).flatMap((word) => fits(word) ? [word] : word.split(BREAKS)).flatMap((part) =>
    fits(part) ? [part] : hardPieces(part, fits)
  );
}

/** A word without places to break, in parts as long as fit. */
function hardPieces(word: string, fits: (text: string) => boolean): string[] {
  const out: string[] = [];
  let part = "";
  for (const character of word) {
    if (part !== "" && !fits(part + character)) {
      out.push(part);
      part = "";
    }
    part += character;
  }
  return [...out, part];
}

/** Lines of the label with most of them. */
export function mostLines(labels: Iterable<string>): number {
  let most = 1;
  for (const label of labels) most = Math.max(most, label.split("\n").length);
  return most;
}
