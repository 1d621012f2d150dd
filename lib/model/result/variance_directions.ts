/**
 * How the covariance of the random effects, cov(b) = σ² P⁻¹ ⊗ S, moves with its parameters. A structure that is linear in variances and
 * covariances moves along these, boundaries included; a free covariance S = LLᵀ in the residual's place along L(e_ie_jᵀ + e_je_iᵀ)Lᵀ, which is
 * the same span and whose information is near a multiple of I however alike positions are; any other along its free θ, by central differences of fourth order of S and P: with
 * steps of 1e-3 (first derivatives) and 1e-2 (second) of a parameter's size they are good to 1e-10 of S.
 */
import { Cholesky } from "../../math/cholesky.ts";
import { Matrix, symmetricEigen } from "../../math/dense.ts";
import { valuesLength } from "../../math/sparse.ts";
import { triangleCongruence, triangleGram } from "../../math/triangle.ts";
import type { GroupLayout, TermLayout } from "../objective/group_layout.ts";
import type { ProfiledDeviance } from "../objective/linear.ts";
import { patternOf } from "../objective/node_precision.ts";
import type { Covariance } from "../structures/structure.ts";

/** A symmetric matrix over the effects of one node (width × width), and its rows that are not 0. */
export interface Block {
  readonly values: Float64Array;
  readonly rows: readonly number[];
}

/** ∂cov(b)/∂parameter of one group, relative to σ²: I ⊗ block, or Σ P_r⁻¹ ⊗ block_r over the summands where nodes depend on each other. */
export interface Direction {
  readonly group: number;
  readonly block: Block;
  readonly across: readonly { readonly factor: Cholesky; readonly block: Block }[] | null;
  /** X of a block L X Lᵀ, L the factor of the residuals' covariance, where it is known without rounding. */
  readonly between?: Float64Array;
}

/** [steps, weight] of first and second derivatives, relative to the step and to its square. */
const FIRST = [[-2, 1 / 12], [-1, -8 / 12], [1, 8 / 12], [2, -1 / 12]] as const;
const SECOND = [[-2, -1 / 12], [-1, 16 / 12], [0, -30 / 12], [1, 16 / 12], [2, -1 / 12]] as const;
const STEP_FIRST = 1e-3, STEP_SECOND = 1e-2;

/** The directions of a model at θ, term by term. */
export class VarianceDirections {
  readonly all: readonly Direction[];
  private readonly terms: readonly TermDirections[];

  constructor({ effects }: ProfiledDeviance, theta: Float64Array, free: readonly number[]) {
    this.terms = effects.groups.flatMap((g, group) =>
      g.terms.map((t) => new TermDirections(g, group, t, theta.slice(t.theta, t.theta + t.thetas), free))
    );
    this.all = this.terms.flatMap(({ directions }) => directions);
  }

  /** S̃ of the term in the residual's place, whose rows have covariance σ²(I + S̃). */
  get residual(): Direction | null {
    return this.terms.find(({ isResidual }) => isResidual)?.rest() ?? null;
  }

  /** Σ_kl W_kl ∂²cov(b)/∂k∂l, its terms one by one; those that are straight in their parameters are left out. */
  bend(W: Matrix): Direction[] {
    let at = 0;
    return this.terms.flatMap((term) => {
      const first = at;
      at += term.directions.length;
      return term.curved.length > 0 ? [term.bend((i, j) => W.get(first + i, first + j))] : [];
    });
  }
}

class TermDirections {
  readonly directions: readonly Direction[];
  /** Places in θ of the directions that bend, which are the first ones; none of a straight term. */
  readonly curved: readonly number[];
  private readonly bound: Covariance;
  private readonly edges: ReadonlySet<number>;
  /** Of the P that were factored, by their values. */
  private readonly factored: { readonly values: Float64Array; readonly factor: Cholesky }[] = [];

  constructor(
    private readonly g: GroupLayout,
    private readonly group: number,
    private readonly layout: TermLayout,
    private readonly theta: Float64Array,
    free: readonly number[],
  ) {
    const { covariance: bound, term: { fixed = {} } } = layout;
    this.bound = bound;
    this.edges = new Set(bound.linear ? [] : bound.edges.map(({ at }) => at));
    const isHeld = (match: (p: Covariance["shown"][number]) => boolean) =>
      bound.shown.some((p) => match(p) && Object.hasOwn(fixed, p.name));
    const { entries, thetas, linear, edges } = bound;
    this.curved = [];
    if (entries) {
      const own = entries.filter(([a]) => !isHeld((p) => p.kind === "sd" && p.of === a));
      this.directions = own.map(([a, b]) => this.direction([{ weight: 1, theta, S: unit(a, b, this.size) }]));
      return;
    }
    if (bound.freeFactor && theta.every((_, j) => free.includes(layout.theta + j))) {
      const L = bound.relativeFactor!(theta, 0);
      this.directions = bound.freeFactor.places.slice(1).map(([i, j]) => { // the first one's is that of the residuals' scale
        const between = unit(i, j, this.size), S = triangleCongruence(L, between, this.size);
        return { ...this.direction([{ weight: 1, theta, S }]), between };
      });
      return;
    }
    const scaled = edges.length === 1 && !isHeld((p) => p.at === edges[0].at);
    if (scaled && ((linear && thetas === 1) || theta[edges[0].at] === 0)) { // S = θ² S(1)
      const one = theta.map((v, j) => j === edges[0].at ? 1 : v);
      this.directions = [this.direction([{ weight: 1, theta: one }])];
      return;
    }
    const isAtLimit = (j: number) =>
      bound.shown.some((p) =>
        p.kind === "own" && p.at === j && Math.abs(theta[j]) > (p.limit?.beyond ?? Infinity)
      );
    this.curved = [...theta.keys()].filter((j) => free.includes(layout.theta + j) && !isAtLimit(j));
    this.directions = this.curved.map((j) => {
      const h = this.step(j, STEP_FIRST);
      return this.direction(FIRST.map(([s, w]) => ({
        weight: w / h,
        theta: theta.map((v, i) => i === j ? v + s * h : v),
      })));
    });
  }

