/**
 * The profiled deviance of repeated measures whose residual covariance is any L Lᵀ, where the rows are {@link WhitenedRows} at L: V_P = I,
 * XᵀX = I, Xᵀy = 0, σ² = yᵀy/N. Of L (I + B), B lower-triangular, it is known to second order: with the rows' coordinates z = Fᵀw,
 *
 *   V_P = I + D + E,   D = F (B + Bᵀ) Fᵀ,   E = F B Bᵀ Fᵀ,   V_P⁻¹ = I − D − E + D² + …,   log|V_P| = tr (D + E − D²/2) + …
 *   log r² = log yᵀV⁻¹y − (XᵀDy)²/yᵀy + …,   log|XᵀV⁻¹X| = tr (XᵀV⁻¹X − I) − ½ tr (XᵀDX)² + …
 *
 * so that with G = FᵀF and K = Σ_levels z_y z_yᵀ/σ² + Σ_r z_r z_rᵀ (the sum over X's columns under REML) of every pattern
 *
 *   ∂_ij = Σ_P (n G − K)_ij
 *   ∂_ij∂_kl = Σ_P {n [δ_jl G_ik − G_jk G_il − G_jl G_ik] − δ_jl K_ik + G_jk K_il + G_jl K_ik + G_ik K_jl + G_il K_jk}
 *              − (XᵀD_ij y)ᵀXᵀD_kl y/σ² − yᵀD_ij y yᵀD_kl y/2Nσ⁴ − ½ tr XᵀD_ijX XᵀD_klX,   xᵀD_ij w = Σ_levels x_i w_j + x_j w_i (of z)
 *
 * whatever the visits' variances are and however alike they are.
 */
import { congruence, Matrix } from "../../math/dense.ts";
import { invertTriangle } from "../../math/kernels.ts";
import type { Objective } from "../../math/minimize.ts";
import { triangleProduct, triangularSolve } from "../../math/triangle.ts";
import type { Whole } from "./marginal_deviance.ts";
import { productsOf } from "./patterns.ts";
import type { Whitened, WhitenedRows } from "./whitened_patterns.ts";

/** Entries (i, j) of a lower-triangular matrix. */
export type Places = readonly (readonly [number, number])[];

/** G and K of one pattern, with its number of levels. */
interface Forms {
  readonly levels: number;
  readonly G: Float64Array;
  readonly K: Float64Array;
}

/** ½ deviance at L and about it. */
export class DevianceAt {
  readonly value: number;
  /** σ² in the unit of the response, and R of the columns as they were: XᵀV⁻¹X = RᵀR. */
  readonly s2: number;
  readonly triangle: Matrix;
  private readonly forms: readonly Forms[];
  /** z of all levels, column by column. */
  private readonly columns: readonly Float64Array[];

  private constructor(private readonly whole: Whole, rows: Whitened, private readonly c: number) {
    const { constant, N, reml } = whole, { halfLogDet, triangle, yy, patterns } = rows;
    const halfLogInformation = reml ? triangle.diagonal().reduce((sum, r) => sum + Math.log(r), 0) : 0;
    this.value = constant + halfLogDet + N * Math.log(yy) / 2 + halfLogInformation;
    this.s2 = yy / N;
    this.triangle = triangle;
    const total = patterns.reduce((sum, { columns: [first], m }) => sum + first.length / m, 0);
    const columns = patterns[0].columns.map(() => new Float64Array(total * c)), y = columns.length - 1;
    let at = 0;
    this.forms = patterns.map(({ m, levels, frame, columns: own }) => {
      const K = new Float64Array(c * c), from = at;
      own.forEach((w, k) => {
        at = turned(w, frame, { m, c }, columns[k], from);
        if (k === y) addGram(columns[k], from, at, 1 / this.s2, c, K);
        else if (reml) addGram(columns[k], from, at, 1, c, K);
      });
      return { levels, G: gram(frame, m, c), K };
    });
    this.columns = columns;
  }

