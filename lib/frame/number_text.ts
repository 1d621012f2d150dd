/** Numbers as people write them: 1234.5, 1,234.5, 1.234,5, 1 234,5, 1'234.5. */

/** How a column of text writes its numbers. */
export interface NumberStyle {
  readonly decimal: "." | ",";
  /** What groups the thousands; "" for nothing. */
  readonly thousands: "" | "," | "." | " " | "'";
}

/** Spellings of a missing value in any column. */
export const MISSING: readonly string[] = ["", "NA", "N/A", "#N/A", "NaN", "nan", "NULL", "null"];
/** Spellings of a missing value among numbers and dates, where they cannot be a category. */
export const MISSING_NUMBER: readonly string[] = [
  ...MISSING,
  "na",
  "n/a",
  "n.a.",
  "n. a.",
  "None",
  "none",
  ".",
  "-",
  "–",
  "?",
  "*",
];

const STYLES: readonly NumberStyle[] = [
  { decimal: ".", thousands: "" },
  { decimal: ".", thousands: "," },
  { decimal: ",", thousands: "" },
  { decimal: ",", thousands: "." },
  { decimal: ".", thousands: " " },
  { decimal: ",", thousands: " " },
  { decimal: ".", thousands: "'" },
  { decimal: ",", thousands: "'" },
];
/** Spaces that group thousands: the ordinary one, no-break, narrow no-break, thin. */
export const SPACES = /[ \u00a0\u202f\u2009]/g;

const ASCII = /^[\x21-\x7e]*$/;

/** The style in which most of the texts are numbers, and the texts that are none in it; null when none is a number. */
export function findStyle(
  texts: readonly string[],
  styles: readonly NumberStyle[] = STYLES,
): { readonly style: NumberStyle; readonly others: readonly string[] } | null {
  let best: { style: NumberStyle; others: readonly string[] } | null = null;
  for (const style of styles) {
    const others = texts.filter((text) => Number.isNaN(parseNumber(text, style)));
    if (others.length < (best?.others.length ?? texts.length)) best = { style, others };
    if (others.length === 0) break;
  }
  return best;
}

/** The first style in which every text is a number, or null. */
export function perfectStyle(
  texts: readonly string[],
  styles: readonly NumberStyle[] = STYLES,
): NumberStyle | null {
  if (texts.length === 0) return null;
  return styles.find((style) => texts.every((text) => !Number.isNaN(parseNumber(text, style)))) ?? null;
}

/** All styles with that decimal mark. */
export function stylesWith(decimal: "." | ","): readonly NumberStyle[] {
  return STYLES.filter((style) => style.decimal === decimal);
}

const patterns = new Map(STYLES.map((style) => [style, patternOf(style)]));

/** The number, NaN where the text is none: codes with leading zeros ("007") are none, they name things. */
export function parseNumber(text: string, style: NumberStyle): number {
  const plain = ASCII.test(text)
    ? text.trim()
    : text.trim().replace(SPACES, " ").replace(/^[−–](?=[\d.,])/, "-");
  const pattern = patterns.get(style) ?? patternOf(style);
  if (!pattern.test(plain)) return NaN;
  const digits = style.thousands === "" ? plain : plain.replaceAll(style.thousands, "");
  return Number(style.decimal === "," ? digits.replace(",", ".") : digits);
}

function patternOf({ decimal, thousands }: NumberStyle): RegExp {
  const mark = decimal === "." ? "\\." : ",", group = thousands === "." ? "\\." : thousands;
  const whole = group === "" ? "(?:0|[1-9]\\d*)" : `[1-9]\\d{0,2}(?:${group}\\d{3})+|0|[1-9]\\d{0,2}`;
  return new RegExp(`^[-+]?(?:(?:${whole})(?:${mark}\\d*)?|${mark}\\d+)(?:[eE][-+]?\\d+)?$`);
}
