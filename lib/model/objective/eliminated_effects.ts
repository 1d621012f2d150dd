/**
 * Random effects taken out of y and of the columns of X, at one θ after the other: with H = ΛᵀMΛ + P, M = ZᵀZ, v = ΛᵀZᵀx and the modes s = H⁻¹v of
 * each of them
 *
 *   xᵀV⁻¹y = xᵀy − v_xᵀs_y,   ZᵀV⁻¹x = Zᵀx − M Λ s_x,   log|V| = log|H| − log|P|
 *
 * Where groups differ so much more than the residuals that these differences would be rounding error, the sums are formed of what the modes leave
 * of the rows.
 */
import { axpy, dot } from "../../math/vectors.ts";
import { vectors } from "../../math/dense_rows.ts";
import type { Factor } from "../../math/factor.ts";
import { multiplySymmetric, valuesLength } from "../../math/sparse.ts";
import type { CrossProducts } from "./cross_products.ts";
import type { MakeFactor } from "./make_factor.ts";
import type { NormalEquations } from "./normal_equations.ts";
import { type Residuals, residualsBeyondModes } from "./stiff_rows.ts";

/**
 * Where yᵀV⁻¹y (or a column's QᵀV⁻¹Q) is less than this share of yᵀy, half of the digits of the difference of cross-products
 * are gone: the sums are then formed from the residuals of the rows.
 */
const STIFF = 1e-7;
/** The same beside a walk of second order: what it leaves of the level and slope at its start cancels, too. */
const STIFF_WALK = 1e-4;

/**
 * Share of a template's largest entry that its diagonal ones exceed where Λᵀ w = v is solved: where nothing else has digits left, and where
 * it only has to be quick. Entries of M for each effect from which it is.
 */
const NEARLY_SINGULAR = 1e-6, SLANTED = 0.01, MANY = 30;

/** v and s of y and of every column at the templates where H was factored last. */
export class EliminatedEffects {
  readonly H: Float64Array;
  readonly Vy: Float64Array;
  readonly Sy: Float64Array;
  readonly VQ: Float64Array[];
  readonly SQ: Float64Array[];
  private readonly scratch: Float64Array;
  private readonly S: Float64Array;
  /** Smallest share of yᵀy, or of a column's QᵀQ, that the cross-products had left. */
  private share = 1;
  private made: Factor | null = null;

  constructor(private readonly sums: CrossProducts, private readonly make: MakeFactor) {
    const { effects, basis: { size: p } } = sums, room = vectors(3 + 2 * p, effects.q);
    this.H = new Float64Array(valuesLength(effects.pattern));
    this.S = new Float64Array(effects.valueCount);
    [this.Vy, this.Sy, this.scratch] = room;
    [this.VQ, this.SQ] = [0, 1].map((k) => room.slice(3 + k * p, 3 + (k + 1) * p));
  }

  /** What solves with H; a search by levels does without. */
  get solver(): Factor {
    return this.made ??= this.make(this.sums.effects);
  }

  /** The groups differ so much more than the residuals that differences of cross-products would be rounding error. */
  private get stiff(): boolean {
    return this.share < (this.sums.effects.pattern.twofold ? STIFF_WALK : STIFF);
  }

  /** That share where there are no rows to form lost sums from their residuals, else 1. */
  get shareLeft(): number {
    return this.stiff && this.sums.rows === null ? this.share : 1;
  }

  /** ½ log|V|. */
  get halfLogDet(): number {
    const { effects } = this.sums;
    return effects.q > 0 ? (this.solver.logDeterminant() - effects.logPrecision()) / 2 : 0;
  }

  /** H at the templates of the effects, v and s. @returns false where it has no factor */
  solve(): boolean {
    const { sums: { effects, M, ZtQ, Zty }, H, VQ, SQ } = this;
    if (effects.q === 0) return true;
    effects.sphere(M, H);
    if (!this.solver.factor(H)) return false;
    this.solveFor(Zty, this.Vy, this.Sy);
    for (let j = 0; j < SQ.length; j++) this.solveFor(ZtQ[j], VQ[j], SQ[j]);
    return true;
  }

  /** v = Λᵀ Zᵀx, s = H⁻¹ v. */
  private solveFor(Ztx: Float64Array, v: Float64Array, s: Float64Array) {
    this.sums.effects.applyTransposed(Ztx, v);
    s.set(v);
    this.solver.solve(s);
  }

  /** H⁻¹ on the pattern. */
  inverse(): Float64Array {
    this.solver.selectedInverse(this.S);
    return this.S;
  }

  /** û of y − Q shift. */
  modes(shift: Float64Array, u: Float64Array) {
    u.set(this.Sy);
    for (let j = 0; j < shift.length; j++) axpy(-shift[j], this.SQ[j], u);
  }

  /** A = QᵀV⁻¹Q, c = QᵀV⁻¹y and yᵀV⁻¹y. @returns the residuals of the rows that they are of, if they are */
  form(normal: NormalEquations): Residuals | null {
    const { sums: { effects, QtQ, yty, rows } } = this;
    this.formFromProducts(normal);
    this.share = effects.q > 0 ? Math.min(normal.yy / yty, normal.weakest(QtQ)) : 1;
    return this.stiff && rows ? this.formFromRows(normal) : null;
  }

  private formFromProducts(normal: NormalEquations) {
    const { sums: { QtQ, Qty, yty }, VQ, SQ, Vy, Sy } = this, { A, c } = normal;
    for (let j = 0; j < SQ.length; j++) {
      for (let k = 0; k <= j; k++) {
        A[j][k] = A[k][j] = QtQ.get(j, k) - dot(VQ[j], SQ[k]);
      }
      c[j] = Qty[j] - dot(VQ[j], Sy);
    }
    normal.yy = yty - dot(Vy, Sy);
  }

  /** The same from the residuals. */
  formFromRows(normal: NormalEquations): Residuals {
    const residuals = residualsBeyondModes(this.sums.rows!, this.Sy, this.SQ);
    normal.set(residuals);
    return residuals;
  }

  /**
   * r² from cross-products is rounding error, or A what a combination of its columns has, and there are rows to form them from: what a
   * level and slope at the start of a walk take, or means of visits where groups that miss some differ far more than the residuals.
   */
  loses(r2: number, pivot: number): boolean {
    const { sums: { effects, yty, rows } } = this;
    if (this.stiff || effects.q === 0) return false;
    this.share = Number.isNaN(r2) ? 0 : Math.min(this.share, r2 / yty, pivot);
    return this.stiff && rows !== null;
  }

  /** out = Zᵀx − M Λ s = ZᵀV⁻¹x, for s = H⁻¹ΛᵀZᵀx; where that would cancel or M has very many entries, by P s = ΛᵀZᵀV⁻¹x. */
  marginal(Ztx: Float64Array, s: Float64Array, out: Float64Array) {
    const { sums: { effects, M }, scratch } = this;
    if (this.stiff || M.length > MANY * effects.q) {
      effects.timesPrecision(s, scratch); // P s = ΛᵀZᵀV⁻¹x
      if (effects.solveTransposed(scratch, out, this.stiff ? NEARLY_SINGULAR : SLANTED)) return;
    }
    effects.apply(s, scratch);
    for (let i = 0; i < scratch.length; i++) scratch[i] = -scratch[i];
    out.set(Ztx);
    multiplySymmetric(effects.pattern, M, scratch, out);
  }
}
