/**
 * What the terms of the Tweedie series have in common in all rows with one power: functions of the index j alone, made once. With
 * a = r/q the shape of an amount and Λ = λ^{1 + a} a row's own number, terms follow each other by a product,
 *
 *     e^{h_{j+1} − h_j} = Λ D_j,   log D_j = −(1 + a)((j + 1) log(j + 1) − j log j − 1) − R(j + 1) − R((j + 1)a) + R(j) + R(ja)
 *
 * so that no term takes an exponential of its own.
 */
import { binet, binetJet } from "../../math/binet.ts";

/** Largest shape of an amount with which Λ D_j is a product of numbers that neither over- nor underflow. */
export const LARGEST_SHAPE = 100;

/** Tables over j = 1 … */
export class TweedieTerms {
  private shape = NaN;
  private length = 1;
  /** log j, R(j) + R(ja), D_j. */
  logIndex = new Float64Array(64);
  remainder = new Float64Array(64);
  ratio = new Float64Array(64);
  /** First three derivatives of R(ja) in log ja. */
  first = new Float64Array(64);
  second = new Float64Array(64);
  third = new Float64Array(64);
  private readonly jet = new Float64Array(4);

  /** Makes the tables those of a shape. */
  prepare(a: number): void {
    if (a === this.shape) return;
    this.shape = a;
    this.length = 1;
  }

  /** Makes the tables as long as j (that of D as j − 1). */
  reach(j: number): void {
    while (this.length <= j) this.add(this.length++);
  }

  private add(j: number) {
    if (j >= this.logIndex.length) this.grow();
    const { shape: a, jet, logIndex, remainder, ratio } = this, log = Math.log(j);
    binetJet(j * a, 3, jet);
    logIndex[j] = log;
    remainder[j] = binet(j) + jet[0];
    [this.first[j], this.second[j], this.third[j]] = [jet[1], jet[2], jet[3]];
    if (j === 1) return;
    const before = j - 1, step = j * Math.log1p(1 / before) + logIndex[before] - 1; // j log j − (j − 1) log(j − 1) − 1
    ratio[before] = Math.exp(-(1 + a) * step - remainder[j] + remainder[before]);
  }

  private grow() {
    const twice = (x: Float64Array) => {
      const out = new Float64Array(2 * x.length);
      out.set(x);
      return out;
    };
    [this.logIndex, this.remainder, this.ratio] = [this.logIndex, this.remainder, this.ratio].map(twice);
    [this.first, this.second, this.third] = [this.first, this.second, this.third].map(twice);
  }
}
