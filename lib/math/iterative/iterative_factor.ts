/**
 * A matrix that is not factored: solves by conjugate gradients on the scale of elimination.ts, roots by Lanczos vectors, and where a factor
 * would be read, log|H| and H⁻¹ on the pattern, estimates with errors that are known (trace_sample.ts). For crossed factors with so
 * many levels that the exact factor has no room, or takes too long to be made often.
 */
import { ConjugateGradients } from "../conjugate_gradients.ts";
import type { Factor } from "../factor.ts";
import type { BlockPattern } from "../sparse.ts";
import { Elimination } from "./elimination.ts";
import { EstimatedInverse } from "./estimated_inverse.ts";
import { inverseRoot } from "./lanczos.ts";
import { Products } from "./products.ts";
import { type NodeRange, split } from "./split.ts";
import { TraceSample } from "./trace_sample.ts";

/** Conjugate gradients leave that squared share of a residual, or, where they take all steps, at most that. */
const EXACT = 1e-28, ENOUGH = 1e-20;
/** Steps after which a system counts as not positive definite. */
const MOST_STEPS = 5000;
/** Sums over pairs of levels may take so many times the work of a product with S. */
const MANY = 4000;
const MOST_VECTORS = 400;

/** See {@link Factor}; `logDeterminant` and `selectedInverse` are estimates. */
export class IterativeFactor implements Factor {
  readonly worth = null;
  private readonly elimination: Elimination;
  private readonly products: Products | null;
  private readonly sample: TraceSample;
  private readonly inverse: EstimatedInverse;
  private readonly gradients: ConjugateGradients;
  private readonly onInner: Float64Array;
  private readonly onOuter: Float64Array;
  private sampled = false;
  private readonly system;
  /** Where it is set, the inverse is estimated from this part of the vectors alone: how far parts differ says how good the whole is. */
  part: { readonly number: number; readonly of: number } | null = null;

  /** @param ranges the nodes of every kind */
  constructor(pattern: BlockPattern, ranges: readonly NodeRange[]) {
    const elimination = this.elimination = new Elimination(split(pattern, ranges)),
      { split: s } = elimination;
    this.products = Products.work(s) <= MANY * elimination.C.length ? new Products(elimination) : null;
    this.sample = new TraceSample(elimination, ranges, this.products, MOST_STEPS);
    this.inverse = new EstimatedInverse(elimination, this.products);
    this.gradients = new ConjugateGradients(s.outerSize);
    this.onInner = new Float64Array(s.innerSize);
    this.onOuter = new Float64Array(s.outerSize);
    this.system = {
      times: (v: Float64Array, out: Float64Array) => elimination.times(v, out),
      precondition: () => {},
    };
  }

  factor(values: Float64Array): boolean {
    this.sampled = false;
    return this.elimination.set(values);
  }

  solve(x: Float64Array): void {
    const { elimination, onInner, onOuter } = this;
    elimination.down(x, onInner, onOuter);
    const { gradients, system } = this;
    if (!gradients.solve(system, onOuter, () => EXACT, MOST_STEPS, undefined, ENOUGH)) onOuter.fill(NaN);
    elimination.up(onInner, onOuter, x);
  }

  halfSolve(x: Float64Array, out: Float64Array): void {
    const { elimination, onInner, onOuter } = this;
    elimination.down(x, onInner, onOuter);
    inverseRoot(this.system.times, onOuter, MOST_VECTORS);
    out.set(onInner);
    out.set(onOuter, onInner.length);
  }

  backSolve(z: Float64Array, x: Float64Array): void {
    const { elimination, onInner, onOuter } = this;
    onInner.set(z.subarray(0, onInner.length));
    onOuter.set(z.subarray(onInner.length));
    inverseRoot(this.system.times, onOuter, MOST_VECTORS);
    elimination.up(onInner, onOuter, x);
  }

  logDeterminant(): number {
    return this.elimination.logPivots() + (this.isSampled() ? this.sample.logDeterminant : NaN);
  }

  /** Standard error of {@link logDeterminant}. */
  get logDeterminantError(): number {
    return this.isSampled() ? this.sample.error : NaN;
  }

  smallestPivot(): number {
    return this.elimination.smallestPivot();
  }

  selectedInverse(values: Float64Array): void {
    if (this.isSampled()) this.inverse.fill(this.sample.pairs(this.part?.number, this.part?.of), values);
    else values.fill(NaN);
  }

  private isSampled(): boolean {
    if (this.sampled) return true;
    this.products?.set();
    return this.sampled = this.sample.set();
  }
}
