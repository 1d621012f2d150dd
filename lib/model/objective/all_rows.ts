/** All rows of an objective: their vectors, and what is done with them, range by range, by several threads where that pays. */
import type { Basis } from "../../math/basis.ts";
import { pair } from "../../math/jets.ts";
import { besideRows, rowVector } from "../../math/shared_memory.ts";
import type { Likelihood } from "./likelihood.ts";
import { Sums } from "./places.ts";
import type { RandomEffects } from "./random_effects.ts";
import { RowRange, type RowTask, type RowVectors, type SharedVectors } from "./row_range.ts";
import { RowTeam } from "./row_team.ts";

/** What the rows are those of. */
interface Of {
  readonly likelihood: Likelihood;
  readonly effects: RandomEffects;
  readonly bases: readonly Basis[];
  /** First γ of each predictor in ψ. */
  readonly first: readonly number[];
}

/** Rows, and sums over them. */
export class AllRows {
  readonly vectors: RowVectors;
  readonly shared: SharedVectors;
  /** Σ Q_kᵀ v_k of the last task that sums so. */
  readonly onGamma: Float64Array;
  /** How often their densities were looked at. */
  passes = 0;
  private readonly ranges: readonly RowRange[];
  private readonly sums: Sums;
  private readonly products: Sums;
  private readonly team: RowTeam;

  constructor({ likelihood, effects, bases, first }: Of) {
    const { ranges, family, design: { n, predictors } } = likelihood;
    const gammas = bases.reduce((s, { size }) => s + size, 0);
    this.vectors = vectorsOf(likelihood, effects);
    this.shared = sharedVectors(effects, gammas, n);
    this.onGamma = new Float64Array(gammas);
    const seen = ranges.map(({ from, to }) => effects.rows.ofRows(from, to));
    this.sums = Sums.overEffects(seen);
    this.products = Sums.overBlocks(seen);
    this.ranges = ranges.map(({ from, to, densities, jets }, s) => {
      const some = (x: Float64Array) => x.subarray(from, to), { fixedEta, eta, moved, forms } = this.vectors;
      const [mine, all, changed, quadratic] = [fixedEta, eta, moved, forms].map((list) => list.map(some));
      const data = {
        vectors: { fixedEta: mine, eta: all, moved: changed, forms: quadratic, jets },
        shared: this.shared,
        density: densities.data,
        effects: seen[s],
        columns: bases.map(({ rows }) => rows.ofRows(from, to)),
        offsets: predictors.map(({ offset }) => offset && some(offset)),
        first,
        sumPlaces: this.sums.places[s],
        productPlaces: this.products.places[s],
        onGamma: besideRows(gammas, n),
      };
      return new RowRange(data, densities);
    });
    this.team = new RowTeam(this.ranges, family, n);
  }

  /** What the ranges give. */
  do(task: RowTask, option = 0): Float64Array {
    return this.team.do(task, option);
  }

  /** Σ w ℓ at η, and the jets to that order. */
  density(order: 0 | 1 | 2 | 3): number {
    this.passes++;
    return this.do("densities", order).reduce((sum, v) => sum + v, 0);
  }

  /** Σ Z_kᵀ v_k of a task that sums so. */
  sum(task: "scores" | "foresee" | "bend" | "third", option = 0): Float64Array {
    const { sums, shared: { sums: out } } = this;
    out.fill(0);
    this.do(task, option);
    sums.complete(out);
    return out;
  }

  /** The same of a task that sums to `onGamma`, too. */
  project(task: "project" | "slope" | "along", option = 0): Float64Array {
    const { sums, onGamma, ranges, shared: { sums: out } } = this;
    out.fill(0);
    this.do(task, option);
    sums.complete(out);
    onGamma.fill(0);
    for (const { data } of ranges) data.onGamma.forEach((v, j) => onGamma[j] += v);
    return out;
  }

  /** Σ Z_kᵀ ∂²ℓ Z_l as block values; of −|∂²ℓ/∂η_k²| alone where that is asked. */
  information(positive: boolean): Float64Array {
    const { products: out } = this.shared;
    out.fill(0);
    this.do("information", Number(positive));
    this.products.complete(out);
    return out;
  }
}

function vectorsOf({ K, jets, design: { n } }: Likelihood, { parts }: RandomEffects): RowVectors {
  const rows = () => Array.from({ length: K }, () => rowVector(n)), forms: Float64Array[] = [];
  for (const k of parts) for (const l of parts) forms[pair(k, l)] ??= rowVector(n);
  return { fixedEta: rows(), eta: rows(), moved: rows(), forms, jets };
}

function sharedVectors({ q, valueCount }: RandomEffects, gammas: number, n: number): SharedVectors {
  const vector = (length: number) => besideRows(length, n);
  return {
    psi: vector(gammas),
    effects: vector(q),
    blocks: vector(valueCount),
    sums: vector(q),
    products: vector(valueCount),
  };
}
