/** Numbers as text, the way readers of R's output expect them. */

/** How {@link formatNumbers} writes. */
export interface NumberFormat {
  /** Significant digits of the value that needs most (7). */
  digits?: number;
  /** Characters by which fixed notation may be longer than scientific notation and still be chosen (0). */
  penalty?: number;
  /** Text of a missing value ("NA"). */
  missing?: string;
}

/**
 * Numbers in one common format: as many decimals as show `digits` significant digits of every value, without
 * trailing zeros that no value needs; all in scientific notation when that is shorter.
 *
 * @param values numbers; NaN is missing
 * @returns one text per value, not padded
 */
export function formatNumbers(values: ArrayLike<number>, format: NumberFormat = {}): string[] {
  const { digits = 7, penalty = 0, missing = "NA" } = format;
  const shapes = Array.from(values).filter(Number.isFinite).map((value) => shapeOf(value, digits));
  const decimals = Math.max(0, ...shapes.map((shape) => shape.significant - 1 - shape.exponent));
  const significant = Math.max(1, ...shapes.map((shape) => shape.significant));
  const whole = Math.max(1, ...shapes.map((shape) => Math.max(1, shape.exponent + 1) + shape.sign));
  const sign = Math.max(0, ...shapes.map((shape) => shape.sign));
  const exponentWidth = shapes.some((shape) => Math.abs(shape.exponent) >= 100) ? 5 : 4;
  const fixedWidth = whole + (decimals > 0 ? decimals + 1 : 0);
  const scientificWidth = sign + significant + (significant > 1 ? 1 : 0) + exponentWidth;
  const write = fixedWidth <= scientificWidth + penalty
    ? (value: number) => toFixed(value, decimals)
    : (value: number) => toScientific(value, significant - 1);
  return Array.from(values, (value) => {
    if (value !== value) return missing;
    return Number.isFinite(value) ? write(value) : value > 0 ? "Inf" : "-Inf";
  });
}

/** One number with `digits` significant digits, trailing zeros kept: 10.47, 0.03110, 1.234e-07. */
export function formatSignificant(value: number, digits = 4): string {
  if (value !== value) return "NA";
  if (!Number.isFinite(value)) return value > 0 ? "Inf" : "-Inf";
  if (value === 0) return "0";
  const { exponent } = shapeOf(value, digits);
  if (exponent < -5 || exponent > 14) return toScientific(value, digits - 1);
  return toFixed(value, Math.max(0, digits - 1 - exponent));
}

/** Smallest p-value shown as a number: the spacing of floating point numbers at 1. */
const SMALLEST_P = 2 ** -52;

/**
 * P-values, to three significant digits: fixed notation from 0.0001 up, scientific below, "<2e-16" for those that
 * floating point cannot tell from 0.
 *
 * @param values p-values; NaN is missing
 */
export function formatPValues(values: ArrayLike<number>, digits = 3): string[] {
  const p = Array.from(values);
  const out = p.map(() => "NA");
  const group = (belongs: (value: number) => boolean) => {
    const rows = p.map((_, i) => i).filter((i) => belongs(p[i]));
    formatNumbers(rows.map((i) => p[i]), { digits }).forEach((text, k) => out[rows[k]] = text);
  };
  group((value) => value >= 1e-4);
  group((value) => value >= SMALLEST_P && value < 1e-4);
  const width = Math.max(0, ...out.filter((_, i) => p[i] >= SMALLEST_P).map((text) => text.length));
  p.forEach((value, i) => {
    if (value < SMALLEST_P) out[i] = width > 6 ? "< 2e-16" : "<2e-16";
  });
  return out;
}

/** P-values as papers print them: three decimals, and "< 0.001". */
export function formatShortP(values: ArrayLike<number>): string[] {
  return Array.from(values, (p) => p !== p ? "NA" : p < 0.001 ? "< 0.001" : p.toFixed(3));
}

/** What the stars mean. */
export const STARS_LEGEND = "Signif. codes:  0 ‘***’ 0.001 ‘**’ 0.01 ‘*’ 0.05 ‘.’ 0.1 ‘ ’ 1";

/** R's significance stars. */
export function stars(p: number): string {
  return p <= 0.001 ? "***" : p <= 0.01 ? "**" : p <= 0.05 ? "*" : p <= 0.1 ? "." : "";
}

/** 73421 → "73,421". */
export function formatCount(count: number): string {
  return count.toLocaleString("en");
}

/** Sign, decimal exponent and number of significant digits (at most `digits`, without trailing zeros) of a number. */
function shapeOf(value: number, digits: number): { sign: number; exponent: number; significant: number } {
  const [mantissa, exponent] = Math.abs(value).toExponential(digits - 1).split("e");
  const significant = mantissa.replace(".", "").replace(/0+$/, "").length || 1;
  return { sign: value < 0 ? 1 : 0, exponent: value === 0 ? 0 : Number(exponent), significant };
}

/** Fixed notation, an exact tie to the even digit (10.125 → 10.12), as C and R do; JavaScript's own rounds it up. */
function toFixed(value: number, decimals: number): string {
  if (Math.abs(value) >= 1e21) return BigInt(value).toString();
  const places = Math.min(decimals, 70);
  const text = value.toFixed(places);
  const tail = value.toFixed(places + 30).slice(-30);
  if (!/^50*$/.test(tail) || /[02468]$/.test(text)) return text;
  return text.slice(0, -1) + (Number(text.at(-1)) - 1);
}

/** As toExponential, with an exponent of two digits at least: 1.47e-09. */
export function toScientific(value: number, decimals: number): string {
  return value.toExponential(decimals).replace(/e([+-])(\d)$/, "e$10$2");
}
