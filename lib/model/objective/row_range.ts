/**
 * What an objective does with a range of its rows: from parameters to predictors and densities, and from their derivatives to sums over rows.
 * One task at a time, each told by its name and one number, so that a thread can be told it; everything else is in vectors that all share.
 */
import { BasisColumns, type ColumnData } from "../../math/basis_columns.ts";
import { axpy } from "../../math/vectors.ts";
import { type Jets, pair, triple } from "../../math/jets.ts";
import { type EffectData, EffectRows, type Places } from "./effect_rows.ts";
import type { DensityData, RowDensities } from "./row_densities.ts";

/** As long as the rows. */
export interface RowVectors {
  /** Linear predictors: of the fixed effects, and all. */
  readonly fixedEta: readonly Float64Array[];
  readonly eta: readonly Float64Array[];
  /** By predictor: what it changes by, or the adjoint of it. */
  readonly moved: readonly Float64Array[];
  /** By {@link pair} of predictors with random effects: quadratic forms, or, of each by itself, scores. */
  readonly forms: readonly Float64Array[];
  readonly jets: Jets;
}

/** As long as the parameters or the effects, the same for all ranges. */
export interface SharedVectors {
  readonly psi: Float64Array;
  /** Effects that move predictors. */
  readonly effects: Float64Array;
  /** Block values of which rows take quadratic forms. */
  readonly blocks: Float64Array;
  /** Σ Z_kᵀ v_k, and the block values of Σ Z_kᵀ A_kl Z_l. */
  readonly sums: Float64Array;
  readonly products: Float64Array;
}

/** A range as plain data. */
export interface RangeData {
  readonly vectors: RowVectors;
  readonly shared: SharedVectors;
  readonly density: DensityData;
  readonly effects: EffectData;
  readonly columns: readonly ColumnData[];
  readonly offsets: readonly (Float64Array | null)[];
  /** First γ of each predictor in ψ. */
  readonly first: readonly number[];
  /** Where this range's sums go that are not its own in `sums` and `products`. */
  readonly sumPlaces: Places;
  readonly productPlaces: Places;
  /** Σ Q_kᵀ v_k. */
  readonly onGamma: Float64Array;
}

/** What a range is told to do: the number that it gives is 0 where nothing is said of it. */
export const TASKS = {
  /** η of the fixed effects: offset + Q γ. */
  fix: (rows: RowRange) => rows.fix(),
  /** η = fixed + Z b. */
  place: (rows: RowRange) => rows.place(),
  /** The jets at η up to an order, and Σ w ℓ. */
  densities: (rows: RowRange, order: number) => rows.evaluate(order as 0 | 1 | 2 | 3),
  /** Σ Z_kᵀ ∂ℓ/∂η_k. */
  scores: (rows: RowRange) => rows.score(),
  /** Σ Z_kᵀ ∂²ℓ Z_l; told 1, of −|∂²ℓ/∂η_k²| alone. */
  information: (rows: RowRange, positive: number) => rows.inform(positive === 1),
  /** The same as `place`, with the change Δη of every predictor in its unit; gives the largest. */
  move: (rows: RowRange) => rows.move(),
  /** Σ Z_kᵀ of the scores expected at η + Δη, to the second order; told 1, to the third and of Δη + Z b. */
  foresee: (rows: RowRange, third: number) => rows.foresee(third === 1),
  /** Σ Z_mᵀ ½ Σ_kl ∂³ℓ/∂η_k∂η_l∂η_m Δη_k Δη_l, Δη = Z b. */
  bend: (rows: RowRange) => rows.bend(),
  /** τ_m = ½ Σ_kl T_klm S_kl, and Σ Z_kᵀτ_k. */
  third: (rows: RowRange) => rows.third(),
  /** τ_m −= Σ_k A_mk Z_k b. */
  curve: (rows: RowRange) => rows.curve(),
  /** Σ Q_kᵀτ_k and Σ Z_kᵀτ_k; told 1, of τ − ∂ℓ/∂η. */
  project: (rows: RowRange, less: number) => rows.project(less === 1),
  /** Σ Q_kᵀ ∂ℓ/∂η_k. */
  slope: (rows: RowRange) => rows.slope(),
  /** Σ Q_kᵀ v_k and Σ Z_kᵀ v_k of v_m = Σ_k ∂²ℓ/∂η_k∂η_m Δη_k, Δη = Z b; told j ≥ 0, with the column of γ_j. */
  along: (rows: RowRange, j: number) => rows.along(j),
} as const;

