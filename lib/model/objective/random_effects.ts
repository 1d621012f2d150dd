/** The random effects of all linear predictors and the rows that they touch: sums over rows, and from effects to predictors. */
import { valuesAt } from "../../math/columns.ts";
import { Remembered } from "../../math/remembered.ts";
import type { GroupPrecision, PredictorDesign, RandomTerm } from "../../formula/types.ts";
import type { Meetings, RowCoupling } from "./coupling.ts";
import { EffectSystem } from "./effect_system.ts";
import { groupsSeenFrom, layOutGroups, type RowGroup } from "./group_layout.ts";
import { EffectRows } from "./effect_rows.ts";
import { meetingsOf } from "./meetings.ts";

export { basisRow, type GroupLayout, type TermLayout } from "./group_layout.ts";

/** Where the terms of a design stand, and which of their levels meet, with all that this depends on. */
interface Layout {
  readonly groups: readonly RowGroup[];
  readonly meetings: Meetings<RowCoupling>;
  readonly lists: readonly (readonly RandomTerm[])[];
  readonly n: number;
  readonly units: readonly number[];
  readonly known: Readonly<Record<string, GroupPrecision>>;
  readonly weights: Float64Array | null;
}

const layouts = new Remembered<object, Layout>(), NONE = {};

function same<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((v, i) => v === b[i]);
}

/** {@link EffectSystem} with its rows. */
export class RandomEffects extends EffectSystem<RowGroup> {
  readonly rows: EffectRows;

  /**
   * @param meetings which levels meet, and where every row falls
   * @param unitOf what an effect of 1 moves each predictor by
   */
  private constructor(
    groups: readonly RowGroup[],
    private readonly meetings: Meetings<RowCoupling>,
    readonly n: number,
    private readonly unitOf: readonly number[],
  ) {
    super(groups, meetings, unitOf);
    this.rows = new EffectRows({ n, parts: this.parts, groups, couplings: meetings.couplings });
  }

  /**
   * @param units what an effect of 1 moves each predictor by
   * @param weights how many rows each stands for; null for 1
   */
  static of(
    predictors: readonly PredictorDesign[],
    n: number,
    units: readonly number[] = predictors.map(() => 1),
    known: Readonly<Record<string, GroupPrecision>> = NONE,
    weights: Float64Array | null = null,
  ): RandomEffects {
    const lists = predictors.map(({ random }) => random);
    const { groups, meetings } = layouts.of(
      lists[0] ?? lists,
      (made) =>
        made.n === n && same(made.lists, lists) && same(made.units, units) && made.known === known &&
        made.weights === weights,
      () => {
        const groups = layOutGroups(predictors, units, known, weights);
        return { groups, meetings: meetingsOf(groups, n), lists, n, units, known, weights };
      },
    );
    return new RandomEffects(groups, meetings, n, units);
  }

  /**
   * The effects of a system, seen from further rows of its data: how they move predictors there, not sums over pairs of levels.
   * @param seen the system's terms with their columns and levels in those rows
   */
  static seenFrom(system: EffectSystem, seen: ReadonlyMap<RandomTerm, RandomTerm>, n: number): RandomEffects {
    const { pattern, chains, parts } = system, units: number[] = [];
    for (const k of parts) units[k] = system.unit(k);
    const groups = groupsSeenFrom(system.groups, seen, (part) => system.unit(part));
    return new RandomEffects(groups, { pattern, couplings: [], chains }, n, units);
  }

  /** The same effects, seen from some of the rows. */
  atRows(rows: Int32Array): RandomEffects {
    const some = (v: Int32Array) => rows.map((i) => v[i]);
    const groups = this.groups.map((g): RowGroup => ({
      ...g,
      column: g.column.map((z) => z && valuesAt(z, rows)),
      index: some(g.index),
      level: some(g.level),
      slot: g.slot && some(g.slot),
    }));
    const couplings = this.meetings.couplings.map((c): RowCoupling => ({ ...c, at: some(c.at) }));
    return new RandomEffects(groups, { ...this.meetings, couplings }, rows.length, this.unitOf);
  }

  /** eta[k] += unit_k Z_k b for every predictor with random effects: from effects to linear predictors. */
  addTo(b: Float64Array, eta: readonly Float64Array[]) {
    this.gather(this.isInUnits ? b : this.inUnits(b.slice()), eta);
  }

  /** eta[k] += Z_k b. */
  gather(b: Float64Array, eta: readonly Float64Array[]) {
    this.rows.gather(b, eta);
  }

  /** eta[k] = base[k] + Z_k b for the predictors with random effects; without a base Z_k b alone. */
  spread(b: Float64Array, base: readonly Float64Array[] | null, eta: readonly Float64Array[]) {
    this.rows.spread(b, base, eta);
  }

  /** out = Σ_k Z_kᵀ v_k (length q). */
  transposeTimes(v: readonly Float64Array[], out: Float64Array) {
    out.fill(0);
    this.rows.addTransposed(v, out);
  }

  /** M = Σ_kl Z_kᵀ diag(A_kl) Z_l as block values; `weight(k, l)` gives A_kl (null means ones). */
  crossProduct(weight: (k: number, l: number) => Float64Array | null, M: Float64Array) {
    M.fill(0);
    this.rows.addCrossProduct(weight, M);
    this.mirrorDiagonal(M);
  }

  /** The upper triangles of blocks on the diagonal, from the lower ones. */
  mirrorDiagonal(M: Float64Array) {
    for (const g of this.groups) {
      if (g.column.length === 1) continue; // one entry on the diagonal
      for (let l = 0, p = this.pattern.at[g.node]; l < g.nodes; l++, p += g.width * g.width) {
        for (let j = 0; j < g.width; j++) {
          for (let i = j + 1; i < g.width; i++) M[p + i * g.width + j] = M[p + j * g.width + i];
        }
      }
    }
  }
}
