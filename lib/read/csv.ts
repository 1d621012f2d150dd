/** Bytes → text → records of cells, as RFC 4180 describes CSV files and as programs write them. */

/** One line of the file (or several, where a quoted cell has line breaks). */
export interface CsvRecord {
  /** Number of its first line in the file, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** Text with the name of its encoding. */
export interface Decoded {
  readonly text: string;
  readonly encoding: string;
}

/** Decodes by the byte-order mark, else as UTF-8, else as Windows-1252, which older programs write. */
export function decode(bytes: Uint8Array): Decoded {
  const [a, b, c] = bytes;
  if (a === 0xff && b === 0xfe) {
    return { text: new TextDecoder("utf-16le").decode(bytes), encoding: "UTF-16" };
  }
  if (a === 0xfe && b === 0xff) {
    return { text: new TextDecoder("utf-16be").decode(bytes), encoding: "UTF-16" };
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes); // a byte-order mark is left out
    return {
      text,
      encoding: a === 0xef && b === 0xbb && c === 0xbf ? "UTF-8 with byte-order mark" : "UTF-8",
    };
  } catch {
    return { text: new TextDecoder("windows-1252").decode(bytes), encoding: "Windows-1252" };
  }
}

const QUOTE = 34, CR = 13, LF = 10;

/**
 * Splits text into records. Empty lines are left out; a quotation mark doubled inside quotes is one.
 *
 * @param most Records to read, all by default.
 * @throws {SyntaxError} For a quotation that does not end, naming its line.
 */
export function records(text: string, separator: string, most = Infinity): CsvRecord[] {
  const out: CsvRecord[] = [], mark = separator.charCodeAt(0);
  const plain = new RegExp(`[^\\r\\n\\u${mark.toString(16).padStart(4, "0")}]*`, "y");
  let at = 0, line = 1;
  while (at < text.length && out.length < most) {
    const first = line, cells: string[] = [];
    for (;;) {
      const cell = text.charCodeAt(at) === QUOTE ? quotedCell(text, at, line) : plainCell(text, at, plain);
      cells.push(cell.text);
      line += cell.breaks;
      at = cell.end;
      const next = text.charCodeAt(at);
      if (next === mark) {
        at++;
        continue;
      }
      if (next === CR && text.charCodeAt(at + 1) === LF) at++;
      at++;
      line++;
      break;
    }
    if (cells.length > 1 || cells[0].trim() !== "") out.push({ line: first, cells });
  }
  return out;
}

interface Cell {
  readonly text: string;
  readonly end: number;
  /** Line breaks inside. */
  readonly breaks: number;
}

function plainCell(text: string, start: number, plain: RegExp): Cell {
  plain.lastIndex = start;
  const cell = plain.exec(text)![0];
  return { text: cell, end: start + cell.length, breaks: 0 };
}

function quotedCell(text: string, start: number, line: number): Cell {
  let end = start + 1;
  for (;;) {
    const close = text.indexOf('"', end);
    if (close < 0) {
      throw new SyntaxError(`Cannot read the file: the quotation mark in line ${line} has no closing one`);
    }
    if (text.charCodeAt(close + 1) !== QUOTE) {
      const inner = text.slice(start + 1, close).replaceAll('""', '"');
      return { text: inner, end: close + 1, breaks: inner.split("\n").length - 1 };
    }
    end = close + 2;
  }
}