/** The name of a task. */
export type RowTask = keyof typeof TASKS;

/** A range of rows. */
export class RowRange {
  private readonly effects: EffectRows;
  private readonly columns: readonly BasisColumns[];

  constructor(readonly data: RangeData, private readonly densities: RowDensities) {
    this.effects = new EffectRows(data.effects);
    this.columns = data.columns.map((c) => new BasisColumns(c));
  }

  fix(): number {
    const { offsets, first, shared: { psi }, vectors: { fixedEta } } = this.data;
    fixedEta.forEach((eta, k) => {
      const offset = offsets[k];
      if (offset) eta.set(offset);
      else eta.fill(0);
      this.columns[k].addTimes(psi, first[k], eta);
    });
    return 0;
  }

  place(): number {
    const { effects: { parts }, shared, vectors: { eta, fixedEta } } = this.data;
    eta.forEach((e, k) => !parts.includes(k) && e.set(fixedEta[k]));
    this.effects.spread(shared.effects, fixedEta, eta);
    return 0;
  }

  evaluate(order: 0 | 1 | 2 | 3): number {
    return this.densities.evaluate(this.data.vectors.eta, order);
  }

  score(): number {
    return this.sum(this.data.vectors.jets.d1);
  }

  inform(positive: boolean): number {
    const { vectors: { jets, forms }, effects: { parts }, shared: { products }, productPlaces } = this.data;
    productPlaces.forEach((place) => place?.values.fill(0));
    if (positive) parts.forEach((k) => negate(jets.d2[pair(k, k)], forms[pair(k, k)]));
    const weight = positive
      ? (k: number, l: number) => k === l ? forms[pair(k, k)] : jets.zero
      : (k: number, l: number) => jets.d2[pair(k, l)];
    this.effects.addCrossProduct(weight, products, productPlaces);
    return 0;
  }

  move(): number {
    const { vectors: { eta, moved }, columns } = this.data;
    moved.forEach((d, k) => d.set(eta[k]));
    this.place();
    return moved.reduce((largest, d, k) => Math.max(largest, difference(eta[k], d, columns[k].unit)), 0);
  }

  foresee(third: boolean): number {
    const { vectors: { moved }, shared } = this.data;
    if (third) this.effects.gather(shared.effects, moved);
    return this.sumScores((m, out) => {
      this.expectedScore(m, out);
      if (third) this.addThird(m, out);
    });
  }

  bend(): number {
    const { vectors: { moved }, effects: { parts }, shared } = this.data;
    moved.forEach((d, k) => !parts.includes(k) && d.fill(0));
    this.effects.spread(shared.effects, null, moved);
    return this.sumScores((m, out) => {
      out.fill(0);
      this.addThird(m, out);
    });
  }

  /** Σ Z_mᵀ v_m, each v_m written by `score` where quadratic forms have their room. */
  private sumScores(score: (m: number, out: Float64Array) => void): number {
    const { vectors: { forms }, effects: { parts } } = this.data, scores: Float64Array[] = [];
    for (const m of parts) score(m, scores[m] = forms[pair(m, m)]);
    return this.sum(scores);
  }

  /** ∂ℓ/∂η_m + Σ_k ∂²ℓ/∂η_k∂η_m Δη_k. */
  private expectedScore(m: number, out: Float64Array) {
    const { moved, jets: { d1, d2, zero, K } } = this.data.vectors;
    setSumProduct(d1[m], d2[pair(m, m)], moved[m], out);
    for (let k = 0; k < K; k++) {
      if (k !== m && d2[pair(k, m)] !== zero) addProduct(1, d2[pair(k, m)], moved[k], out);
    }
  }

  /** out += ½ Σ_kl ∂³ℓ/∂η_k∂η_l∂η_m Δη_k Δη_l. */
  private addThird(m: number, out: Float64Array) {
    const { moved, jets: { d3, zero, K } } = this.data.vectors;
    for (let k = 0; k < K; k++) {
      for (let l = 0; l <= k; l++) {
        const T = d3[triple(k, l, m)];
        if (T !== zero) addProducts(k === l ? 0.5 : 1, T, moved[k], moved[l], out);
      }
    }
  }

