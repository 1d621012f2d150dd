/**
 * The system of Newton's steps towards the modes: H = P + Σ_i B_iᵀA_iB_i, with A the observed information of the rows. Where its factor is
 * dear, steps on the way are solved by conjugate gradients with the factor of a point nearby, and H is factored at the modes alone.
 */
import { ConjugateGradients } from "../../math/conjugate_gradients.ts";
import { dot } from "../../math/vectors.ts";
import type { Factor } from "../../math/factor.ts";
import { multiplySymmetric, valuesLength } from "../../math/sparse.ts";
import { exactly, type MakeFactor } from "./make_factor.ts";
import type { RandomEffects } from "./random_effects.ts";

/** Steps by conjugate gradients after which a factor is the better way. */
const MOST_STEPS = 24;
/** A step leaves that share of its squared length, by how long it is: Newton's method itself leaves about the square. */
const LEAST_LEFT = 1e-6, MOST_LEFT = 1e-2;
/** A factor is dear from so many times the work of a solve with it: its operations are that much faster, and some steps need some solves. */
const DEAR = 100;

/** H at one point after the other. */
export class NewtonSystem {
  readonly solver: Factor;
  /** Block values of ΣZᵀAZ and of H. */
  readonly M: Float64Array;
  readonly H: Float64Array;
  /** H is that of the observed information, not of its positive part. */
  observed = true;
  private readonly gradients: ConjugateGradients | null;
  private readonly before: Float64Array;
  /** There is a factor of some H, and it is that of the last one. */
  private factored = false;
  private here = false;
  /** Only factors are trusted on the way to these modes. */
  private careful = false;

  /**
   * @param information block values of Σ Z_kᵀ ∂²ℓ Z_l at the rows' last derivatives, or those of −|∂²ℓ/∂η_k²| alone
   * @param dear how many solves a factor must be worth for steps without one
   */
  constructor(
    private readonly effects: RandomEffects,
    private readonly information: (positive: boolean) => Float64Array,
    make: MakeFactor = exactly,
    dear = DEAR,
  ) {
    const { valueCount, q, pattern } = effects;
    this.M = new Float64Array(valueCount);
    this.H = new Float64Array(valuesLength(pattern));
    this.before = new Float64Array(q);
    const { worth } = this.solver = make(effects), seen = !pattern.twofold && !pattern.ties; // products see values of 16 digits
    const near = worth !== null && worth > dear && seen;
    this.gradients = near ? new ConjugateGradients(q) : null;
  }

  /** New modes are looked for. */
  begin(): void {
    this.careful = false;
  }

  /**
   * step ← H⁻¹ step in place with H at the rows' derivatives; where that is indefinite, of the positive part of the information.
   * @returns stepᵀH⁻¹step, NaN where there is no such H
   */
  solve(step: Float64Array): number {
    const { before } = this;
    before.set(step);
    this.assemble(false);
    this.here = false;
    if (!this.nearby(step)) {
      this.observed = this.factor();
      if (!this.observed) {
        this.assemble(true);
        if (!this.factor()) return NaN;
      }
      this.solver.solve(step);
    }
    return dot(before, step);
  }

  /** The last solution came from the factor of H itself. */
  get exact(): boolean {
    return this.here;
  }

  /** What conjugate gradients leave at most of the squared length of a step. */
  left(length: number): number {
    return Math.min(MOST_LEFT, Math.max(LEAST_LEFT, length));
  }

  /** The factor of the last H, unless it is there. @returns false where it is not positive definite */
  settle(): boolean {
    if (this.here || this.factor()) return true;
    this.careful = true;
    return false;
  }

  /** The step by conjugate gradients. */
  private nearby(step: Float64Array): boolean {
    const { gradients, solver, effects, H } = this;
    if (!gradients || !this.factored || this.careful) return false;
    const times = (v: Float64Array, out: Float64Array) => {
      out.fill(0);
      multiplySymmetric(effects.pattern, H, v, out);
    };
    const precondition = (v: Float64Array) => solver.solve(v);
    const solved = gradients.solve({ times, precondition }, step, this.left, MOST_STEPS);
    if (solved) this.observed = true;
    return solved;
  }

  private factor(): boolean {
    return this.here = this.factored = this.solver.factor(this.H);
  }

  /** M and H of the rows' information, or of its positive part. */
  private assemble(positive: boolean): void {
    const { effects, M, H } = this, sums = this.information(positive);
    for (let i = 0; i < M.length; i++) M[i] = -sums[i]; // A = −∂²ℓ
    effects.mirrorDiagonal(M);
    effects.sphere(M, H);
  }
}
