/**
 * Between ψ of the model about the reference of its scale, which is searched, and ψ of that about 0, which is reported
 * (scale_reference.ts): (γ, θ) of the location there are e^c times those here, and ζ is the same.
 */
import { Matrix } from "../../math/dense.ts";
import { dot } from "../../math/vectors.ts";
import { quoteList } from "../../formula/errors.ts";
import type { Design, PredictorDesign, Units } from "../../formula/types.ts";
import type { Laplace } from "./laplace.ts";
import { type ScaleReference, scalesOf } from "./scale_reference.ts";
import { powerOfTwo } from "./units.ts";

/** From ψ about the reference and back. */
export class ScaleMap {
  readonly own: Laplace;
  /** log of the unit of `own`. */
  private readonly logUnit: number;
  /** Entries of ψ that are multiples of the scale. */
  private readonly scaled: readonly number[];
  private readonly part: number;
  private readonly at: Float64Array;
  private readonly offset: number;

  /**
   * @param search of which `psi` is the point that gives the unit
   * @throws {RangeError} where the scale at 0 is no number
   */
  constructor(
    private readonly search: Laplace,
    design: Design,
    { part, at, offset }: ScaleReference,
    psi: Float64Array,
  ) {
    [this.part, this.at, this.offset] = [part, at, offset];
    const scale = Math.exp(this.logScale(psi)), { bases, effects, first, thetaAt } = search;
    const variance = (1 + dot(at, at)) * scale ** 2; // of coefficients, which are multiples of the scale
    if (!(variance > 0 && variance < Infinity)) throw noScale(design.predictors[part], this.logScale(psi));
    const unit = powerOfTwo(scale);
    this.logUnit = Math.log(unit);
    const parts = design.predictors.slice(1).map((_, k) => k + 1 === part ? this.logUnit : 0);
    const units: Units = { response: 1, eta: unit, shift: 0, parts };
    this.own = search.of({ ...design, units });
    const gammas = bases.flatMap(({ size }, k) =>
      k === part ? [] : Array.from({ length: size }, (_, i) => first[k] + i)
    );
    const thetas = effects.terms.flatMap((t) =>
      t.part === part ? [] : scalesOf(t.covariance).map((i) => thetaAt + t.theta + i)
    );
    this.scaled = [...gammas, ...thetas];
  }

  /** ψ about 0. */
  from(psi: Float64Array): Float64Array {
    return this.moved(psi, this.search, this.own, Math.exp(this.logScale(psi) - this.logUnit));
  }

  /** ψ about the reference. */
  back(psi: Float64Array): Float64Array {
    const zeta = this.own.bases[this.part].coefficients(psi, this.own.first[this.part]);
    return this.moved(psi, this.own, this.search, Math.exp(this.logUnit - dot(this.at, zeta) - this.offset));
  }

  /** ∂ψ about 0 by ψ about the reference, there. */
  jacobian(psi: Float64Array): Matrix {
    return this.slopes(psi, this.search, this.own, Math.exp(this.logScale(psi) - this.logUnit), 1);
  }

  /** Its inverse, at the same ψ. */
  inverseJacobian(psi: Float64Array): Matrix {
    const there = this.from(psi);
    return this.slopes(there, this.own, this.search, Math.exp(this.logUnit - this.logScale(psi)), -1);
  }

  /** c. */
  private logScale(psi: Float64Array): number {
    const { bases, first } = this.search;
    return dot(this.at, bases[this.part].coefficients(psi, first[this.part])) + this.offset;
  }

  private moved(psi: Float64Array, from: Laplace, to: Laplace, factor: number): Float64Array {
    const out = psi.slice(), { part } = this;
    for (const i of this.scaled) out[i] *= factor;
    to.bases[part].onBasis(from.bases[part].coefficients(psi, from.first[part]), out, to.first[part]);
    return out;
  }

  /** ∂(f ψ_i) = f ∂ψ_i ± f ψ_i mᵀ∂ζ,   ζ = R⁻¹γ of one basis and γ = Rζ of the other. */
  private slopes(psi: Float64Array, from: Laplace, to: Laplace, factor: number, sign: 1 | -1): Matrix {
    const J = Matrix.eye(psi.length), { part, at } = this, { inverse, size } = from.bases[part];
    const start = from.first[part], turned = to.bases[part].R.mmul(inverse);
    for (let b = 0; b < size; b++) {
      for (let a = 0; a < size; a++) J.set(start + a, start + b, turned.get(a, b));
      const by = at.reduce((s, m, j) => s + m * inverse.get(j, b), 0);
      for (const i of this.scaled) J.set(i, start + b, sign * factor * psi[i] * by);
    }
    for (const i of this.scaled) J.set(i, i, factor);
    return J;
  }
}

/** @param c log of what the scale is among the data, beside 1 at 0 */
function noScale({ names }: PredictorDesign, c: number): RangeError {
  return new RangeError(
    `Cannot say what the coefficients are: where ${quoteList(names)} ${
      names.length === 1 ? "is" : "are"
    } 0, as they are about, the scale is exp(${(-c).toPrecision(3)}) times what it is among the data, ` +
      "and no number says that; take columns of which 0 is near, such as scale(x)",
  );
}
