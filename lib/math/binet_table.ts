/**
 * Binet's function R(x) = log Γ(x) − [(x − ½) log x − x + ½ log 2π] and its first three derivatives in log x as Taylor series about
 * nodes: one short polynomial each, without logarithms, divisions and recurrences, with full relative accuracy.
 *
 * The nodes are the middles of 32 equal parts of every octave [2ᵏ, 2ᵏ⁺¹), so that x = c + u has |u| ≤ c/64. All singularities
 * are at 0 and to the left of it, a distance of c away: term m is about 64⁻ᵐ of the first, and nine of them are enough.
 */

/** The octaves of the table: [¼, 1024). */
export const BINET_TABLE_FROM = 0.25, BINET_TABLE_TO = 1024;
/** Terms of every series. */
const TERMS = 9;
/** Bits of the upper half of a double that do not tell its part of the octave: 20 of the fraction less 5. */
const SHIFT = 15;
/** A node c and room, then the coefficients of R and its first derivative, term by term, then those of the second and third. */
const RECORD = 2 + 4 * TERMS;

/** Coefficients B_2k / (2k (2k − 1)) of x^(1 − 2k), k = 1 … 8. Source: Abramowitz & Stegun (1964), 6.1.40. */
export const STIRLING = [
  1 / 12,
  -1 / 360,
  1 / 1260,
  -1 / 1680,
  1 / 1188,
  -691 / 360360,
  1 / 156,
  -3617 / 122400,
] as const;
/** From here on the eight terms give R and its Taylor coefficients to the last digit. */
const STIRLING_FROM = 20;

const number = new Float64Array(1), halves = new Int32Array(number.buffer);
const UPPER = new Uint8Array(Uint16Array.of(1).buffer)[0]; // which half of a double is the upper one
/** Number of the part of an octave that x lies in, all octaves counted. */
const partOf = (x: number) => {
  number[0] = x;
  return halves[UPPER] >> SHIFT;
};
/** The number of the table's first part. */
const FIRST_PART = partOf(BINET_TABLE_FROM);
const PARTS = partOf(BINET_TABLE_TO) - FIRST_PART;

let made: Float64Array | null = null;

/** The records of all nodes, made at first use. */
function binetTable(): Float64Array {
  if (made) return made;
  made = new Float64Array(PARTS * RECORD);
  for (let part = 0; part < PARTS; part++) {
    const octave = BINET_TABLE_FROM * 2 ** (part >> 5), c = octave * (1 + ((part & 31) + 0.5) / 32);
    made[part * RECORD] = c;
    let series = taylor(c);
    for (let order = 0; order < 4; order++) {
      const at = part * RECORD + 2 + (order >> 1) * 2 * TERMS + (order & 1);
      for (let m = 0; m < TERMS; m++) made[at + 2 * m] = series[m];
      series = inLog(series, c);
    }
  }
  return made;
}

/** Taylor coefficients of x f′(x), one less than those of f, at x = c. */
const inLog = (f: Float64Array, c: number) =>
  Float64Array.from({ length: f.length - 1 }, (_, m) => c * (m + 1) * f[m + 1] + m * f[m]);

/**
 * Taylor coefficients of R at c, by R(x) = Σ_{j<n} [(x + j + ½) log(1 + 1/(x + j)) − 1] + R(x + n). With Y = x + j + ½ a term of
 * the sum is Σ_{k≥1} (2Y)^{−2k}/(2k + 1), and R(x + n) is a series of powers, too: no two numbers of opposite sign are added.
 * Source: Whittaker & Watson (1927), section 12.33 (Gudermann's series); Abramowitz & Stegun (1964), 6.1.40.
 */
function taylor(c: number): Float64Array {
  const sum = new Float64Array(TERMS + 3);
  let x = c;
  for (; x < STIRLING_FROM; x++) {
    const Y = x + 0.5, square = 1 / (4 * Y * Y);
    for (let k = 1, power = square; addPower(sum, power / (2 * k + 1), Y, 2 * k); k++) power *= square;
  }
  for (let k = 0, power = 1 / x; k < STIRLING.length; k++, power /= x * x) {
    addPower(sum, STIRLING[k] * power, x, 2 * k + 1);
  }
  return sum;
}

/** Adds the Taylor coefficients of value · (1 + u/x)^{−p}. @returns whether any was large enough to be seen */
function addPower(sum: Float64Array, value: number, x: number, p: number): boolean {
  let seen = false;
  for (let m = 0, term = value; m < sum.length; m++) {
    if (Math.abs(term) > 1e-18 * Math.abs(sum[m])) seen = true;
    sum[m] += term;
    term *= -(p + m) / ((m + 1) * x);
  }
  return seen;
}

/** R(x), ¼ ≤ x < 1024. */
export function binetByTable(x: number): number {
  const table = binetTable(), at = (partOf(x) - FIRST_PART) * RECORD, u = x - table[at];
  let a = at + 2 * TERMS, value = table[a];
  while (a > at + 2) value = value * u + table[a -= 2];
  return value;
}

/** R and its derivatives in log x up to `order`, ¼ ≤ x < 1024; entries of `out` above it may be written. */
export function binetJetByTable(x: number, order: number, out: Float64Array): void {
  const table = binetTable(), at = (partOf(x) - FIRST_PART) * RECORD, u = x - table[at];
  sumSeries(table, at + 2 * TERMS, u, out, 0);
  if (order >= 2) sumSeries(table, at + 4 * TERMS, u, out, 2);
}

/** Horner's rule for two series whose coefficients stand in turns up to `last`, into two entries of `out`. */
function sumSeries(table: Float64Array, last: number, u: number, out: Float64Array, to: number) {
  let a = last, even = table[a], odd = table[a + 1];
  for (let m = TERMS - 1; m > 0; m--) {
    a -= 2;
    even = even * u + table[a];
    odd = odd * u + table[a + 1];
  }
  out[to] = even;
  out[to + 1] = odd;
}
