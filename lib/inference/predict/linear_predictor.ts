/** Linear predictors at new rows: values, and covariances between the predictors of one row. */
import { hasDf } from "../../model/result/has_df.ts";
import type { Frame } from "../../frame.ts";
import type { NewRandomTerm } from "../../formula/evaluate_recipe.ts";
import { UNSEEN } from "../../formula/grouping.ts";
import { MEAN } from "../../model/families/part.ts";
import { type Model, partOf, type TermResult } from "../../model/result/model.ts";
import { tendencies } from "../../model/result/tendency.ts";
import {
  type EffectCombination,
  type TermPlace,
  type Uncertainty,
  uncertaintyOf,
} from "../../model/result/uncertainty.ts";
import { type NewGroup, variationOf } from "../../model/result/variation.ts";
import { defaultDf, dfMethod } from "../df/degrees_of_freedom.ts";
import { residualTerm } from "../../model/result/term_result.ts";
import {
  type EstimableDesign,
  estimableDesign,
  fixedPredictor,
  undeterminedRows,
} from "../cells/estimability.ts";
import type { AskedTerm } from "./level_note.ts";
import { PositionEffects } from "./position_effects.ts";
import { type Choice, type RandomChoice, readChoice } from "./random_choice.ts";
import { type Ends, oneSided } from "../profiles/one_sided.ts";

/** A term of the model in the new rows, with the coefficients that take part; level UNSEEN for a new or a missing group. */
interface ActiveTerm {
  readonly result: TermResult;
  readonly use: boolean[];
  /** None where rows touch one position each. */
  readonly columns: readonly (Float64Array | null)[];
  readonly level: Int32Array;
  readonly positions: PositionEffects | null;
}

/** The linear predictors of a model at new rows. */
export class LinearPredictors {
  readonly n: number;
  readonly missingRows: Int32Array;
  /** The random terms that were asked for, and what the new data say of them. */
  readonly asked: AskedTerm[] = [];
  private readonly design: EstimableDesign;
  /** Of every part: rows that it has no value in, being missing or not determined by the data. */
  private readonly without = new Map<string, Uint8Array>();
  private readonly active: Map<string, ActiveTerm[]>;

  constructor(
    private readonly model: Model,
    newdata: Frame,
    private readonly choice: RandomChoice,
    newLevels: "population" | "error",
  ) {
    const random = choice !== "none" && model.random.length > 0, residual = residualTerm(model.random);
    this.design = estimableDesign(model, newdata, random || residual !== undefined);
    this.n = this.design.n;
    this.missingRows = this.design.missingRows;
    this.active = new Map();
    const wanted: Choice = choice === "all" || choice === "none" ? allEffects : readChoice(choice, model);
    for (const [part, { predictor }] of this.design.parts) {
      this.active.set(part, random ? this.activate(part, predictor.random, wanted, newLevels) : []);
    }
  }

  /**
   * Variances of new observations beyond that of their mean, where a term stands in the residual's place: that of the positions
   * in rows that do not hold their effects. Null elsewhere.
   */
  residualVariances(): Float64Array | null {
    const term = residualTerm(this.model.random);
    if (!term) return null;
    const positions = this.errorPositions();
    return Float64Array.from({ length: this.n }, (_, i) => positions?.variance(i, UNSEEN) ?? 0);
  }

  /** Where the errors of new observations are; null where they are independent, or held. */
  private errorPositions(): PositionEffects | null {
    const { random } = this.model, term = residualTerm(random);
    if (!term || this.active.get(MEAN)!.some(({ result }) => result === term)) return null;
    const { absent, position } = this.design.parts.get(MEAN)!.predictor.random[random.indexOf(term)];
    if (!absent) return new PositionEffects(term, position!);
    throw new RangeError(
      `Cannot compute prediction intervals: the new data lack the columns of (${term.label}), whose covariance is that of the residuals`,
    );
  }