  /** Null where L is singular. */
  static of(whole: Whole, rows: WhitenedRows, L: Float64Array): DevianceAt | null {
    const whitened = rows.at(L);
    return whitened && new DevianceAt(whole, whitened, rows.c);
  }

  /** ∂/∂B, all of the symmetric matrix. */
  slope(): Float64Array {
    const out = new Float64Array(this.c * this.c);
    for (const { levels, G, K } of this.forms) {
      for (let e = 0; e < out.length; e++) out[e] += levels * G[e] - K[e];
    }
    return out;
  }

  /**
   * What L Lᵀ would be in its own coordinates if all levels had all positions: its expectation given the rows, the step of EM
   * (Jennrich & Schluchter 1986, section 3.3): S = Σ_levels [Fᵀ (eeᵀ/σ² + Σ xxᵀ) F + I − FᵀF] / levels = I − ∂/levels.
   */
  expected(): Float64Array {
    const { c } = this, all = this.forms.reduce((sum, { levels }) => sum + levels, 0);
    return this.slope().map((v, e) => (e % (c + 1) === 0 ? 1 : 0) - v / all);
  }

  /** ∂²/∂B² over the entries at `places`. */
  hessian(places: Places): Matrix {
    const { c } = this, H = this.projected(places), at = (i: number, j: number) => j * c + i;
    for (const { levels, G, K } of this.forms) {
      places.forEach(([i, j], a) => {
        for (let b = 0; b <= a; b++) {
          const [k, l] = places[b], jk = at(j, k), il = at(i, l), jl = at(j, l), ik = at(i, k);
          const same = j === l ? levels * G[ik] - K[ik] : 0;
          H[a][b] += same - levels * (G[jk] * G[il] + G[jl] * G[ik]) +
            G[jk] * K[il] + G[jl] * K[ik] + G[ik] * K[jl] + G[il] * K[jk];
        }
      });
    }
    H.forEach((row, a) => row.forEach((v, b) => H[b][a] = b < a ? v : H[b][a]));
    return new Matrix(H);
  }

  /** −∂(XᵀV⁻¹X)/∂B, −∂r²/∂B/σ² and ∂γ̂/∂B over the entries at `places`: XᵀDX, yᵀDy/σ² and −XᵀDy. */
  sensitivities(
    places: Places,
  ): { readonly information: Matrix[]; readonly squares: Float64Array; readonly shifts: Float64Array[] } {
    const p = this.columns.length - 1, products = this.products(places);
    const information = products.map((D) => {
      const out = Matrix.zeros(p, p);
      for (let s = 0, e = 0; s < p; s++) {
        for (let r = 0; r <= s; r++, e++) {
          out.set(r, s, D[e]);
          out.set(s, r, D[e]);
        }
      }
      return out;
    });
    return {
      information,
      squares: Float64Array.from(products, (D) => D[D.length - 1] / this.s2),
      shifts: products.map((D) => D.slice(D.length - 1 - p, -1).map((v) => -v)),
    };
  }

  /** (X, y)ᵀD(X, y), packed, of every place. */
  private products(places: Places): Float64Array[] {
    const pairs = productsOf(this.columns, this.c); // j ≤ i, those of a position with itself once
    return places.map(([i, j]) => pairs[i * (i + 1) / 2 + j].map((v) => i === j ? 2 * v : v));
  }

  /** What profiling σ² and the coefficients out leaves, below the diagonal: of every place XᵀDX, XᵀDy and yᵀDy, weighed. */
  private projected(places: Places): Float64Array[] {
    const { s2, whole: { reml, N }, columns } = this, p = columns.length - 1, roots: number[] = [];
    for (let s = 0; s <= p; s++) {
      for (let r = 0; r <= s; r++) {
        const weight = s < p ? (reml ? (r < s ? 1 : 0.5) : 0) : r < p ? 1 / s2 : 1 / (2 * N * s2 * s2);
        roots.push(Math.sqrt(weight));
      }
    }
    const D = this.products(places).map((x) => x.map((v, e) => roots[e] * v));
    return D.map((x, a) => {
      const row = new Float64Array(places.length);
      for (let b = 0; b <= a; b++) {
        let sum = 0;
        for (let e = 0; e < x.length; e++) sum += x[e] * D[b][e];
        row[b] = -sum;
      }
      return row;
    });
  }
}

