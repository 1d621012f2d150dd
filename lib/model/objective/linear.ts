/**
 * Gaussian identity models: β and σ profiled out, so the deviance is a function of the relative covariance parameters θ
 * alone (cov(b) = σ² T Tᵀ) and needs only cross-products formed once (Bates, Mächler, Bolker & Walker 2015, section 3).
 *
 *   V = I + Z ΛΛᵀ Zᵀ,  −2ℓ(θ) = log|V| [+ log|XᵀV⁻¹X|] + N(1 + log 2πσ̂²),  σ̂² = yᵀPy / N,  N = n or n − p (REML)
 *
 * Second-order steps use the average information (Gilmour, Thompson & Cullis 1995) plus the exact term in ∂²V.
 */
import type { Coordinates } from "../../math/basis.ts";
import { Cholesky } from "../../math/cholesky.ts";
import { axpy, choleskyFactor, choleskySolve, dot, inverseFromFactor, Matrix } from "../../math/dense.ts";
import type { Objective } from "../../math/minimize.ts";
import { multiplySymmetric } from "../../math/sparse.ts";
import type { CrossProducts } from "./cross_products.ts";
import type { EffectSystem } from "./effect_system.ts";
import type { Standing } from "./standing.ts";
import { type Residuals, residualsBeyondModes } from "./stiff_rows.ts";

/**
 * Where yᵀV⁻¹y (or a column's QᵀV⁻¹Q) is less than this share of yᵀy, half of the digits of the difference of cross-products
 * are gone: the sums are then formed from the residuals of the rows.
 */
const STIFF = 1e-7;
/** Diagonal of a template (relative to σ) at which it is as good as singular to the likelihood, and not to arithmetic. */
const SLIGHT = 1e-3;

/** ½ deviance of a Gaussian model as a function of θ. */
export class ProfiledDeviance implements Objective {
  readonly effects: EffectSystem;
  readonly basis: Coordinates;
  readonly cholesky: Cholesky;
  readonly p: number;
  /** Effective N: rows (or the sum of frequency weights), less p under REML. */
  readonly N: number;
  /** Results of the last evaluation: coefficients on the basis, their relative covariance, modes û and b̂. */
  readonly gamma: Float64Array;
  readonly u: Float64Array;
  readonly b: Float64Array;
  halfLogDet = 0;
  /** Second derivatives, where the templates are linear in θ and nodes independent. */
  readonly curvature?: () => Matrix;
  /** Unit of the response: y = unit · y′, and all that is private here is of y′. */
  readonly unit: number;
  /** Cholesky factor of QᵀV⁻¹Q at the last evaluated point, and its inverse when it was asked for. */
  private factor = Matrix.zeros(0, 0);
  private inverse: Matrix | null = null;
  private readonly constant: number;
  /** σ² of y′. */
  private s2 = 1;
  /** The groups differ so much more than the residuals that differences of cross-products would be rounding error. */
  private stiff = false;
  /** γ = origin + shift: the least-squares coefficients, and what the model adds. */
  private readonly origin: Float64Array;
  private readonly shift: Float64Array;
  readonly M: Float64Array;
  private readonly H: Float64Array;
  private readonly S: Float64Array;
  readonly QtQ: Matrix;
  private readonly Qty: Float64Array;
  private readonly yty: number;
  readonly ZtQ: readonly Float64Array[];
  private readonly Zty: Float64Array;
  private readonly VQ: Float64Array[];
  readonly SQ: Float64Array[];
  readonly WQ: Float64Array[];
  private readonly Vy: Float64Array;
  private readonly Sy: Float64Array;
  /** ZᵀPy. */
  private readonly w: Float64Array;
  private readonly scratch: Float64Array;
  private adjoint: Float64Array[] = [];
  private theta = new Float64Array(0);
  /** θ whose effects were taken over from an evaluation elsewhere, since the last one here. */
  private resumed: Float64Array | null = null;
  /** β and σ were profiled out at the last evaluation. */
  private profiled = false;

