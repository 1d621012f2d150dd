/** Errors of the formula language: they show the formula with a caret under the place. */

/** Where in a formula something stands: characters `start` up to (not including) `end`. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/**
 * Makes the error for a formula that cannot be read.
 *
 * @param source The formula as the user wrote it.
 * @param place Where the trouble is.
 * @param problem What is wrong and what would be right, without a full stop.
 * @returns A SyntaxError whose message ends with the formula and a line of carets under the place.
 */
export function formulaError(source: string, place: Place, problem: string): SyntaxError {
  const lineStart = source.lastIndexOf("\n", place.start - 1) + 1;
  const newline = source.indexOf("\n", place.start);
  const lineEnd = newline < 0 ? source.length : newline;
  const width = Math.max(1, Math.min(place.end, lineEnd) - place.start);
  const from = Math.max(lineStart, place.start - SHOWN), to = Math.min(lineEnd, place.start + SHOWN);
  const cut = from > lineStart ? "… " : "";
  const line = cut + source.slice(from, to) + (to < lineEnd ? " …" : "");
  const carets = " ".repeat(cut.length + place.start - from) +
    "^".repeat(Math.min(width, Math.max(1, to - place.start)));
  return new SyntaxError(`Cannot read formula: ${problem}\n  ${line}\n  ${carets}`);
}

/** Characters of a long formula that are shown before and behind the place. */
const SHOWN = 200;

/** Names in double quotes, separated by commas; at most `limit` of them. */
export function quoteList(names: readonly string[], limit = 12): string {
  const shown = names.slice(0, limit).map((name) => `"${name}"`).join(", ");
  return names.length > limit ? `${shown}, … (${names.length} in all)` : shown;
}