  third(): number {
    const { vectors: { moved, forms, jets: { d3, zero, K } }, shared: { blocks }, effects: { parts } } =
      this.data;
    moved.forEach((tau) => tau.fill(0));
    for (const k of parts) {
      for (const l of parts) {
        if (l > k) continue;
        const S = forms[pair(k, l)];
        this.effects.quadraticForm(blocks, k, l, S);
        for (let m = 0; m < K; m++) { // T = −∂³ℓ
          const T = d3[triple(k, l, m)];
          if (T !== zero) addProduct(k === l ? -0.5 : -1, T, S, moved[m]);
        }
      }
    }
    return this.sum(moved);
  }

  curve(): number {
    const { vectors: { moved, forms, jets: { d2, zero, K } }, shared, effects: { parts } } = this.data;
    const shift: Float64Array[] = []; // S is no longer needed: its storage holds Z_k b
    for (const k of parts) shift[k] = forms[pair(k, k)];
    this.effects.spread(shared.effects, null, shift);
    for (const k of parts) {
      for (let m = 0; m < K; m++) {
        if (d2[pair(m, k)] !== zero) addProduct(1, d2[pair(m, k)], shift[k], moved[m]);
      }
    }
    return 0;
  }

  project(less: boolean): number {
    const { vectors: { moved, jets: { d1 } }, onGamma, first } = this.data;
    if (less) moved.forEach((tau, m) => axpy(-1, d1[m], tau));
    this.columns.forEach((c, k) => c.transposeTimes(moved[k], onGamma, first[k]));
    return this.sum(moved);
  }

  slope(): number {
    const { vectors: { jets: { d1 } }, onGamma, first } = this.data;
    this.columns.forEach((c, k) => c.transposeTimes(d1[k], onGamma, first[k]));
    return 0;
  }

  along(j: number): number {
    const { vectors: { moved, forms, jets: { d2, zero, K } }, shared, effects: { parts }, onGamma, first } =
      this.data;
    const score = forms[pair(parts[0], parts[0])], own: Float64Array[] = [];
    moved.forEach((d) => d.fill(0));
    this.effects.spread(shared.effects, null, moved);
    if (j >= 0) this.addColumn(j, moved);
    this.clearSums();
    for (let m = 0; m < K; m++) {
      score.fill(0);
      for (let k = 0; k < K; k++) if (d2[pair(k, m)] !== zero) addProduct(1, d2[pair(k, m)], moved[k], score);
      this.columns[m].transposeTimes(score, onGamma, first[m]);
      own.length = 0;
      own[m] = score;
      this.addToSums(own);
    }
    return 0;
  }

  /** Moves predictors by the column of γ_j. */
  private addColumn(j: number, eta: readonly Float64Array[]) {
    const { first, columns } = this.data,
      k = first.findLastIndex((f, i) => f <= j && columns[i].scale.length > 0);
    this.columns[k].addColumn(1, j - first[k], eta[k]);
  }

  private sum(v: readonly Float64Array[]): number {
    this.clearSums();
    this.addToSums(v);
    return 0;
  }

  private clearSums() {
    this.data.sumPlaces.forEach((place) => place?.values.fill(0));
  }

  /** Adds Σ Z_kᵀ v_k over the predictors that are given. */
  private addToSums(v: readonly Float64Array[]) {
    const { shared: { sums }, sumPlaces } = this.data;
    this.effects.addTransposed(v, sums, sumPlaces);
  }
}

/** out = −|x|. */
function negate(x: Float64Array, out: Float64Array) {
  for (let i = 0; i < x.length; i++) out[i] = -Math.abs(x[i]);
}

/** out = (x − out) / unit; the largest change. */
function difference(x: Float64Array, out: Float64Array, unit: number): number {
  let largest = 0;
  for (let i = 0; i < x.length; i++) {
    const d = (x[i] - out[i]) / unit, size = Math.abs(d);
    out[i] = d;
    if (!(size <= largest)) largest = size;
  }
  return largest;
}

/** out = a + b x. */
function setSumProduct(a: Float64Array, b: Float64Array, x: Float64Array, out: Float64Array) {
  for (let i = 0; i < out.length; i++) out[i] = a[i] + b[i] * x[i];
}

/** out += f a x. */
function addProduct(f: number, a: Float64Array, x: Float64Array, out: Float64Array) {
  for (let i = 0; i < out.length; i++) out[i] += f * a[i] * x[i];
}

/** out += f a x y. */
function addProducts(f: number, a: Float64Array, x: Float64Array, y: Float64Array, out: Float64Array) {
  for (let i = 0; i < out.length; i++) out[i] += f * a[i] * x[i] * y[i];
}