  /** @param sums of the model and its data: {@link rowSums}, or of rows that are elsewhere */
  constructor(readonly sums: CrossProducts, readonly reml: boolean) {
    const { effects, basis, total, logPrecision, unit } = sums, p = this.p = basis.size;
    ({
      effects: this.effects,
      basis: this.basis,
      unit: this.unit,
      origin: this.origin,
      QtQ: this.QtQ,
      Qty: this.Qty,
      yty: this.yty,
      M: this.M,
      ZtQ: this.ZtQ,
      Zty: this.Zty,
    } = sums);
    if (effects.linear) this.curvature = () => this.averageInformation();
    this.N = reml ? total - p : total;
    this.constant = (this.N * (1 + Math.log(2 * Math.PI / this.N)) - logPrecision) / 2 +
      this.N * Math.log(unit);
    if (reml) this.constant += basis.logDeterminant;
    const vectors = (k: number, length: number) => Array.from({ length: k }, () => new Float64Array(length));
    [this.H, this.S] = vectors(2, effects.valueCount);
    [this.Vy, this.Sy, this.w, this.scratch, this.u, this.b] = vectors(6, effects.q);
    [this.VQ, this.SQ, this.WQ] = [0, 1, 2].map(() => vectors(p, effects.q));
    [this.gamma, this.shift] = vectors(2, p);
    this.cholesky = new Cholesky(effects.pattern);
  }

  /** Estimate of σ² at the last evaluated θ, in the unit of the data. */
  get sigma2(): number {
    return this.s2 * this.unit ** 2;
  }

  /** Half of the digits are lost, and there are no rows to form the sums from their residuals. */
  get imprecise(): boolean {
    return this.stiff && this.sums.rows === null;
  }

  /** (QᵀV⁻¹Q)⁻¹ at the last evaluated point: times σ², the covariance of γ̂. */
  get relativeCovariance(): Matrix {
    return this.inverse ??= inverseFromFactor(this.factor);
  }

  /**
   * θ by moments of the least-squares residuals r: with level sums s = Σ z r and v = Σ z² of each slot,
   * E s² ≈ σ²(v + v²θ²), kept between weak and strong shrinkage.
   */
  start(): Float64Array {
    const { effects } = this,
      theta = new Float64Array(effects.thetas),
      sigma2 = Math.max(1e-300, this.yty / this.N);
    effects.groups.forEach((g, f) => {
      const sd = g.part.map((_, k) => this.momentDeviation(f, g.onePosition ? null : k, sigma2));
      for (const t of g.terms) {
        t.covariance.start(sd.slice(t.slot, t.slot + t.covariance.width)).forEach((v, j) =>
          theta[t.theta + j] = v
        );
      }
    });
    return theta;
  }

  /** Relative standard deviation of one slot of a factor, or of all its slots together. */
  private momentDeviation(f: number, slot: number | null, sigma2: number): number {
    const { effects } = this, g = effects.groups[f];
    let excess = 0, squares = 0, sum = 0;
    for (let l = 0; l < g.nodes; l++) {
      for (let k = slot ?? 0; k < (slot === null ? g.width : slot + 1); k++) {
        const v = this.M[effects.diagonalBlock(f, l) + k * g.width + k];
        excess += this.Zty[g.start + l * g.width + k] ** 2 / sigma2 - v;
        squares += v * v;
        sum += v;
      }
    }
    const typical = squares > 0 ? squares / sum : 1;
    return Math.sqrt(
      Math.min(4 + 10 / typical, Math.max(0.3 / typical, excess / Math.max(1e-300, squares))),
    );
  }

  /** Evaluates at θ unless that was the last point asked for. */
  standAt(theta: Float64Array): void {
    if (this.theta.length !== theta.length || !this.profiled || theta.some((v, i) => v !== this.theta[i])) {
      this.evaluate(theta, new Float64Array(theta.length));
    }
  }

  /** Effects, γ and σ² at θ, by an evaluation unless they are there. */
  modesAt(theta: Float64Array): void {
    if (this.resumed === null || theta.some((v, i) => v !== this.resumed![i])) this.standAt(theta);
  }

  /** What the last evaluation found. */
  standing(): Standing {
    const { u, gamma, s2, factor } = this;
    return { u: u.slice(), profiled: { gamma: gamma.slice(), s2, factor: factor.to2DArray() } };
  }

