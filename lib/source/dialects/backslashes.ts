/** Literals of engines in which a backslash begins an escape: it and the quote have one before them. */
export const escaped = (quote: string) => (value: string): string =>
  quote + value.replace(/[\\'"`]/g, (c) => c === "\\" || c === quote ? `\\${c}` : c).replaceAll("\n", "\\n") +
  quote;
