/**
 * The largest of several correlated t (or normal) statistics: what simultaneous tests and intervals need.
 *
 * T = A z / s with z ~ N(0, I_r), s² ~ χ²_ν/ν and rows of A of length 1. In polar coordinates z = |z| u with u uniform on the
 * sphere, independent of R² = |z|²/s² ~ r F(r, ν), so with M(u) = max_j |a_jᵀu|
 *
 *     P(max_j |T_j| > t) = E_u P(R > t / M(u))
 *
 * One pass over the directions u, by randomly shifted lattices, serves every t: all tests of a family and the critical value of
 * their intervals. The inner probability is exact, so far tails keep their relative accuracy, fractional degrees of freedom are
 * as good as whole ones, and singular correlations (all pairwise differences of means) need no special case.
 *
 * Source: Deák (1980), Numer. Math. 35:369–380; Genz & Bretz (2009), Computation of multivariate normal and t probabilities,
 * section 4.1 (spherical-radial transformation, randomised lattices).
 */
import { dot } from "./vectors.ts";
import { pchisq, pf, pt, qt } from "./distributions.ts";
import { standardQuantile } from "./normal.ts";
import { seed } from "./random.ts";

/** A tail probability with three standard errors of its integration. */
export interface Tail {
  readonly probability: number;
  readonly error: number;
}

/** Random shifts of the lattice: their spread is the error. */
const SHIFTS = 12;
/** Seed of the shifts: the same result on every machine and in every call. */
const SEED = 20021;
/** Directions per shift: the first, and the most. */
const FEWEST = 1000, MOST = 128_000;
/** Multiplications that a family may cost. */
const BUDGET = 3e9;
/** What is left of a row beside others is rounding error below this. */
const DEPENDENT = 1e-7;

/** Distribution of max |T_j|, or of max T_j. */
export class MaximumT {
  /** Rank of the correlation. */
  readonly rank: number;
  private readonly A: Float64Array[];
  /** log |M(u)| and, one-sided, the sign of M(u), for each shift. */
  private reach: { readonly log: Float64Array; readonly sign: Int8Array }[] = [];
  private readonly tails = new Map<number, (logX: number) => number>();

  /**
   * @param rows one row per variable with AAᵀ proportional, row by row, to the covariance (rows are scaled to length 1)
   * @param oneSided max T_j in place of max |T_j|
   * @throws {RangeError} when a row is zero
   */
  constructor(rows: readonly Float64Array[], readonly oneSided = false) {
    this.A = inOwnSpace(rows);
    this.rank = this.A[0].length;
  }

  /**
   * P(max > t).
   * @param df degrees of freedom, whole or not; Infinity for the normal distribution
   * @param error three standard errors that are aimed at for probabilities below a third; three times that, relative, above
   */
  upper(t: number, df: number, error = 1e-4): Tail {
    if (!(df > 0)) throw new RangeError(`Cannot use ${df} degrees of freedom: they should be positive`);
    if (this.rank === 1) return { probability: this.single(t, df), error: 1e-13 };
    if (t === 0 && !this.oneSided) return { probability: 1, error: 0 };
    let tail = this.average(t, df);
    while (tail.error > Math.max(error, 3 * error * tail.probability) && this.refine()) {
      tail = this.average(t, df);
    }
    return tail;
  }

  /**
   * t with P(max > t) = p, to the accuracy of {@link upper}.
   * @param p probability in the upper tail, below ½
   */
  upperQuantile(p: number, df: number): number {
    const tails = this.oneSided ? 1 : 2;
    let low = qt(p / tails, df, false), high = qt(p / (tails * this.A.length), df, false);
    // Over the same directions P is a smooth decreasing function of t: false position (Illinois) on its logarithm.
    const excess = (t: number) => Math.log(this.upper(t, df).probability / p);
    let above = excess(low), below = excess(high), last = 0;
    if (above <= 1e-12) return low;
    if (below >= -1e-12) return high;
    while (high - low > 1e-8 * high) {
      const middle = low + (high - low) * above / (above - below), f = excess(middle);
      if (Math.abs(f) < 1e-9) return middle;
      if (f > 0) [low, above, below, last] = [middle, f, last > 0 ? below / 2 : below, 1];
      else [high, below, above, last] = [middle, f, last < 0 ? above / 2 : above, -1];
    }
    return (low + high) / 2;
  }