  /** Takes over what an evaluation at θ found elsewhere; the factor of H is for `standAt` to make. */
  resume(theta: Float64Array, { u, profiled }: Standing): void {
    const { gamma, s2, factor } = profiled!;
    this.profiled = false;
    this.resumed = theta.slice();
    this.effects.setTheta(theta);
    this.u.set(u);
    this.setEffects();
    this.gamma.set(gamma);
    this.s2 = s2;
    this.factor = factor.length > 0 ? new Matrix(factor) : Matrix.zeros(0, 0);
    this.inverse = null;
  }

  /** b at the current u. */
  private setEffects() {
    const { u, b, unit } = this;
    this.effects.apply(u, b);
    for (let i = 0; i < b.length; i++) b[i] *= unit;
  }

  /** ½ deviance at θ and its gradient. */
  evaluate(theta: Float64Array, gradient?: Float64Array): number {
    const { effects, p, gamma, shift, origin, u, unit } = this;
    this.theta = theta.slice();
    this.resumed = null;
    this.profiled = true;
    effects.setTheta(theta);
    if (!this.solveModes()) return Infinity;
    const { A, c, yy, residuals } = this.marginalSums();
    const L = p > 0 ? choleskyFactor(A) : A;
    if (!L) return Infinity;
    this.factor = L;
    this.inverse = null;
    shift.set(choleskySolve(L, c));
    let r2 = yy, logA = 0;
    for (let j = 0; j < p; j++) {
      gamma[j] = unit * (origin[j] + shift[j]);
      logA += 2 * Math.log(L.get(j, j));
      r2 -= shift[j] * c[j];
    }
    u.set(this.Sy);
    for (let j = 0; j < p; j++) axpy(-shift[j], this.SQ[j], u);
    if (residuals) r2 = residuals.squares(shift) + effects.priorForm(u, u);
    this.s2 = r2 / this.N;
    this.setEffects();
    this.halfLogDet = effects.q > 0 ? (this.cholesky.logDeterminant() - effects.logPrecision()) / 2 : 0;
    if (!(r2 > 0)) return Infinity;
    if (gradient) this.gradient(gradient);
    return this.constant + this.halfLogDet + this.N * Math.log(r2) / 2 + (this.reml ? logA / 2 : 0);
  }

  /**
   * −ℓ at given γ (on the basis), log σ and θ, nothing profiled out, and its gradient over (γ, log σ, θ):
   *
   *   N log σ + ½ log|V| + r²/2σ² + const,   r² = (y − Qγ)ᵀV⁻¹(y − Qγ)
   */
  evaluateAt(gamma: Float64Array, logSigma: number, theta: Float64Array, gradient?: Float64Array): number {
    const { effects, p, shift, origin, u, unit, N } = this;
    this.theta = theta.slice();
    this.resumed = null;
    this.profiled = false;
    effects.setTheta(theta);
    if (!this.solveModes()) return Infinity;
    const { A, c, yy, residuals } = this.marginalSums(), s2 = this.s2 = Math.exp(2 * logSigma) / unit ** 2;
    for (let j = 0; j < p; j++) shift[j] = gamma[j] / unit - origin[j];
    const onGamma = Float64Array.from(c, (v, j) => shift.reduce((s, x, k) => s + A.get(j, k) * x, -v));
    u.set(this.Sy);
    for (let j = 0; j < p; j++) axpy(-shift[j], this.SQ[j], u);
    const r2 = residuals
      ? residuals.squares(shift) + effects.priorForm(u, u)
      : yy + shift.reduce((s, x, j) => s + x * (onGamma[j] - c[j]), 0);
    this.halfLogDet = effects.q > 0 ? (this.cholesky.logDeterminant() - effects.logPrecision()) / 2 : 0;
    if (gradient) {
      for (let j = 0; j < p; j++) gradient[j] = onGamma[j] / (s2 * unit);
      gradient[p] = N - r2 / s2;
      const byTheta = new Float64Array(theta.length);
      this.gradient(byTheta);
      gradient.set(byTheta, p + 1);
    }
    const constant = this.constant - N * (1 - Math.log(N)) / 2; // of N log σ′ in place of N log r² / 2
    return constant + this.halfLogDet + N * Math.log(s2) / 2 + r2 / (2 * s2);
  }

