/**
 * Coordinates in which a search finds its way to an infinite range. Of a field whose places span less than its range, data say what places
 * differ by and hardly σ and r themselves (Zhang 2004, JASA 99:250–261): the likelihood has a narrow valley, along which σ² ~ r^{2a}, and
 * which bends in (σ, log r), so that no straight step follows it. It is straight in (asinh(σ/u), log r), and so is that of σ alone; at
 * 0, which is σ's boundary and where its sign may change, asinh is as good as linear. u is of the size of σ where the search begins.
 * Parameters that near their limit as a power, as ρ/√(1 − ρ²) does, are taken so as well.
 */
import { Matrix } from "../../math/dense.ts";
import type { Objective, Slope } from "../../math/minimize.ts";
import type { Problem } from "./optimum.ts";

/** A standard deviation that begins at 0 is searched as from here. */
const LEAST = 0.05;

/** Between θ and x, what is searched. */
export class Stretched {
  /** The places that are stretched, where the parameters begin there. */
  static of({ effects, thetaAt }: Problem, free: readonly number[], start: Float64Array): Stretched {
    const units = new Map<number, number>();
    for (const { covariance: { shown, edges, relative }, theta } of effects.terms) {
      const limits = shown.flatMap((p) => p.kind === "own" && p.limit ? [p] : []);
      if (limits.length === 0 || relative) continue; // the scale of a structure in the residual's place is in closed form
      const place = (at: number) => free.indexOf(thetaAt + theta + at);
      for (const { at } of edges) units.set(place(at), Math.abs(start[place(at)]) || LEAST);
      for (const { at, limit } of limits) if (limit!.power) units.set(place(at), 1);
    }
    units.delete(-1); // held
    return new Stretched(units);
  }

  /** @param units u by place */
  private constructor(private readonly units: ReadonlyMap<number, number>) {}

  /** x of θ. */
  to(theta: Float64Array): Float64Array {
    return theta.map((v, i) => this.units.has(i) ? Math.asinh(v / this.units.get(i)!) : v);
  }

  /** θ of x. */
  from(x: Float64Array): Float64Array {
    return x.map((v, i) => this.units.has(i) ? this.units.get(i)! * Math.sinh(v) : v);
  }

  /** The objective as a function of x. */
  view(objective: Objective): Objective {
    if (this.units.size === 0) return objective;
    let last = new Float64Array(0);
    return {
      evaluate: (x, gradient, slack) => {
        const value = objective.evaluate(this.from(x), gradient, slack);
        last = x.slice();
        gradient.set(this.scaled(gradient, x, 1));
        return value;
      },
      get off() {
        return objective.off;
      },
      curvature: objective.curvature && (() => this.scaledHessian(objective.curvature!(), last, 1)),
    };
  }

  /** Gradient and Hessian over θ of those over x, at x. */
  overTheta({ gradient, hessian }: Slope, x: Float64Array): Slope {
    return { gradient: this.scaled(gradient, x, -1), hessian: this.scaledHessian(hessian, x, -1) };
  }

  /** v times dθ/dx at x: a gradient over x of one over θ, a direction over θ of one over x; divided by it where the power is −1. */
  scaled(v: Float64Array, x: Float64Array, power: 1 | -1): Float64Array {
    if (this.units.size === 0) return v;
    return v.map((v, i) => v * this.slope(x, i) ** power);
  }

  /** The same for a Hessian, but for what the gradient adds to it. */
  scaledHessian(hessian: Matrix, x: Float64Array, power: 1 | -1): Matrix {
    if (this.units.size === 0) return hessian;
    const f = x.map((_, i) => this.slope(x, i) ** power);
    return new Matrix(hessian.to2DArray().map((row, i) => row.map((v, j) => v * f[i] * f[j])));
  }

  private slope(x: Float64Array, i: number): number {
    return this.units.has(i) ? this.units.get(i)! * Math.cosh(x[i]) : 1;
  }
}
