/** Which linear functions of the coefficients the likelihood determines, and where it drives the others. */
import { largestOf } from "../../math/largest.ts";
import { inCone, spanning } from "../../math/cone.ts";
import type { Flat } from "../optimum/directions.ts";

/**
 * Where the maximum of the likelihood lies for a linear function lᵀβ: 0 at an ordinary, finite value; +1 or −1 at ±∞; NaN anywhere,
 * because the likelihood does not depend on it in the limit.
 */
export type Tendency = number;

/** Relative size up to which lᵀd is rounding error. */
const ROUNDING = 1e-9;

/** Tells the tendency of linear functions over the stacked coefficients. */
export class Tendencies {
  private readonly scale: Float64Array;
  private readonly generators: readonly Float64Array[];
  private readonly known = new Map<string, Tendency>();

  /** @param flat over the coefficients of all parts, as {@link Model.flat} */
  constructor(readonly flat: Flat) {
    const raw = flat.pulls.map((a) => this.components(a));
    this.scale = Float64Array.from(
      flat.directions,
      (_, k) => largestOf(raw.map((a) => Math.abs(a[k])), 0) || 1,
    );
    const scaled = raw.map((a) => a.map((v, k) => v / this.scale[k]));
    this.generators = spanning([...new Map(scaled.map((a) => [text(a), a])).values()]);
  }

  /** The tendency of lᵀβ. */
  of(l: ArrayLike<number>): Tendency {
    if (this.flat.directions.length === 0) return 0;
    const t = this.components(l);
    if (t.every((v) => v === 0)) return 0;
    const target = t.map((v, k) => v / this.scale[k]), key = text(target);
    let found = this.known.get(key);
    if (found === undefined) {
      found = inCone(this.generators, target) ? 1 : inCone(this.generators, target.map((v) => -v)) ? -1 : NaN;
      this.known.set(key, found);
    }
    return found;
  }

  /** lᵀd of every flat direction, exactly 0 where it is rounding error. */
  components(l: ArrayLike<number>): Float64Array {
    return Float64Array.from(this.flat.directions, (d) => {
      let sum = 0, size = 0;
      for (let j = 0; j < d.length; j++) {
        if (d[j] === 0) continue;
        sum += l[j] * d[j];
        size += Math.abs(l[j] * d[j]);
      }
      return Math.abs(sum) <= ROUNDING * size ? 0 : sum;
    });
  }
}

function text(v: Float64Array): string {
  const size = Math.max(...v.map(Math.abs)) || 1;
  return Array.from(v, (x) => (x / size).toPrecision(10)).join(" ");
}

const made = new WeakMap<Flat, Tendencies>();

/** The tendencies of a model's linear functions. */
export function tendencies({ flat }: { readonly flat: Flat }): Tendencies {
  let found = made.get(flat);
  if (!found) made.set(flat, found = new Tendencies(flat));
  return found;
}