  private activate(
    part: string,
    terms: readonly NewRandomTerm[],
    wanted: Choice,
    newLevels: "population" | "error",
  ): ActiveTerm[] {
    const results = this.model.random.filter((t) => t.part === part);
    return terms.flatMap((t, k): ActiveTerm[] => {
      const result = results[k],
        use = wanted(result);
      if (!use.some(Boolean)) return [];
      if (t.unseen.length > 0 && newLevels === "error") throw newLevel(result, t.unseen);
      this.asked.push(standing(result, t));
      if (t.absent) return [];
      const level = t.level.map((l) => l === -1 ? UNSEEN : l);
      if (!result.positions) return [{ result, use, columns: t.columns, level, positions: null }];
      return [{ result, use, columns: [], level, positions: new PositionEffects(result, t.position!) }];
    });
  }

  /** Rows in which some parts have no value, being missing or not determined by the data, marked by 1. */
  absent(parts: readonly string[]): Uint8Array {
    const each = parts.map((part) => this.without.get(part) ?? this.absentIn(part));
    if (each.length === 1) return each[0];
    return Uint8Array.from({ length: this.n }, (_, i) => Number(each.some((rows) => rows[i] === 1)));
  }

  private absentIn(part: string): Uint8Array {
    const rows = this.design.parts.get(part)!,
      out = undeterminedRows(this.model, rows, this.n) ?? new Uint8Array(this.n);
    for (const i of this.missingRows) out[i] = 1;
    this.without.set(part, out);
    return out;
  }

  /** η of one part at every row; NaN in rows with missing values, and where the data do not determine it. */
  values(part: string): Float64Array {
    const eta = fixedPredictor(this.model, this.design.parts.get(part)!, this.n).value;
    for (const t of this.active.get(part)!) {
      const c = t.result.names.length;
      if (t.positions) {
        for (let i = 0; i < eta.length; i++) if (t.level[i] >= 0) eta[i] += t.positions.mode(i, t.level[i]);
        continue;
      }
      for (let j = 0; j < c; j++) {
        if (!t.use[j]) continue;
        const z = t.columns[j];
        for (let i = 0; i < eta.length; i++) {
          if (t.level[i] >= 0) eta[i] += (z ? z[i] : 1) * t.result.modes[t.level[i] * c + j];
        }
      }
    }
    this.absent([part]).forEach((none, i) => none && (eta[i] = NaN));
    return eta;
  }

  /** Variances and covariances of some parts' predictors: [var₁], [var₁, cov, var₂], row after row of the upper triangle. */
  covariances(parts: readonly string[]): Float64Array[] {
    const pairs = parts.flatMap((_, a) => parts.slice(a).map((_, b): [number, number] => [a, a + b]));
    const out = pairs.map(() => new Float64Array(this.n));
    const anyRandom = parts.some((p) => this.active.get(p)!.length > 0);
    const rows = parts.map((p) => this.design.parts.get(p)!), absent = this.absent(parts);
    const fixed = parts.map((p) => partOf(this.model, p)), P = this.model.covariance.rows;
    const u = anyRandom ? uncertaintyOf(this.model) : null, places = u ? this.places(parts, u) : [];
    for (let i = 0; i < this.n; i++) {
      if (absent[i] === 1) {
        out.forEach((o) => o[i] = NaN);
        continue;
      }
      const x = rows.map((r, k) => {
        const v = new Float64Array(P);
        r.X.forEach((column, j) => v[fixed[k].start + j] = column[i]);
        return v;
      });
      const z = u ? parts.map((_, k) => combinationAt(places[k], i, u)) : [];
      const d = u ? x.map((v, k) => u.gradient(v, z[k])) : x;
      pairs.forEach(([a, b], o) => {
        let v = u
          ? u.parameterCovariance(d[a], d[b]) + u.conditionalCovariance(z[a], z[b])
          : this.fixedCovariance(x[a], x[b]);
        if (a === b) { for (const t of this.active.get(parts[a])!) v += priorVariance(t, i); }
        out[o][i] = v;
      });
    }
    return out;
  }