/** ½ deviance over the entries of A at `places`, L = L₀ (I + A); θ is linear in A. */
export class WhitenedDeviance implements Objective {
  private here: { readonly M: Float64Array; readonly deviance: DevianceAt; curvature?: Matrix } | null = null;

  constructor(
    private readonly whole: Whole,
    private readonly rows: WhitenedRows,
    private readonly places: Places,
    private readonly centre: Float64Array,
  ) {}

  evaluate(a: Float64Array, gradient?: Float64Array): number {
    const { whole, rows, places, centre } = this, { c } = rows, M = unitPlus(a, places, c);
    const deviance = DevianceAt.of(whole, rows, triangleProduct(centre, M, c));
    this.here = deviance && { M, deviance };
    if (gradient && deviance) { // (I + A)⁻ᵀ ∂/∂B, as dA = (I + A) dB
      const slope = deviance.slope();
      for (let j = 0; j < c; j++) slope.fill(0, j * c, j * c + j);
      for (let j = 0; j < c; j++) triangularSolve(M, slope.subarray(j * c, (j + 1) * c), c, true);
      places.forEach(([i, j], k) => gradient[k] = slope[j * c + i]);
    }
    return deviance?.value ?? Infinity;
  }

  /** At the last evaluated point. */
  curvature(): Matrix {
    return this.here!.curvature ??= this.curvatureAt(this.here!);
  }

  private curvatureAt({ M, deviance }: { readonly M: Float64Array; readonly deviance: DevianceAt }): Matrix {
    const { places, rows: { c } } = this, H = deviance.hessian(places);
    const inverse = new Float64Array(c * c); // dB = (I + A)⁻¹ dA, column by column
    invertTriangle(M, 0, c, c, inverse);
    const J = Matrix.zeros(places.length, places.length); // of A in columns, of B in rows
    places.forEach(([i, j], k) => places.forEach(([r, s], b) => s === j && J.set(b, k, inverse[i * c + r])));
    return congruence(J.transpose(), H);
  }
}

/** I + A. */
export function unitPlus(a: ArrayLike<number>, places: Places, c: number): Float64Array {
  const M = new Float64Array(c * c);
  for (let j = 0; j < c; j++) M[j * (c + 1)] = 1;
  places.forEach(([i, j], k) => M[j * c + i] += a[k]);
  return M;
}

/** z = Fᵀw of every level into `out` from `to`, F by rows. @returns where the next level goes */
function turned(
  w: Float64Array,
  frame: Float64Array,
  { m, c }: { m: number; c: number },
  out: Float64Array,
  to: number,
): number {
  for (let from = 0; from < w.length; from += m, to += c) {
    for (let a = 0, e = 0; a < m; a++) {
      const v = w[from + a];
      for (let i = 0; i < c; i++) out[to + i] += frame[e++] * v;
    }
  }
  return to;
}

/** K += f Σ z zᵀ of the levels in a part of a column. */
function addGram(z: Float64Array, from: number, to: number, f: number, c: number, K: Float64Array) {
  for (let at = from; at < to; at += c) {
    for (let j = 0; j < c; j++) {
      const v = f * z[at + j];
      for (let i = 0; i < c; i++) K[j * c + i] += v * z[at + i];
    }
  }
}

/** FᵀF of F by rows. */
function gram(frame: Float64Array, m: number, c: number): Float64Array {
  const G = new Float64Array(c * c);
  addGram(frame, 0, m * c, 1, c, G);
  return G;
}
