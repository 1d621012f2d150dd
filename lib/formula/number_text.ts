/** Text, dates and identifiers where numbers are wanted: what they are and how they become numbers. */
import { findStyle, MISSING_NUMBER, numbersOfTimes } from "../frame.ts";
import type { NamedColumns } from "./data_columns.ts";
import { quoteList } from "./errors.ts";
import { unwrap } from "./tree.ts";
import type { Use } from "./uses.ts";
import type { FactorValue } from "./values.ts";

/** A factor with up to this many numerals is taken as it is, with a message; more dummy variables are nobody's wish. */
const HANDFUL = 5;
/** Share of a column's different texts that are numerals from which on it is a column of numbers. */
const MOST = 0.8;

/**
 * Looks at the columns that stand alone as predictors and are text: numerals there are usually numbers that were not read as
 * such (an "NA", a decimal comma, thousands separators).
 *
 * @param deliberate Columns whose contrasts are chosen, hence factors.
 * @returns Messages for the columns that become factors of a few numerals.
 * @throws {TypeError} For dates and identifiers, and for numerals of more than a handful of levels.
 */
export function checkNumberText(
  columns: NamedColumns,
  uses: readonly Use[],
  deliberate: Readonly<Record<string, unknown>>,
): string[] {
  const names = new Set(
    uses.filter(({ role }) => role === "fixed" || role === "random").map(({ node }) => unwrap(node))
      .flatMap((node) => node.kind === "name" && columns.has(node.name) ? [node.name] : []),
  );
  return [...names].flatMap((name) => {
    const value = columns.read(name);
    if (value.kind !== "factor" || Object.hasOwn(deliberate, name)) return [];
    if (value.from === "time" || value.from === "long") throw notNumbers(name, value);
    return value.from === "text" ? numerals(name, value) : [];
  });
}

function numerals(name: string, value: FactorValue): string[] {
  const given = value.levels.filter((level) => !MISSING_NUMBER.includes(level));
  const found = findStyle(given), missing = value.levels.filter((level) => MISSING_NUMBER.includes(level));
  if (found === null || given.length - found.others.length < MOST * given.length) {
    return missingLevels(name, missing);
  }
  const except = [...found.others, ...missing];
  const all = `Column "${name}" is text that looks like numbers (${quoteList(given, 3)})` +
    (except.length > 0 ? `, except ${quoteList(except, 5)}${rowOf(value, except[0])}` : "");
  const advice = `${asNumbers(name, value)}; factor(${name}) says that these are categories`;
  if (given.length - found.others.length > HANDFUL) {
    throw new TypeError(
      `Cannot use column "${name}" as a predictor: ${
        all.slice(all.indexOf("is text")).replace("is text", "it is text")
      }, and would become ${value.levels.length - 1} dummy variables; ${advice}`,
    );
  }
  return [`${all}; it is used as a factor. ${advice[0].toUpperCase()}${advice.slice(1)}.`];
}

/** "NA" among words: a level that probably is none. */
function missingLevels(name: string, missing: readonly string[]): string[] {
  const sure = missing.filter((level) =>
    level === "" || level === "NA" || level === "N/A" || level === "NaN"
  );
  if (sure.length === 0) return [];
  return [
    `Column "${name}" has the level ${quoteList(sure)}, which is text here; if it means a missing value, ` +
    "read the file with read(…) or make it null",
  ];
}

/** Where a level stands first; nothing where the rows are elsewhere. */
function rowOf({ codes, levels }: FactorValue, level: string): string {
  const row = codes.indexOf(levels.indexOf(level));
  return row < 0 ? "" : ` (row ${row})`;
}

function notNumbers(name: string, value: FactorValue): TypeError {
  return value.from === "time"
    ? new TypeError(
      `Cannot use column "${name}" as a predictor: it holds dates or times; for a trend ${
        numbersOfTimes(name)
      }; ` +
        `for categories write factor(${name})`,
    )
    : new TypeError(
      `Cannot use column "${name}" as a predictor: it holds whole numbers beyond ±2^53 (${
        quoteList(value.levels, 1)
      }), which cannot be told apart as numbers; as identifiers of groups they can be used: (1 | ${name}) or factor(${name})`,
    );
}

/** What the user can do, for a factor where numbers are needed; "" when nothing helps. */
export function numberAdvice(name: string, value: FactorValue): string {
  if (value.from === "time") return `; ${numbersOfTimes(name)}`;
  const given = value.levels.filter((level) => !MISSING_NUMBER.includes(level));
  const found = value.from === "text" ? findStyle(given) : null;
  if (found === null || given.length - found.others.length < MOST * given.length) return "";
  return `; it looks like numbers: ${asNumbers(name, value)}`;
}

/** How text becomes numbers. */
function asNumbers(name: string, { levels }: FactorValue): string {
  const style = findStyle(levels.filter((level) => !MISSING_NUMBER.includes(level)))!.style;
  const column = `pl.col(${JSON.stringify(name)})`;
  const plain = style.thousands === ""
    ? column
    : `${column}.str.replaceAll(${JSON.stringify(style.thousands)}, "")`;
  const decimal = style.decimal === "." ? plain : `${plain}.str.replace(",", ".")`;
  return `make numbers of it, data.withColumns(${decimal}.cast(pl.Float64)), or read the file with read("file.csv")`;
}
