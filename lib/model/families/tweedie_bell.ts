/** The terms of a Tweedie series that count, and what is left when the Poisson mean is taken out of the mean and the variance of their number. */
import { binetJet } from "../../math/binet.ts";
import { log1pmx } from "../../math/special.ts";

/** Terms j of weights that sum to 1 after `share`; storage grows, and is used again. */
export class CountedTerms {
  /** j, and D = j − λ to more digits than j and λ have. */
  index = new Float64Array(64);
  gap = new Float64Array(64);
  weight = new Float64Array(64);
  count = 0;
  /** E D and δ of a wide bell, once they are settled. */
  mean = 0;
  excess = 0;
  private readonly jet = new Float64Array(4);

  keep(j: number, gap: number, weight: number): void {
    if (this.count === this.index.length) this.grow();
    this.index[this.count] = j;
    this.gap[this.count] = gap;
    this.weight[this.count++] = weight;
  }

  private grow() {
    [this.index, this.gap, this.weight] = [this.index, this.gap, this.weight].map(twiceAsLong);
  }

  /** Divides the weights by their sum, and returns that. */
  share(): number {
    let total = 0;
    for (let i = 0; i < this.count; i++) total += this.weight[i];
    for (let i = 0; i < this.count; i++) this.weight[i] /= total;
    return total;
  }

  /**
   * E D and δ = c² var D − cλ, c = 1 + a, of a wide bell without subtraction. There −h′(j) = cD/λ + f with
   * f = c (log ρ − D/λ) + (R′(j) + R′(x))/j, and, integrated by parts, E h′ = 0 and E (−D h′) = 1: c E D = −λ E f,
   * c E D² = λ − λ E (D f).
   */
  settleBell(lambda: number, a: number): void {
    const c = 1 + a, { weight, index, gap, jet } = this;
    let first = 0, second = 0;
    for (let i = 0; i < this.count; i++) {
      const j = index[i];
      binetJet(j, 1, jet);
      const ofIndex = jet[1];
      binetJet(j * a, 1, jet);
      const f = c * log1pmx(gap[i] / lambda) + (ofIndex + jet[1]) / j;
      first += weight[i] * f;
      second += weight[i] * gap[i] * f;
    }
    this.mean = -lambda * first / c;
    this.excess = -c * (lambda * second + c * this.mean * this.mean);
  }
}

/** The same numbers in twice the room. */
export function twiceAsLong(x: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const out = new Float64Array(2 * x.length);
  out.set(x);
  return out;
}
