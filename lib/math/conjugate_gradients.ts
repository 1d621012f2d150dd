/** Preconditioned conjugate gradients for a symmetric positive definite system (Hestenes & Stiefel 1952; Golub & Van Loan 2013, section 11.5). */
import { axpy, dot } from "./vectors.ts";

/** A system S x = b by its products, and a P near S that is easily solved for. */
export interface System {
  /** out = S v. */
  times(v: Float64Array, out: Float64Array): void;
  /** v ← P⁻¹ v in place. */
  precondition(v: Float64Array): void;
}

/** Told of every step: its length α along the direction, and the share β of the last direction in the next. */
export type Steps = (alpha: number, beta: number) => void;

/** Storage for systems of one order. */
export class ConjugateGradients {
  private readonly solution: Float64Array;
  private readonly residual: Float64Array;
  private readonly near: Float64Array;
  private readonly direction: Float64Array;
  private readonly image: Float64Array;

  constructor(order: number) {
    [this.solution, this.residual, this.near, this.direction, this.image] = Array.from(
      { length: 5 },
      () => new Float64Array(order),
    );
  }

  /**
   * x ← S⁻¹ x in place, until rᵀP⁻¹r of the residual, its squared length as the preconditioner sees it, is `tolerance` of that of x.
   * @param tolerance given the first squared length
   * @param most steps to take at most
   * @param told of every step
   * @param acceptable share that is put up with after so many steps
   * @returns false where S is not positive definite along a direction, or the steps did not suffice; x is then as it was
   */
  solve(
    { times, precondition }: System,
    x: Float64Array,
    tolerance: (length: number) => number,
    most: number,
    told?: Steps,
    acceptable = 0,
  ): boolean {
    const { solution, residual: r, near: z, direction: p, image: q } = this, n = x.length;
    solution.fill(0);
    r.set(x);
    z.set(x);
    precondition(z);
    p.set(z);
    let length = dot(r, z);
    const first = length, enough = tolerance(first) * first;
    if (!(length >= 0)) return false;
    for (let step = 0; length > enough; step++) {
      if (step === most) {
        if (length > acceptable * first) return false;
        break;
      }
      times(p, q);
      const bend = dot(p, q);
      if (!(bend > 0)) return false;
      const alpha = length / bend;
      axpy(alpha, p, solution);
      axpy(-alpha, q, r);
      z.set(r);
      precondition(z);
      const next = dot(r, z), share = next / length;
      told?.(alpha, share);
      for (let i = 0; i < n; i++) p[i] = z[i] + share * p[i];
      length = next;
    }
    x.set(solution);
    return true;
  }
}