  /** All variables are the same up to sign. */
  private single(t: number, df: number): number {
    const both = !this.oneSided || this.A.some(([a]) => a * this.A[0][0] < 0);
    if (!both) return pt(t, df, false);
    return t <= 0 ? 1 : 2 * pt(t, df, false);
  }

  /** Mean of P(max > t | u) over the directions: P(R > t/M), or 1 − P(R > t/M) where both are negative. */
  private average(t: number, df: number): Tail {
    if (this.reach.length === 0) this.refine();
    const tail = this.tails.get(df) ?? radialTail(this.rank, df), means = new Float64Array(SHIFTS);
    this.tails.set(df, tail);
    const logT = Math.log(Math.abs(t)), away = t >= 0 ? 0 : 1;
    for (let s = 0; s < SHIFTS; s++) {
      const { log, sign } = this.reach[s];
      let sum = 0;
      for (let i = 0; i < log.length; i++) {
        if (sign[i] === (t >= 0 ? 1 : -1)) sum += t >= 0 ? tail(logT - log[i]) : 1 - tail(logT - log[i]);
        else sum += away;
      }
      means[s] = sum / log.length;
    }
    const probability = means.reduce((a, b) => a + b) / SHIFTS;
    const spread = means.reduce((a, b) => a + (b - probability) ** 2, 0) / (SHIFTS * (SHIFTS - 1));
    return { probability, error: 3 * Math.sqrt(spread) };
  }

  /** Takes twice as many directions; false when there are as many as the size of the family allows. */
  private refine(): boolean {
    const now = this.reach[0]?.log.length ?? 0, next = now === 0 ? FEWEST : 2 * now;
    if (now > 0 && (next > MOST || next * SHIFTS * this.A.length * this.rank > BUDGET)) return false;
    const random = seed(SEED), { rank } = this;
    this.reach = Array.from({ length: SHIFTS }, (_, s) => {
      const shift = Float64Array.from({ length: rank }, () => random.uniform());
      const log = new Float64Array(next), sign = new Int8Array(next);
      if (now > 0) {
        log.set(this.reach[s].log);
        sign.set(this.reach[s].sign);
      }
      this.extend(log, sign, now, shift);
      return { log, sign };
    });
    return true;
  }

  /** M(u) for the lattice points from number `from` on. */
  private extend(log: Float64Array, sign: Int8Array, from: number, shift: Float64Array): void {
    const { rank } = this, u = new Float64Array(rank), w = new Float64Array(rank);
    for (let i = from; i < log.length; i++) {
      for (let k = 0; k < rank; k++) {
        const x = (i + 1) * STEPS[k % STEPS.length] + shift[k];
        w[k] = x - Math.floor(x);
      }
      direction(w, u);
      const M = this.furthest(u);
      log[i] = Math.log(Math.abs(M));
      sign[i] = Math.sign(M);
    }
  }

  /** M(u). */
  private furthest(u: Float64Array): number {
    const { A, oneSided } = this, r = u.length;
    let most = oneSided ? -Infinity : 0;
    for (let j = 0; j < A.length; j++) {
      const a = A[j];
      let x = 0;
      for (let k = 0; k < r; k++) x += a[k] * u[k];
      if (!oneSided && x < 0) x = -x;
      if (x > most) most = x;
    }
    return most;
  }
}

/**
 * A point of the unit cube becomes a direction: angles on the circle and the sphere, normalised Box–Muller pairs in higher
 * dimensions. What is not an angle is folded at ½, so that the integrand is periodic in every coordinate.
 */
