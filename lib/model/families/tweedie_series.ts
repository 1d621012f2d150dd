/**
 * The normalising sum of the Tweedie density with power 1 < p < 2, a Poisson number of gamma amounts. With q = p − 1, r = 2 − p,
 * a = r/q the shape of an amount, φ = e^τ, and λ = y^r/(φ r) the Poisson mean at μ = y:
 *
 *     S(y, φ, p) = y Σ_j Poisson(j; λ) · gamma density of y with shape ja and mean jy/λ = Σ_j e^{h_j}
 *
 *     h_j = −λ (ρ log ρ − ρ + 1) − ja (log ρ + 1/ρ − 1) − R(j) − R(ja) + ½ log a − log 2π,   ρ = j/λ,  R Binet's function
 *
 * in which nothing cancels however large λ is, which it is as the power goes to 2 and the amounts to many small ones. The terms are a
 * bell of standard deviation s = √(λ/(1 + a)) about λ; where it is wide, every Δ-th term with Δ ≤ s/2 gives the sum to
 * e^{−2π²(s/Δ)²} < 1e-34 (trapezoidal rule), so that there are never more than some forty.
 *
 * Source: Dunn & Smyth (2005), Stat. Comput. 15:267–280, for the series; Jørgensen (1987).
 */
import { CountedTerms } from "./tweedie_bell.ts";
import { type SeriesJet, TweedieCumulants, undefinedJet } from "./tweedie_cumulants.ts";
import { exponent, exponentBeside } from "./tweedie_exponent.ts";
import { LARGEST_SHAPE, TweedieTerms } from "./tweedie_terms.ts";

/** Terms that much below the largest in the exponent no longer count. */
const NEGLIGIBLE = 37;
const LEAST = Math.exp(-NEGLIGIBLE);

/** Poisson mean from which j = 0 is so unlikely that a sum over every Δ-th j does not see where the terms begin. */
const MANY = 50;

/** Poisson mean beyond which neighbouring terms would be one number: the power is 2, or φ is 0, to the last digit. */
const MOST = 2 ** 80;

/** Δ, for terms whose bell about λ has this standard deviation. */
export const strideOf = (lambda: number, sd: number): number =>
  lambda > MANY ? Math.max(1, Math.floor(sd / 2)) : 1;

/** Sums the series. */
export class TweedieSeries {
  private readonly terms = new CountedTerms();
  private readonly table = new TweedieTerms();
  private readonly cumulants = new TweedieCumulants();

  /**
   * L and its derivatives at y > 0.
   * @param a shape of an amount, e^{−κ}
   */
  evaluate(y: number, tau: number, a: number, order: number, out: SeriesJet): void {
    const r = a / (1 + a), logY = Math.log(y), lambda = Math.exp(r * logY - tau) / r;
    if (!(lambda < MOST)) {
      undefinedJet(out);
      return;
    }
    const tabled = lambda <= MANY && a < LARGEST_SHAPE, { terms } = this;
    terms.count = 0;
    const { largest, step } = tabled ? this.multiply(lambda, a) : this.collect(lambda, a);
    out.value = Math.log(terms.share()) + largest + Math.log(step);
    if (order > 0) {
      this.cumulants.write(terms, tabled ? this.table : null, step > 1, lambda, a, logY, order, out);
    }
  }

  /** The terms that count, as weights relative to the largest; of a wide bell from λ itself, whole or not. */
  private collect(lambda: number, a: number): { largest: number; step: number } {
    const sd = Math.sqrt(lambda / (1 + a)), step = strideOf(lambda, sd);
    const first = step > 1 ? 0 : Math.max(1, Math.round(lambda)) - lambda;
    let largest = -Infinity;
    const visit = (gap: number) => {
      const h = exponent(gap, lambda, a);
      if (!(h >= largest - NEGLIGIBLE)) return false;
      largest = Math.max(largest, h);
      this.terms.keep(lambda + gap, gap, h);
      return true;
    };
    for (let gap = first; visit(gap); gap += step);
    for (let gap = first - step; lambda + gap > 0.5 && visit(gap); gap -= step);
    const { weight, count } = this.terms;
    for (let i = 0; i < count; i++) weight[i] = Math.exp(weight[i] - largest);
    return { largest, step };
  }

  /** The same by the ratios of neighbours, relative to the term at the Poisson mean. */
  private multiply(lambda: number, a: number): { largest: number; step: number } {
    const first = Math.max(1, Math.round(lambda)),
      own = Math.exp((1 + a) * Math.log(lambda)),
      { table, terms } = this;
    table.prepare(a);
    table.reach(first + 1);
    for (let j = first, w = 1; w > LEAST; j++) {
      terms.keep(j, j - lambda, w);
      table.reach(j + 1);
      w *= own * table.ratio[j];
    }
    for (let j = first - 1, w = 1; j >= 1; j--) {
      w /= own * table.ratio[j];
      if (!(w > LEAST)) break;
      terms.keep(j, j - lambda, w);
    }
    const remainder = table.remainder[first];
    return { largest: exponentBeside(first - lambda, lambda, a) - remainder, step: 1 };
  }
}