  /** H at θ, and H⁻¹ΛᵀZᵀx for y and every column of Q. */
  private solveModes(): boolean {
    const { effects } = this;
    if (effects.q === 0) return true;
    effects.sphere(this.M, this.H);
    if (!this.cholesky.factor(this.H)) return false;
    this.solveFor(this.Zty, this.Vy, this.Sy);
    for (let j = 0; j < this.p; j++) this.solveFor(this.ZtQ[j], this.VQ[j], this.SQ[j]);
    return true;
  }

  /** A = QᵀV⁻¹Q, c = QᵀV⁻¹y and yᵀV⁻¹y: from the residuals of the rows where differences of cross-products would cancel. */
  private marginalSums(): { A: Matrix; c: Float64Array; yy: number; residuals: Residuals | null } {
    const sums = this.normalEquations();
    this.stiff = this.effects.q > 0 &&
      (sums.yy < STIFF * this.yty || this.weakestInformation(sums.A) < STIFF);
    if (!this.stiff || !this.sums.rows) return { ...sums, residuals: null };
    const residuals = residualsBeyondModes(this.sums.rows, this.Sy, this.SQ);
    return { A: residuals.A, c: residuals.c, yy: residuals.yy, residuals };
  }

  /** The same from the cross-products. */
  private normalEquations(): { A: Matrix; c: Float64Array; yy: number } {
    const { p } = this, A = Matrix.zeros(p, p), c = new Float64Array(p);
    for (let j = 0; j < p; j++) {
      for (let k = 0; k < p; k++) A.set(j, k, this.QtQ.get(j, k) - dot(this.VQ[j], this.SQ[k]));
      c[j] = this.Qty[j] - dot(this.VQ[j], this.Sy);
    }
    return { A, c, yy: this.yty - dot(this.Vy, this.Sy) };
  }

  /** Smallest share of a column's length that V⁻¹ leaves. */
  private weakestInformation(A: Matrix): number {
    let least = Infinity;
    for (let j = 0; j < this.p; j++) least = Math.min(least, A.get(j, j) / this.QtQ.get(j, j));
    return least;
  }

  /** v = Λᵀ Zᵀx, s = H⁻¹ v. */
  private solveFor(Ztx: Float64Array, v: Float64Array, s: Float64Array) {
    this.effects.applyTransposed(Ztx, v);
    s.set(v);
    this.cholesky.solve(s);
  }

  /** out = Zᵀx − M Λ s = ZᵀV⁻¹x, for s = H⁻¹ΛᵀZᵀx; where that would cancel, by P s = ΛᵀZᵀV⁻¹x. */
  marginal(Ztx: Float64Array, s: Float64Array, out: Float64Array) {
    const { effects, scratch } = this;
    if (this.stiff) {
      effects.timesPrecision(s, scratch); // P s = ΛᵀZᵀV⁻¹x
      if (effects.solveTransposed(scratch, out)) return;
    }
    effects.apply(s, scratch);
    for (let i = 0; i < scratch.length; i++) scratch[i] = -scratch[i];
    out.set(Ztx);
    multiplySymmetric(effects.pattern, this.M, scratch, out);
  }

  /** ∂V⁻¹/∂ρ = ZΛH⁻¹ ∂P H⁻¹ΛᵀZᵀ;  ∂/∂Λ = MΛH⁻¹ − Σ_rs (A⁻¹)_rs ZᵀV⁻¹Q_r (ΛᵀZᵀV⁻¹Q_s)ᵀ − ZᵀPy ûᵀ/σ². */
  private gradient(gradient: Float64Array) {
    const { effects, p, shift, w } = this;
    gradient.fill(0);
    if (effects.q === 0) return;
    this.cholesky.selectedInverse(this.S);
    const D = this.adjoint = effects.traceAdjoint(this.M, this.S);
    this.marginal(this.Zty, this.Sy, w);
    for (let j = 0; j < p; j++) {
      this.marginal(this.ZtQ[j], this.SQ[j], this.WQ[j]);
      for (let i = 0; i < w.length; i++) w[i] -= shift[j] * this.WQ[j][i];
    }
    const forms = [{ x: this.u, y: this.u, factor: 1 / (2 * this.s2) }];
    if (this.reml) {
      for (let r = 0; r < p; r++) {
        const combined = new Float64Array(effects.q);
        for (let s = 0; s < p; s++) axpy(this.relativeCovariance.get(r, s), this.SQ[s], combined);
        effects.addOuter(D, this.WQ[r], combined, -1);
        forms.push({ x: this.SQ[r], y: combined, factor: 0.5 });
      }
    }
    effects.addOuter(D, w, this.u, -1 / this.s2);
    effects.pullback(this.theta, 0, D, gradient);
    effects.pullbackPrecision(this.theta, 0, this.S, forms, gradient);
  }