function direction(w: Float64Array, u: Float64Array): void {
  const r = u.length;
  if (r <= 3) {
    const height = r === 3 ? 2 * Math.abs(2 * w[1] - 1) - 1 : 0, radius = Math.sqrt(1 - height * height);
    u[0] = radius * Math.cos(2 * Math.PI * w[0]);
    u[1] = radius * Math.sin(2 * Math.PI * w[0]);
    if (r === 3) u[2] = height;
    return;
  }
  let length = 0;
  for (let k = 0; k < r; k += 2) {
    const folded = Math.max(1e-300, Math.abs(2 * w[k] - 1));
    if (k + 1 === r) {
      u[k] = standardQuantile(Math.min(1 - 1e-16, folded));
      length += u[k] * u[k];
      continue;
    }
    const square = -2 * Math.log(folded), radius = Math.sqrt(square);
    u[k] = radius * Math.cos(2 * Math.PI * w[k + 1]);
    u[k + 1] = radius * Math.sin(2 * Math.PI * w[k + 1]);
    length += square;
  }
  const f = 1 / Math.sqrt(length);
  for (let k = 0; k < r; k++) u[k] *= f;
}

/** √2, √3, √5, …: the steps of the lattice (Richtmyer). */
const STEPS = firstPrimes(500).map(Math.sqrt);

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) if (primes.every((p) => n % p !== 0)) primes.push(n);
  return primes;
}

/** The rows, scaled to length 1, in an orthonormal basis of the space that they span (Gram–Schmidt, longest rest first). */
function inOwnSpace(rows: readonly Float64Array[]): Float64Array[] {
  const unit = rows.map((row, j) => {
    const length = Math.sqrt(dot(row, row));
    if (length > 0) return row.map((v) => v / length);
    throw new RangeError(`Cannot compare statistics: number ${j + 1} has variance 0`);
  });
  const rest = unit.map((row) => row.slice()), basis: Float64Array[] = [];
  for (;;) {
    let pivot = -1, most = DEPENDENT ** 2;
    rest.forEach((row, j) => {
      const length = dot(row, row);
      if (length > most) [pivot, most] = [j, length];
    });
    if (pivot < 0) break;
    const q = rest[pivot].map((v) => v / Math.sqrt(most));
    basis.push(q);
    for (const row of rest) {
      const c = dot(row, q);
      for (let i = 0; i < q.length; i++) row[i] -= c * q[i];
    }
  }
  return unit.map((row) => {
    const a = Float64Array.from(basis, (q) => dot(row, q)), length = Math.sqrt(dot(a, a));
    return a.map((v) => v / length);
  });
}

/** Where the table of radial tails begins and ends, in log x, and how fine it is. */
const LOWEST = -7, HIGHEST = 12, NODES = 4097;

/** log x → P(R > x), R² ~ r F(r, ν): cubic interpolation of log P, accurate to about 1e-9 relative. */
function radialTail(r: number, df: number): (logX: number) => number {
  const exact = (logX: number) => {
    const square = Math.exp(2 * logX);
    return df === Infinity ? pchisq(square, r, false, true) : pf(square / r, r, df, false, true);
  };
  const step = (HIGHEST - LOWEST) / (NODES - 1);
  const table = Float64Array.from({ length: NODES }, (_, i) => exact(LOWEST + i * step));
  return (logX) => {
    const at = (logX - LOWEST) / step;
    if (!(at > 1)) return 1;
    if (at >= NODES - 2) return Math.exp(exact(logX));
    const i = Math.floor(at), f = at - i;
    const a = table[i - 1], b = table[i], c = table[i + 1], d = table[i + 2];
    if (!(d > -700)) return Math.exp(exact(logX));
    return Math.exp(
      b + f * ((c - a) / 2 + f * (a - 2.5 * b + 2 * c - d / 2 + f * (1.5 * (b - c) + (d - a) / 2))),
    );
  };
}
