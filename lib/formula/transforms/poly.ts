import {
  booleanOption,
  type Inputs,
  learnAtOnce,
  type Learner,
  numberOption,
  numericInput,
  type Transform,
} from "./transform.ts";

/**
 * poly(x, degree = 1, raw = FALSE): polynomials of x orthonormal over the rows, or the plain powers when raw.
 *
 *     P_0 = 1,  P_1 = x − α_1,  P_{k+1} = (x − α_{k+1}) P_k − (ν_k / ν_{k−1}) P_{k−1}
 *     α_{k+1} = Σ x P_k² / ν_k,   ν_k = Σ P_k²,   column k is P_k / √ν_k
 *
 * The α and ν are remembered, so new data get the same polynomials.
 *
 * Source: Kennedy & Gentle (1980), Statistical Computing, pp. 343–344 (Forsythe's recurrence).
 */
export const poly: Transform = {
  name: "poly",
  parameters: ["x", "degree", "raw"],
  learn: () => new Recurrence(),
  apply(inputs, state) {
    const x = numericInput(inputs, "x");
    const degree = degreeOf(inputs);
    const suffixes = Array.from({ length: degree }, (_, k) => degree === 1 ? "" : String(k + 1));
    if (isRaw(inputs)) {
      return { value: { kind: "matrix", columns: powers(x, degree), suffixes } };
    }
    const coefs = (state ?? learnAtOnce(new Recurrence(), inputs)) as unknown as Coefficients;
    const columns = evaluate(x, coefs.alpha, coefs.norm2);
    return { value: { kind: "matrix", columns, suffixes }, state: { ...coefs } };
  },
};

/** The plain powers are asked for. */
export function isRaw(inputs: Inputs): boolean {
  return booleanOption(inputs, "raw", false);
}

export function degreeOf(inputs: Inputs): number {
  const degree = numberOption(inputs, "degree", 1);
  if (!Number.isInteger(degree) || degree < 1) {
    throw new RangeError(
      `Cannot compute ${inputs.text}: the degree must be a whole number >= 1, but is ${degree}`,
    );
  }
  return degree;
}

function powers(x: Float64Array, degree: number): Float64Array[] {
  const columns = [x];
  for (let k = 1; k < degree; k++) columns.push(x.map((value, i) => value * columns[k - 1][i]));
  return columns;
}

/** α_1 … and ν_0 …. */
interface Coefficients {
  readonly alpha: number[];
  readonly norm2: number[];
}

/**
 * α_1 … α_degree and ν_0 … ν_degree of the values present, one more of each in every pass over the rows: sums of squares of the
 * polynomials themselves, where power sums would lose twice as many digits with every degree.
 */
class Recurrence implements Learner {
  private readonly distinct = new Set<number>();
  private readonly coefs: Coefficients = { alpha: [], norm2: [] };
  private pass = 0;
  private sum = 0;
  private moment = 0;
  private mean = 0;

  add(inputs: Inputs): void {
    const x = numericInput(inputs, "x"), degree = degreeOf(inputs), { alpha, norm2 } = this.coefs;
    if (this.pass === 0) {
      for (let i = 0; i < x.length; i++) {
        if (x[i] !== x[i]) continue;
        this.sum++;
        this.moment += x[i];
        if (this.distinct.size <= degree) this.distinct.add(x[i]);
      }
      return;
    }
    const current = polynomial(x, alpha, norm2);
    for (let i = 0; i < x.length; i++) {
      const square = current[i] * current[i];
      if (square !== square) continue;
      this.sum += square;
      // Centred at the mean, so that large x with small spread lose no digits.
      this.moment += (x[i] - this.mean) * square;
    }
  }

  finish(inputs: Inputs) {
    const degree = degreeOf(inputs), { alpha, norm2 } = this.coefs, { sum, moment } = this;
    this.sum = this.moment = 0;
    if (this.pass++ === 0) {
      if (this.distinct.size <= degree) throw tooFew(inputs.text, this.distinct.size);
      this.mean = moment / sum;
      return null;
    }
    norm2.push(sum);
    if (alpha.length === degree) return { alpha, norm2 };
    alpha.push(this.mean + moment / sum);
    return null;
  }
}

export function tooFew(text: string, distinct: number): RangeError {
  return new RangeError(
    `Cannot compute ${text}: the degree must be less than the number of distinct values, ${distinct}`,
  );
}

/** P_k for k α's; ν up to ν_{k−1} are used. */
function polynomial(x: Float64Array, alpha: readonly number[], norm2: readonly number[]): Float64Array {
  let before = new Float64Array(x.length), current = x.map((v) => v === v ? 1 : NaN);
  alpha.forEach((a, k) => {
    [before, current] = [current, step(x, a, k === 0 ? 0 : norm2[k] / norm2[k - 1], current, before)];
  });
  return current;
}

function evaluate(x: Float64Array, alpha: readonly number[], norm2: readonly number[]): Float64Array[] {
  let before = new Float64Array(x.length), current = new Float64Array(x.length).fill(1);
  return alpha.map((a, k) => {
    const next = step(x, a, k === 0 ? 0 : norm2[k] / norm2[k - 1], current, before);
    [before, current] = [current, next];
    const length = Math.sqrt(norm2[k + 1]);
    return next.map((value) => value / length);
  });
}

/** (x − α) P_k − ratio P_{k−1} */
function step(
  x: Float64Array,
  alpha: number,
  ratio: number,
  current: Float64Array,
  before: Float64Array,
): Float64Array<ArrayBuffer> {
  const next = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) next[i] = (x[i] - alpha) * current[i] - ratio * before[i];
  return next;
}
