/**
 * The largest likelihood where it lies at the edge of what a link allows, as the risks of a log-binomial model do at 1: by a logarithmic
 * barrier that comes ever nearer to it (Nocedal & Wright 2006, section 19.6),
 *
 *     min −ℓ(ψ) − μ Σ_i (log(η_i − lo) + log(hi − η_i)),   μ → 0
 *
 * of models without random effects, whose predictors are linear in ψ.
 */
import { Matrix } from "../../math/dense.ts";
import { minimize, type Objective } from "../../math/minimize.ts";
import type { Part } from "../families/family.ts";
import { isValid } from "../families/part.ts";
import type { Laplace } from "../objective/laplace.ts";

/** μ, and the log-likelihood that may be missing at the last one for each row at the edge. */
const BARRIERS = [1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8];
/** Predicted decrease at which a search ends before the barrier is moved. */
const ROUGHLY = 1e-6;
/** Predictors beyond this are as good as infinite. */
const FAR = 1e9;

/** The open interval of possible η. */
export interface Domain {
  readonly low: number;
  readonly high: number;
}

/** ψ of the largest likelihood inside the edges, and its −ℓ. @param start where all means are possible */
export function insideEdges(
  objective: Laplace,
  domain: Domain,
  start: Float64Array,
): { psi: Float64Array; value: number } {
  let psi = start, value = objective.evaluate(psi, new Float64Array(psi.length));
  for (const mu of BARRIERS) {
    const target = new Barrier(objective, domain, mu);
    const { x } = minimize(target, { start: psi, tolerance: ROUGHLY, maxEvaluations: 60, maxStep: 5 });
    const next = objective.evaluate(x, new Float64Array(x.length));
    if (!(next < value)) continue;
    [psi, value] = [x, next];
  }
  return { psi, value };
}

/** The ends between which η is possible, by bisection; null where there are none. @param inside a possible one */
export function domainOf(mean: Part, inside: number): Domain | null {
  const end = (sign: 1 | -1) => {
    if (isValid(mean, sign * FAR)) return sign * Infinity;
    let [possible, impossible] = [inside, sign * FAR];
    for (let k = 0; k < 200; k++) {
      const middle = (possible + impossible) / 2;
      if (isValid(mean, middle)) possible = middle;
      else impossible = middle;
    }
    return possible;
  };
  const low = end(-1), high = end(1);
  return low === -Infinity && high === Infinity ? null : { low, high };
}

/** −ℓ with a barrier of some height. */
class Barrier implements Objective {
  /** 1/(hi − η) − 1/(η − lo) and the sum of their squares. */
  private readonly slope: Float64Array;
  private readonly bend: Float64Array;

  constructor(
    private readonly objective: Laplace,
    private readonly domain: Domain,
    private readonly mu: number,
  ) {
    const { n } = objective.design;
    this.slope = new Float64Array(n);
    this.bend = new Float64Array(n);
  }

  evaluate(psi: Float64Array, gradient: Float64Array): number {
    const { objective, domain: { low, high }, mu, slope, bend } = this,
      { bases: [basis], eta: [eta] } = objective;
    let value = objective.evaluate(psi, gradient);
    for (let i = 0; i < eta.length; i++) {
      const up = high - eta[i], down = eta[i] - low; // Infinity where there is no edge
      value -= mu * ((high < Infinity ? Math.log(up) : 0) + (low > -Infinity ? Math.log(down) : 0));
      slope[i] = 1 / up - 1 / down;
      bend[i] = 1 / up ** 2 + 1 / down ** 2;
    }
    const along = new Float64Array(basis.size);
    basis.transposeTimes(slope, along);
    along.forEach((v, j) => gradient[j] += mu * basis.unit * v);
    return value;
  }

  curvature(): Matrix {
    const { objective, mu, bend } = this, { bases: [basis] } = objective, H = objective.fixedInformation();
    const own = basis.gram(bend).mul(mu * basis.unit ** 2);
    const places = Array.from({ length: basis.size }, (_, j) => j);
    H.setSubMatrix(Matrix.add(H.selection(places, places), own), 0, 0);
    return H;
  }
}