  /**
   * Degrees of freedom of the mean's linear predictor at every row: those of the model ({@link defaultDf}); where random
   * effects or an observation's own variance take part, Satterthwaite's of the whole variance.
   * @param own variance of a new observation at every row; null for the mean
   */
  degreesOfFreedom(own: Float64Array | null): Float64Array {
    const { model } = this, name = defaultDf(model), out = new Float64Array(this.n);
    if (!hasDf(model)) return out.fill(name === "residual" ? model.dfResidual : Infinity);
    const { X } = this.design.parts.get(MEAN)!, absent = this.absent([MEAN]);
    const whole = own !== null || this.active.get(MEAN)!.length > 0;
    const method = whole ? null : dfMethod(model, name), variation = whole ? variationOf(model) : null;
    const u = whole ? uncertaintyOf(model) : null, places = u ? this.places([MEAN], u)[0] : [];
    const errors = own && this.errorPositions(), term = residualTerm(model.random);
    const place = errors && u!.state.terms[model.random.indexOf(term!)];
    for (let i = 0; i < this.n; i++) {
      const x = Float64Array.from(X, (column) => column[i]);
      if (absent[i] === 1) out[i] = NaN;
      else if (variation) {
        const groups = newGroupsAt(places, i);
        if (place) groups.push({ place, value: errors.unit(i, place) }); // σ²(1 + T̃T̃ᵀ), σ² beside it
        const df = variation.df(
          x,
          combinationAt(places, i, u!),
          groups,
          place ? u!.state.scale : own?.[i] ?? 0,
        );
        out[i] = own ? fading(df) : df;
      } else out[i] = method!.df(x);
    }
    return out;
  }

  /** Fixed-effects weights of a row over the stacked coefficients. */
  weights(part: string, i: number): Float64Array {
    const { X } = this.design.parts.get(part)!, { start } = partOf(this.model, part);
    const x = new Float64Array(this.model.covariance.rows);
    X.forEach((column, j) => x[start + j] = column[i]);
    return x;
  }

  /** Where the likelihood drives xᵀβ of a part in every row: 0, ±1, or NaN, see {@link Tendency}. */
  tendencies(part: string): Float64Array {
    const out = new Float64Array(this.n), rule = tendencies(this.model);
    if (this.model.flat.directions.length === 0) return out;
    const absent = this.absent([part]);
    for (let i = 0; i < this.n; i++) if (absent[i] === 0) out[i] = rule.of(this.weights(part, i));
    return out;
  }

  /**
   * Interval of a part's predictor in a row whose estimate is infinite: that of xᵀβ by profile likelihood, moved by the random
   * effects and widened by z of their standard deviations.
   * @param eta, variance of the row as {@link values} and {@link covariances} give them
   */
  ends(part: string, i: number, eta: number, variance: number, z: number): Ends {
    const x = this.weights(part, i), { beta, start } = partOf(this.model, part);
    const { low, high } = oneSided(this.model).ends(x, z);
    const shift = eta - beta.reduce((s, b, j) => s + b * x[start + j], 0);
    const width = z * Math.sqrt(Math.max(0, variance - this.fixedCovariance(x, x)));
    return { low: low + shift - width, high: high + shift + width };
  }

  private fixedCovariance(x: Float64Array, y: Float64Array): number {
    const { covariance } = this.model;
    let sum = 0;
    for (let i = 0; i < x.length; i++) {
      if (x[i] === 0) continue;
      for (let j = 0; j < y.length; j++) if (y[j] !== 0) sum += x[i] * covariance.get(i, j) * y[j];
    }
    return sum;
  }

  /** Each active term of the parts with its place among the engine's effects. */
  private places(parts: readonly string[], u: Uncertainty): { term: ActiveTerm; place: TermPlace }[][] {
    return parts.map((part) =>
      this.active.get(part)!.map((term) => ({
        term,
        place: u.state.terms[this.model.random.indexOf(term.result)],
      }))
    );
  }
}