  get isResidual(): boolean {
    return this.bound.relative !== undefined;
  }

  /** The covariance less I. */
  rest(): Direction {
    const S = covarianceAt(this.bound, this.theta).map((v, k) => k % (this.size + 1) === 0 ? v - 1 : v);
    return this.direction([{ weight: 1, theta: this.theta, S }]);
  }

  private get size(): number {
    return this.bound.width;
  }

  /** Σ_ij W_ij ∂_i∂_j as second derivatives along the eigenvectors of W, on the scale of the steps. */
  bend(W: (i: number, j: number) => number): Direction {
    const { curved, theta } = this, h = curved.map((j) => this.step(j, STEP_SECOND));
    const scaled = new Matrix(h.map((a, i) => h.map((b, j) => W(i, j) / (a * b))));
    const { values, vectors } = symmetricEigen(scaled);
    return this.direction(values.flatMap((lambda, m) => {
      const along = theta.slice().fill(0), largest = Math.max(...vectors.getColumn(m).map(Math.abs));
      curved.forEach((j, i) => along[j] = h[i] * vectors.get(i, m) / largest);
      return SECOND.map(([s, w]) => ({
        weight: lambda * largest ** 2 * w,
        theta: theta.map((v, j) => v + s * along[j]),
      }));
    }));
  }

  /** A standard deviation is not taken across 0. */
  private step(j: number, share: number): number {
    const size = Math.abs(this.theta[j]), h = share * Math.max(1, size);
    return this.edges.has(j) ? Math.min(h, size / 4) : h;
  }

  /** Σ weight P(θ)⁻¹ ⊗ S(θ); S is that of θ unless it is given. */
  private direction(
    points: readonly { weight: number; theta: Float64Array; S?: Float64Array }[],
  ): Direction {
    const { size, g, layout: { slot } } = this, sums = new Map<Cholesky | null, Float64Array>();
    for (const { weight, theta, S = covarianceAt(this.bound, theta) } of points) {
      const factor = g.precision ? this.factorAt(theta) : null;
      const sum = sums.get(factor) ?? new Float64Array(size * size);
      for (let k = 0; k < sum.length; k++) sum[k] += weight * S[k];
      sums.set(factor, sum);
    }
    const across = [...sums].map(([factor, S]) => ({ factor, block: blockOf(S, size, slot, g.width) }));
    return {
      group: this.group,
      block: across[0].block,
      across: g.precision ? across.map(({ factor, block }) => ({ factor: factor!, block })) : null,
    };
  }

  private factorAt(theta: Float64Array): Cholesky {
    const { precision } = this.g,
      pattern = patternOf(precision!),
      values = new Float64Array(valuesLength(pattern));
    precision!.fill(theta, 0, values);
    const same = this.factored.find((f) => f.values.every((v, k) => v === values[k]));
    if (same) return same.factor;
    const factor = new Cholesky(pattern);
    factor.factor(values);
    this.factored.push({ values, factor });
    return factor;
  }
}

/** S of one node, up to a constant where it stands in the residual's place. */
export function covarianceAt(bound: Covariance, theta: Float64Array): Float64Array {
  if (bound.relative) return bound.relative(theta, 0);
  const { width: c, square } = bound, S = new Float64Array(c * c);
  if (!square) {
    bound.fill(theta, 0, S);
    return triangleGram(S, c);
  }
  square.fill(theta, 0, S);
  for (let j = 0; j < c; j++) for (let i = j + 1; i < c; i++) S[i * c + j] = S[j * c + i];
  return S;
}

/** e_a e_bᵀ + e_b e_aᵀ; e_a e_aᵀ on the diagonal. */
function unit(a: number, b: number, c: number): Float64Array {
  const out = new Float64Array(c * c);
  out[a * c + b] = out[b * c + a] = 1;
  return out;
}

/** A term's matrix among the effects of its node. */
function blockOf(S: Float64Array, c: number, slot: number, width: number): Block {
  const values = new Float64Array(width * width), rows: number[] = [];
  for (let i = 0; i < c; i++) {
    let any = false;
    for (let j = 0; j < c; j++) {
      values[(slot + j) * width + slot + i] = S[j * c + i];
      any ||= S[j * c + i] !== 0;
    }
    if (any) rows.push(slot + i);
  }
  return { values, rows };
}