  /** Average information with σ² profiled out, plus ⟨∂_jT, D ∂_kT⟩ where the gradient with respect to T is D T. */
  private averageInformation(): Matrix {
    const { effects, s2: sigma2, N, w } = this, k = this.theta.length;
    const derivative = Array.from({ length: k }, (_, j) => this.templateDerivative(j));
    const s: Float64Array[] = [], Ps: Float64Array[] = [], linear = new Float64Array(k);
    for (let j = 0; j < k; j++) {
      const moved = this.apply(derivative[j], this.u, false), back = this.apply(derivative[j], w, true);
      effects.apply(back, this.scratch);
      for (let i = 0; i < moved.length; i++) moved[i] += this.scratch[i];
      linear[j] = dot(moved, w);
      s.push(moved);
      Ps.push(this.project(moved));
    }
    const D = this.templateCurvature();
    const C = Matrix.zeros(k, k);
    for (let j = 0; j < k; j++) {
      for (let l = 0; l <= j; l++) {
        let v = (dot(s[j], Ps[l]) / sigma2 - linear[j] * linear[l] / (N * sigma2 * sigma2)) / 2;
        effects.groups.forEach((g, f) => {
          v += sandwich(derivative[j][f], D[f], derivative[l][f], g.width);
        });
        C.set(j, l, v);
        C.set(l, j, v);
      }
    }
    return C;
  }

  /**
   * D of every factor: the gradient with respect to T is D T, so D = (D T) T⁻¹; where T is singular, from a T beside it whose
   * zero diagonals are SLIGHT (D is smooth in T, so it is off by no more than that).
   */
  private templateCurvature(): Float64Array[] {
    const { effects, theta } = this, widths = effects.groups.map((g) => g.width);
    const divide = () => this.adjoint.map((G, f) => timesInverse(G, effects.template(f), widths[f]));
    const D = divide();
    if (D.every((d) => d !== null)) return D;
    const beside = theta.slice(), at = theta;
    for (const t of effects.terms) {
      for (const { at: d } of t.covariance.edges) {
        if (Math.abs(beside[t.theta + d]) < SLIGHT) beside[t.theta + d] = SLIGHT;
      }
    }
    this.evaluate(beside, new Float64Array(theta.length));
    const near = divide();
    this.evaluate(at, new Float64Array(theta.length));
    return near.map((d, f) => d ?? new Float64Array(widths[f] ** 2));
  }

  /** ∂A/∂θ_j for A = QᵀV⁻¹Q: −QᵀV⁻¹ ∂_jV V⁻¹Q, after an evaluation with gradient. */
  informationDerivative(j: number): Matrix {
    const T = this.templateDerivative(j), { p } = this, D = Matrix.zeros(p, p);
    const moved = this.WQ.map((w) => this.apply(T, w, true)); // ∂Λᵀ ZᵀV⁻¹Q
    for (let r = 0; r < p; r++) {
      for (let s = 0; s < p; s++) D.set(r, s, -dot(moved[r], this.SQ[s]) - dot(this.SQ[r], moved[s]));
    }
    if (this.effects.precisions.length > 0) { // + (H⁻¹ΛᵀZᵀQ)ᵀ ∂P (H⁻¹ΛᵀZᵀQ)
      const turned = this.SQ.map((s) => this.difference(j, (out) => this.effects.timesPrecision(s, out)));
      for (let r = 0; r < p; r++) {
        for (let s = 0; s < p; s++) D.set(r, s, D.get(r, s) + dot(this.SQ[r], turned[s]));
      }
    }
    return D;
  }