/** All that is part of a mean: the errors of rows are not. */
const allEffects: Choice = ({ names, residual }) => names.map(() => residual !== "errors");

function standing(result: TermResult, { absent, unseen, level }: NewRandomTerm): AskedTerm {
  let missing = 0, known = 0;
  for (const l of level) {
    if (l === -1) missing++;
    else if (l >= 0) known++;
  }
  return absent
    ? { result, absent, unseen: [], missing: 0, known: 0 }
    : { result, absent, unseen, missing, known };
}

function newLevel({ group }: TermResult, unseen: readonly string[]): RangeError {
  const shown = unseen.slice(0, 5).map((level) => `"${level}"`).join(", ");
  return new RangeError(
    `Cannot predict for the new level ${shown}${
      unseen.length > 5 ? ", …" : ""
    } of ${group}: the model has not seen it; ` +
      `use newLevels: "population" for the typical group (the standard error then holds the variance between groups), ` +
      `or randomEffects: "none"`,
  );
}

/** Degrees of freedom from which the t limits of a new observation begin to fade into normal ones. */
const MANY = 30;

/**
 * The predictive limits of other families, and the peers', hold the variance of a new observation as known. In small samples of
 * Gaussian models it is not, so its limits are t; from {@link MANY} df on they fade into normal ones (at 60 df they are 0.7 % narrower
 * than t, at 200 df 0.1 %), without a jump.
 */
function fading(df: number): number {
  return df > MANY ? df + (df - MANY) ** 2 / MANY : df;
}

/** z of a row on the engine's scale: z̃ = zᵀC. */
function combinationAt(
  terms: { term: ActiveTerm; place: TermPlace }[],
  i: number,
  u: Uncertainty,
): EffectCombination {
  const index: number[] = [], value: number[] = [], slopes: [number, number][] = [];
  for (const { term, place } of terms) {
    const level = term.level[i];
    if (level < 0) continue;
    if (term.positions) {
      const { index: at, weight } = term.positions.of(i, level);
      at.forEach((mode, e) => {
        index.push(u.indexOfMode(place, mode));
        value.push(weight[e] * place.basis.get(0, 0));
      });
      slopes.push(...term.positions.slopes(i, level).map((v, j): [number, number] => [place.theta + j, v]));
      continue;
    }
    for (let k = 0; k < place.count; k++) {
      const v = standardised(term, place, i, k);
      if (v === 0) continue;
      index.push(u.indexOf(place, level, k));
      value.push(v);
    }
  }
  return { index, value, slopes };
}

/** The terms of a row whose group the fit has not seen. */
function newGroupsAt(terms: { term: ActiveTerm; place: TermPlace }[], i: number): NewGroup[] {
  return terms.filter(({ term }) => term.level[i] === UNSEEN).map(({ term, place }) => ({
    place,
    value: term.positions
      ? term.positions.unit(i, place)
      : Array.from({ length: place.count }, (_, k) => standardised(term, place, i, k)),
  }));
}

/** Coefficient k of zᵀC: a row's z on the engine's scale. */
function standardised(term: ActiveTerm, place: TermPlace, i: number, k: number): number {
  let v = 0;
  for (let j = 0; j <= k; j++) {
    if (term.use[j]) v += (term.columns[j] ? term.columns[j]![i] : 1) * place.basis.get(j, k);
  }
  return v;
}

/** zᵀ Σ z for a group that the fit has not seen. */
function priorVariance(t: ActiveTerm, i: number): number {
  if (t.positions) return t.positions.variance(i, t.level[i]);
  if (t.level[i] !== UNSEEN) return 0;
  const z = t.use.map((use, j) => (use ? (t.columns[j] ? t.columns[j]![i] : 1) : 0));
  let v = 0;
  for (let a = 0; a < z.length; a++) {
    for (let b = 0; b < z.length; b++) v += z[a] * t.result.covariance.get(a, b) * z[b];
  }
  return v;
}
