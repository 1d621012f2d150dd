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
  const carets = " ".repeat(place.start - lineStart) + "^".repeat(width);
  return new SyntaxError(
    `Cannot read formula: ${problem}\n  ${source.slice(lineStart, lineEnd)}\n  ${carets}`,
  );
}

/** Names in double quotes, separated by commas; at most `limit` of them. */
export function quoteList(names: readonly string[], limit = 12): string {
  const shown = names.slice(0, limit).map((name) => `"${name}"`).join(", ");
  return names.length > limit ? `${shown}, … (${names.length} in all)` : shown;
}
