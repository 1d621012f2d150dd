/** Formula text → tokens that know their place. */
import { formulaError, type Place } from "./errors.ts";

export type TokenKind = "number" | "string" | "name" | "operator" | "end";

/** One word of a formula. */
export interface Token extends Place {
  readonly kind: TokenKind;
  /** The operator, the name without backticks, the text of a string without quotes, the number as written. */
  readonly text: string;
}

const space = /\s+/y;
const number = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?L?/y;
const name = /(?:\p{L}|\.(?!\d))[\p{L}\p{N}._]*/yu;
const operator = /%in%|%%|%\/%|\*\*|\|\||&&|<=|>=|==|!=|[-+*\/^:~|&!<>(),=]/y;

/**
 * Splits a formula into tokens; the last one is always of kind "end".
 *
 * @throws {SyntaxError} For a character that has no meaning in a formula, or a quotation that does not end.
 */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0] ?? null;
  };
  const push = (kind: TokenKind, length: number, text: string) => {
    tokens.push({ kind, text, start: at, end: at + length });
    at += length;
  };
  while (at < source.length) {
    const blank = match(space);
    if (blank !== null) {
      at += blank.length;
      continue;
    }
    const quote = source[at];
    if (quote === '"' || quote === "'" || quote === "`") {
      const quoted = readQuoted(source, at);
      push(quote === "`" ? "name" : "string", quoted.length, quoted.text);
      continue;
    }
    const word = match(number);
    if (word !== null) {
      push("number", word.length, word);
      continue;
    }
    const identifier = match(name);
    if (identifier !== null) {
      push("name", identifier.length, identifier);
      continue;
    }
    const symbol = match(operator);
    if (symbol === null) throw unknownCharacter(source, at);
    push("operator", symbol.length, symbol === "**" ? "^" : symbol);
  }
  tokens.push({ kind: "end", text: "", start: source.length, end: source.length + 1 });
  return tokens;
}

/** Reads from an opening quotation mark to the next one of its kind; a backslash keeps the character after it. */
function readQuoted(source: string, start: number): { text: string; length: number } {
  const mark = source[start];
  let text = "";
  for (let at = start + 1; at < source.length; at++) {
    if (source[at] === mark) return { text, length: at + 1 - start };
    if (source[at] === "\\" && mark !== "`") at++;
    text += source[at] ?? "";
  }
  throw formulaError(source, { start, end: start + 1 }, `this ${mark} has no closing ${mark}`);
}

function unknownCharacter(source: string, at: number): SyntaxError {
  const character = String.fromCodePoint(source.codePointAt(at)!);
  const place = { start: at, end: at + character.length };
  const hints: Record<string, string> = {
    "_": "a name cannot begin with _: put it in backticks, `_name`",
    "$": "write the name of the column alone: the data are the second argument of fit()",
    "[": "parts of a column cannot be chosen here: make a new column in the data first",
    "{": "use parentheses ( )",
    ";": "a formula is one expression",
    "%": "the only %…% operators are %in%, %% and %/%",
  };
  const hint = hints[character] ?? "a name with special characters goes in backticks, `like this`";
  return formulaError(source, place, `the character ${character} has no meaning here; ${hint}`);
}
