/** How a file separates its cells. */
import { type CsvRecord, records } from "./csv.ts";

const SEPARATORS = [",", ";", "\t", "|"] as const;
/** Records that are looked at. */
const LOOK = 200;

/** The separator, and the text without a line that states it ("sep=;", as Excel writes). */
export function findSeparator(text: string, given?: string): { separator: string; text: string } {
  const stated = /^sep=(.)\r?\n/.exec(text);
  const rest = stated ? text.slice(stated[0].length) : text;
  if (given !== undefined) return { separator: given, text: rest };
  if (stated) return { separator: stated[1], text: rest };
  let separator: string = ",", best = 0;
  for (const each of SEPARATORS) {
    const score = agreement(rest, each);
    if (score > best) [separator, best] = [each, score];
  }
  return { separator, text: rest };
}

/** Share of the records with as many cells as the header, plus a little for more cells; 0 when all have one. */
function agreement(text: string, separator: string): number {
  let sample: CsvRecord[];
  try {
    sample = records(text.slice(0, 1 << 18), separator, LOOK);
  } catch {
    sample = records(text, separator, LOOK);
  }
  const width = sample[0]?.cells.length ?? 1;
  if (width < 2) return 0;
  return sample.filter(({ cells }) => cells.length === width).length / sample.length + width / 1e4;
}

/** A separator for messages. */
export function separatorName(separator: string): string {
  return separator === "\t" ? "tab" : separator === " " ? "space" : `"${separator}"`;
}
