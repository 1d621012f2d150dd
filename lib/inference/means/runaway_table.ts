/** What a quantity that is not linear in the coefficients is where its predictors run to infinity: limits, and finite ends. */
import type { SparseRows } from "../../math/sparse_rows.ts";
import { derived, type Model } from "../../model/result/model.ts";
import { tendencies } from "../../model/result/tendency.ts";
import { type Constrained, oneSided } from "../profiles/one_sided.ts";

/** A table of estimates at some coefficients: values, and their tangents. */
export interface TableAt {
  readonly values: Float64Array;
  readonly rows: SparseRows;
}

/** How much further, in predictors, a mean is as far as it goes: beside 1 exp(−300) is 0, and its square is still a number. */
const FAR = 300, NOTHING = 1e-100;

/** How much further a value is looked at to tell whether it has a limit, and what it may still change there if it has. */
const FURTHER = 5, SMALL = 1e-5;

/** Times that a place is sought along the tangent of the place before. */
const TANGENTS = 8, ACCURACY = 1e-7, SETTLED = 1e-3;

/** A combination of rows of a table, and its tangent. */
export type Combine = (table: TableAt) => { value: number; l: Float64Array };

/** The tables of one quantity of one model. */
export class RunawayTable {
  private far: Float64Array | null = null;
  private isBounded: boolean | null = null;

  /**
   * @param at the table for a model with other coefficients
   * @param stacked a tangent over the coefficients of all parts, 0 where the data determine what it is of
   */
  constructor(
    private readonly model: Model,
    private readonly at: (moved: Model) => TableAt,
    private readonly stacked: (l: Float64Array) => Float64Array,
  ) {}

  /** Do values go to a limit, as means do, and not to ±∞, as their logarithms? */
  get bounded(): boolean {
    return this.isBounded ??= this.everyRowHasLimit();
  }

  /** Values where all that runs away has gone as far as can be computed. */
  limits(): Float64Array {
    if (this.far) return this.far;
    const far = this.beyond(FAR), near = this.beyond(FURTHER);
    return this.far = far.map((v, i) => v !== v ? near[i] : Math.abs(v) < NOTHING ? 0 : v);
  }

  /**
   * A combination of rows at the end of the interval of the predictors that run away in it, z normal deviates from there: all other
   * parts are held. Where it is curved, the end is sought again along its tangent there.
   */
  end(l: Float64Array, combine: Combine, z: number): number {
    const found = this.alongTangents(
      l,
      combine,
      (along, before, now) =>
        Math.abs(now - before) <= ACCURACY * Math.abs(now) ? null : oneSided(this.model).atEnd(along, z),
    );
    return found?.value ?? NaN;
  }

  /** Root of the likelihood ratio where the combination has a value. */
  rootAt(l: Float64Array, combine: Combine, constant: number, value: number): number {
    let place = value - constant;
    const found = this.alongTangents(l, combine, (along, _, now, beta) => {
      if (Math.abs(now - value) <= ACCURACY * Math.max(1, Math.abs(value))) return null;
      if (beta) place = inner(along, beta) + (value - now);
      return oneSided(this.model).at(along, place);
    });
    return found?.root ?? NaN;
  }

  /**
   * Constrained maxima of the likelihood, each for the tangent of the one before.
   * @param next the maximum for a tangent, given the values of the combination before; null when it is good enough
   */
  private alongTangents(
    l: Float64Array,
    combine: Combine,
    next: (along: Float64Array, before: number, now: number, beta: Float64Array | null) => Constrained | null,
  ): { value: number; root: number } | null {
    const runs = this.running(this.stacked(l));
    let tangent = l, value = NaN, before = NaN, found: Constrained | null = null;
    for (let k = 0; k < TANGENTS; k++) {
      const place = next(this.ofParts(this.stacked(tangent), runs), before, value, found?.beta ?? null);
      if (!place) return found && { value, root: found.root };
      found = place;
      before = value;
      ({ value, l: tangent } = combine(this.at(this.moved(found.beta, runs))));
    }
    // Where a mean of several cells is asked for, the likelihood hardly tells how they share it: their places drift, not the mean.
    return found && Math.abs(value - before) <= SETTLED * Math.abs(value)
      ? { value, root: found.root }
      : null;
  }

  private everyRowHasLimit(): boolean {
    const { values, rows } = this.at(this.model),
      further = this.beyond(FURTHER),
      rule = tendencies(this.model);
    const size = values.reduce((m, v) => Number.isFinite(v) ? Math.max(m, Math.abs(v)) : m, 0);
    return values.every((v, i) =>
      rule.of(this.stacked(rows.row(i))) === 0 || Math.abs(further[i] - v) <= SMALL * size
    );
  }

  /** Values where every predictor that runs away has gone further by `step` at least. */
  private beyond(step: number): Float64Array {
    const { flat: { ray, pulls }, parts } = this.model;
    if (ray === null) return this.at(this.model).values; // a search that has not ended: flat, but running nowhere
    const rates = pulls.map((a) => Math.abs(inner(a, ray))),
      slowest = Math.min(...rates.filter((v) => v > 0));
    const beta = coefficients(this.model).map((b, j) => b + (step / slowest) * ray[j]);
    return this.at(this.moved(beta, parts.map(() => true))).values;
  }

  private moved(beta: Float64Array, of: readonly boolean[]): Model {
    const parts = this.model.parts.map((p, k) =>
      of[k] ? { ...p, beta: beta.slice(p.start, p.start + p.beta.length) } : p
    );
    return derived(this.model, { parts });
  }

  /** Parts whose coefficients run away in a tangent. */
  private running(at: Float64Array): boolean[] {
    return this.model.parts.map((_, k) =>
      tendencies(this.model).components(this.ofParts(at, this.model.parts.map((_, j) => j === k)))
        .some((v) => v !== 0)
    );
  }

  /** A tangent in some parts alone. */
  private ofParts(at: Float64Array, of: readonly boolean[]): Float64Array {
    const out = at.slice();
    this.model.parts.forEach(({ start, beta }, k) => of[k] || out.fill(0, start, start + beta.length));
    return out;
  }
}

function coefficients({ parts, covariance }: Model): Float64Array {
  const beta = new Float64Array(covariance.rows);
  for (const part of parts) beta.set(part.beta, part.start);
  return beta;
}

function inner(x: Float64Array, y: Float64Array): number {
  return x.reduce((s, v, i) => s + v * y[i], 0);
}