  /** ZᵀPZ s. */
  private project(s: Float64Array): Float64Array {
    const { effects, p } = this,
      t = new Float64Array(effects.q),
      v = new Float64Array(effects.q),
      out = new Float64Array(effects.q);
    multiplySymmetric(effects.pattern, this.M, s, t);
    effects.applyTransposed(t, v);
    this.cholesky.solve(v);
    this.marginal(t, v, out);
    const f = choleskySolve(this.factor, this.WQ.map((wq) => dot(wq, s)));
    for (let r = 0; r < p; r++) axpy(-f[r], this.WQ[r], out);
    return out;
  }

  /** ∂T/∂θ_j of every factor. */
  private templateDerivative(j: number): Float64Array[] {
    const { groups } = this.effects;
    return groups.map(({ width }, f) =>
      this.difference(j, (out) => out.set(this.effects.template(f)), new Float64Array(width * width))
    );
  }

  /** Central difference in θ_j of what the random effects do at θ: exact where that is linear. */
  private difference(
    j: number,
    apply: (out: Float64Array) => void,
    up = new Float64Array(this.effects.q),
  ): Float64Array {
    const { effects, theta } = this, at = theta.slice(), down = new Float64Array(up.length);
    const h = effects.linear ? 1 : 1e-4 * Math.max(1, Math.abs(theta[j]));
    at[j] = theta[j] + h;
    effects.setTheta(at);
    apply(up);
    at[j] = theta[j] - h;
    effects.setTheta(at);
    apply(down);
    effects.setTheta(theta);
    return up.map((v, i) => (v - down[i]) / (2 * h));
  }

  /** Block-diagonal product with one matrix per factor. */
  private apply(T: Float64Array[], x: Float64Array, transpose: boolean): Float64Array {
    const y = new Float64Array(x.length);
    this.effects.groups.forEach((g, f) => {
      const c = g.width;
      for (let l = 0, p = g.start; l < g.nodes; l++, p += c) {
        for (let j = 0; j < c; j++) {
          for (let i = 0; i < c; i++) {
            if (transpose) y[p + j] += T[f][j * c + i] * x[p + i];
            else y[p + i] += T[f][j * c + i] * x[p + j];
          }
        }
      }
    });
    return y;
  }

  /** Block values of H at the last evaluated point. */
  system(): Float64Array {
    return this.H;
  }

  /** ∂b̂/∂γ_j at fixed θ: −Λ H⁻¹ Λᵀ Zᵀ Q_j. */
  fixedModeDerivatives(): Float64Array[] {
    return this.SQ.map((s) => {
      const b = new Float64Array(s.length);
      this.effects.apply(s, b);
      return b.map((v) => -v);
    });
  }

  /** Entries of ΛH⁻¹Λᵀ on the pattern (relative: times σ² is the conditional covariance of b given y, β, θ). */
  conditionalCovariance(): Float64Array {
    const G = new Float64Array(this.S.length);
    if (this.effects.q === 0) return G;
    this.cholesky.selectedInverse(this.S);
    this.effects.unsphere(this.S, G);
    return G;
  }
}

/** G T⁻¹ for lower-triangular T, or null when T is (nearly) singular. */
function timesInverse(G: Float64Array, T: Float64Array, c: number): Float64Array | null {
  for (let j = 0; j < c; j++) if (Math.abs(T[j * c + j]) < 1e-7) return null;
  const D = G.slice();
  for (let j = c - 1; j >= 0; j--) { // D T = G, columns from the last
    for (let i = 0; i < c; i++) {
      let v = D[j * c + i];
      for (let k = j + 1; k < c; k++) v -= D[k * c + i] * T[j * c + k];
      D[j * c + i] = v / T[j * c + j];
    }
  }
  return D;
}

/** ⟨A, D B⟩ = Σ_ij A_ij (D B)_ij. */
function sandwich(A: Float64Array, D: Float64Array, B: Float64Array, c: number): number {
  let sum = 0;
  for (let j = 0; j < c; j++) {
    for (let i = 0; i < c; i++) {
      if (A[j * c + i] === 0) continue;
      for (let k = 0; k < c; k++) sum += A[j * c + i] * D[k * c + i] * B[j * c + k];
    }
  }
  return sum;
}
