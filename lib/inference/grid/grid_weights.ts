/** How often combinations of levels occur in the data: nested factors, and weights for averaging. */
import { ones } from "../../math/shared_memory.ts";
import { readColumn } from "../../frame.ts";
import { formatNumber } from "../../formula/numbers.ts";
import { type Model, usedRows } from "../../model/result/model.ts";
import { solutionOf } from "../../model/result/solution.ts";
import type { GridDimension } from "./reference_grid.ts";

/**
 * Weights of the levels that a mean is averaged over.
 *
 * @category Means and comparisons
 */
export type Weights = "equal" | "proportional" | "outer" | "cells" | "flat";

/** Names of the weights. */
export const WEIGHTS: readonly Weights[] = ["equal", "proportional", "outer", "cells", "flat"];

/** Level of every row of the data in each counted dimension (−1: not in the grid), and the rows' weights. */
export class GridCounts {
  private readonly codes = new Map<string, Int32Array>();
  private readonly weight: Float64Array;

  constructor(model: Model, dimensions: readonly GridDimension[]) {
    const data = usedRows(model);
    const { design } = solutionOf(model, "weights");
    for (const dimension of dimensions) {
      if (!dimension.counted) continue;
      const column = readColumn(data, dimension.name);
      const position = new Map(dimension.labels.map((label, i) => [label, i]));
      const code = (label: string) => position.get(label) ?? -1;
      if (column.kind === "factor") {
        const recode = Int32Array.from(column.levels, code);
        this.codes.set(dimension.name, column.codes.map((c) => c < 0 ? -1 : recode[c]));
      } else this.codes.set(dimension.name, Int32Array.from(column.values, (v) => code(formatNumber(v))));
    }
    const { response, weights, precision, n } = design;
    const given = model.weights === "trials" ? response.trials : weights ?? precision;
    this.weight = given ?? ones(n);
  }

  /** Total weight of the rows in every combination of levels; the first dimension varies fastest. */
  of(dimensions: readonly GridDimension[]): Map<number, number> {
    const columns = dimensions.map(({ name }) => this.codes.get(name)!), total = new Map<number, number>();
    for (let i = 0; i < this.weight.length; i++) {
      let key = 0, stride = 1;
      for (let d = 0; d < columns.length && key >= 0; d++) {
        key = columns[d][i] < 0 ? -1 : key + stride * columns[d][i];
        stride *= dimensions[d].labels.length;
      }
      if (key >= 0) total.set(key, (total.get(key) ?? 0) + this.weight[i]);
    }
    return total;
  }

  /**
   * For a factor whose every level occurs with one level only of another: that level for each of its own; else null.
   */
  parents(child: GridDimension, parent: GridDimension): Int32Array | null {
    const a = this.codes.get(child.name)!, b = this.codes.get(parent.name)!;
    const found = new Int32Array(child.labels.length).fill(-1);
    for (let i = 0; i < a.length; i++) {
      if (a[i] < 0 || b[i] < 0 || this.weight[i] === 0) continue;
      if (found[a[i]] >= 0 && found[a[i]] !== b[i]) return null;
      found[a[i]] = b[i];
    }
    return found;
  }
}

/** A factor within another: `parents[level]` is the level of `parent` with which that level occurs. */
export interface Nest {
  readonly child: string;
  readonly parent: string;
  readonly parents: Int32Array;
}

/**
 * Nested factors: each level of the child occurs with one level only of the parent, and each level of the parent that
 * occurs has children of its own. A factor that merely renames the levels of another is not nested in it.
 */
export function findNests(counts: GridCounts, dimensions: readonly GridDimension[]): Nest[] {
  const factors = dimensions.filter(({ counted, labels }) => counted && labels.length > 1);
  return factors.flatMap((child) =>
    factors.flatMap((parent): Nest[] => {
      if (child === parent || child.labels.length <= parent.labels.length) return [];
      const parents = counts.parents(child, parent);
      if (parents === null || new Set(parents.filter((code) => code >= 0)).size < 2) return [];
      return [{ child: child.name, parent: parent.name, parents }];
    })
  );
}
