/** Dates as people write them. */

/** Which comes first in 03/04/2024. */
export type DateOrder = "day-first" | "month-first";

/** What a column of dates became; `order` null where the year comes first. */
export interface DateColumn {
  readonly dates: readonly (Date | null)[];
  readonly time: boolean;
  readonly order: DateOrder | null;
}

const ISO = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?Z?)?$/;
const LOCAL = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})$/;

/**
 * Reads a column of dates.
 *
 * @param texts Cells; null where missing.
 * @param wanted The order, where the file does not tell.
 * @returns null when a cell is no date; "ambiguous" when no cell tells days from months.
 */
export function readDates(
  texts: readonly (string | null)[],
  wanted?: DateOrder,
): DateColumn | "ambiguous" | null {
  const given = texts.filter((text) => text !== null);
  if (given.length === 0) return null;
  if (given.every((text) => ISO.test(text))) {
    return finished(texts, null, (text) => {
      const [, year, , month, day, hour = "0", minute = "0", second = "0"] = ISO.exec(text)!;
      return dateOf(year, month, day, hour, minute, second);
    }, given.some((text) => text.includes(":")));
  }
  if (!given.every((text) => LOCAL.test(text))) return null;
  const parts = given.map((text) => LOCAL.exec(text)!),
    over = (k: number) => parts.some((p) => Number(p[k]) > 12);
  // In Germany and most of Europe dots go with days first; slashes may mean either.
  const order = wanted ??
    (over(1) || parts.every((p) => p[2] === ".") ? "day-first" : over(3) ? "month-first" : null);
  if (order === null) return "ambiguous";
  return finished(texts, order, (text) => {
    const [, a, , b, year] = LOCAL.exec(text)!;
    return order === "day-first" ? dateOf(year, b, a) : dateOf(year, a, b);
  }, false);
}

function finished(
  texts: readonly (string | null)[],
  order: DateOrder | null,
  parse: (text: string) => Date | null,
  time: boolean,
): DateColumn | null {
  const dates = texts.map((text) => text === null ? null : parse(text));
  return dates.some((date, i) => date === null && texts[i] !== null) ? null : { dates, time, order };
}

/** The date in UTC; null when it does not exist (30 February). */
function dateOf(
  year: string,
  month: string,
  day: string,
  hour = "0",
  minute = "0",
  second = "0",
): Date | null {
  const date = new Date(Date.UTC(+year, +month - 1, +day, +hour, +minute, +second));
  const same = date.getUTCFullYear() === +year && date.getUTCMonth() === +month - 1 &&
    date.getUTCDate() === +day;
  return same && +hour < 24 && +minute < 60 && +second < 60 ? date : null;
}
