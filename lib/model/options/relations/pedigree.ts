/** Additive relationships of animals or plants, from who their parents are. */
import { checkOptions, type Kinds, kinds, noMore } from "../../../check.ts";
import { type Frame, readColumn } from "../../../frame.ts";
import type { Known } from "../known_precision.ts";

/**
 * The columns of a pedigree.
 *
 * @category Fit
 */
export interface PedigreeOptions {
  /** Column of the individuals; default "id". */
  id?: string;
  /** Column of the fathers, missing where unknown; default "sire". */
  sire?: string;
  /** Column of the mothers, missing where unknown; default "dam". */
  dam?: string;
}

const OPTIONS: Kinds<PedigreeOptions> = { id: kinds.text, sire: kinds.text, dam: kinds.text };

/**
 * What a pedigree says of its individuals, for the option `known` of {@link fit}: the inverse A⁻¹ of their additive relationships. With
 * `known: { animal: pedigree(frame) }` the effects of `(1 | animal)` have covariance σ²A.
 *
 * A = T D Tᵀ, where a row of T⁻¹ has 1 for the individual and −½ for each parent, and D the Mendelian sampling variances ½ − ¼(F_s + F_d),
 * ¾ − ¼F with one parent known and 1 with none; so A⁻¹ is a sum over individuals (Henderson 1976), with inbreeding coefficients F by
 * tracing each individual's ancestors (Meuwissen & Luo 1992).
 *
 * ```ts
 * import { fit, pedigree, pl } from "@tidyglmm/tidyglmm";
 *
 * const family = pl.DataFrame({
 *   id: ["calf 1", "calf 2", "calf 3"], sire: ["bull", "bull", "bull"], dam: ["cow 1", "cow 1", "cow 2"],
 * });
 * pedigree(family).labels; // parents without a row of their own are founders
 * ```
 *
 * @param frame one row for each individual, in any order; parents without a row are founders
 * @returns labels (parents before their offspring) and the entries of A⁻¹
 * @throws RangeError for an individual with two rows, or one that is its own ancestor
 * Source: Henderson (1976), Biometrics 32:69–83; Meuwissen & Luo (1992), Genetics Selection Evolution 24:305–313.
 * @category Fit
 */
export function pedigree(frame: Frame, options: PedigreeOptions = {}): Extract<Known, { entries: unknown }> {
  noMore("pedigree", arguments, 2);
  checkOptions("pedigree", options, OPTIONS);
  const { id = "id", sire = "sire", dam = "dam" } = options;
  const { labels, parents } = inOrder(textOf(frame, id), textOf(frame, sire), textOf(frame, dam), id);
  const F = inbreeding(parents), sums = new Map<number, number>(), n = labels.length;
  const add = (i: number, j: number, v: number) => {
    const key = Math.max(i, j) * n + Math.min(i, j);
    sums.set(key, (sums.get(key) ?? 0) + v);
  };
  parents.forEach((own, i) => {
    const share = 1 / mendelian(own, F);
    const row = [[i, 1], ...own.map((p) => [p, -0.5])]; // of T⁻¹; twice the same parent where a plant is selfed
    row.forEach(([a, x], k) =>
      row.forEach(([b, y], l) => l <= k && add(a, b, (a === b && l < k ? 2 : 1) * x * y * share))
    );
  });
  const keys = [...sums.keys()];
  return {
    labels,
    entries: {
      rows: Int32Array.from(keys, (key) => Math.floor(key / n)),
      cols: Int32Array.from(keys, (key) => key % n),
      values: Float64Array.from(keys, (key) => sums.get(key)!),
    },
  };
}

/** Texts of a column, null where missing. */
function textOf(frame: Frame, name: string): (string | null)[] {
  const column = readColumn(frame, name);
  if (column.kind === "factor") return Array.from(column.codes, (c) => c < 0 ? null : column.levels[c]);
  return Array.from(column.values, (v) => Number.isNaN(v) ? null : String(v));
}

/** Individuals with the positions of their known parents, parents first. */
function inOrder(
  ids: readonly (string | null)[],
  sires: readonly (string | null)[],
  dams: readonly (string | null)[],
  name: string,
): { labels: string[]; parents: number[][] } {
  const rowOf = new Map<string, number>();
  ids.forEach((label, row) => {
    if (label === null) throw new RangeError(`Cannot read the pedigree: "${name}" is missing in row ${row}`);
    const first = rowOf.get(label);
    if (first !== undefined) {
      throw new RangeError(
        `Cannot read the pedigree: "${label}" stands in rows ${first} and ${row}; each individual has one`,
      );
    }
    rowOf.set(label, row);
  });
  const place = new Map<string, number>(),
    open = new Set<string>(),
    labels: string[] = [],
    parents: number[][] = [];
  const parentsOf = (label: string) => {
    const row = rowOf.get(label);
    return row === undefined ? [] : [sires[row], dams[row]].filter((p) => p !== null);
  };
  const visit = (first: string) => { // a stack of its own: pedigrees may be thousands of generations deep
    const stack = [first];
    while (stack.length > 0) {
      const label = stack.at(-1)!, missing = parentsOf(label).filter((p) => !place.has(p));
      open.add(label);
      const loop = missing.find((p) => open.has(p));
      if (loop !== undefined) throw new RangeError(`Cannot read the pedigree: "${loop}" is its own ancestor`);
      if (missing.length > 0) stack.push(missing[0]);
      else {
        stack.pop();
        open.delete(label);
        if (place.has(label)) continue;
        place.set(label, labels.length);
        labels.push(label);
        parents.push(parentsOf(label).map((p) => place.get(p)!));
      }
    }
  };
  for (const label of ids) visit(label!);
  return { labels, parents };
}

/** Variance of what an individual does not have from its parents. */
function mendelian(parents: readonly number[], F: Float64Array): number {
  if (parents.length === 0) return 1;
  const [a, b] = parents;
  return parents.length === 1 ? 0.75 - F[a] / 4 : 0.5 - (F[a] + F[b]) / 4;
}

/** From so many ancestors in sight on all younger positions are looked at in turn, instead of the youngest being picked out. */
const MANY = 128;

/** F_i = Σ_j L_ij² D_j − 1, L_ij the share of individual i that comes from its ancestor j, youngest ancestors first. */
function inbreeding(parents: readonly (readonly number[])[]): Float64Array {
  const n = parents.length, F = new Float64Array(n), D = new Float64Array(n), share = new Float64Array(n);
  const first = Int32Array.from(parents, ([p]) => p ?? -1),
    second = Int32Array.from(parents, ([, p]) => p ?? -1);
  const known = new Map<number, number>(), heap = new Latest(); // full sibs share it
  const give = (p: number, half: number) => {
    if (p < 0) return;
    if (share[p] === 0) heap.push(p);
    share[p] += half;
  };
  for (let i = 0; i < n; i++) {
    D[i] = mendelian(parents[i], F);
    const a = first[i], b = second[i];
    if (b < 0) continue;
    const key = Math.max(a, b) * n + Math.min(a, b), found = known.get(key);
    if (found !== undefined) {
      F[i] = found;
      continue;
    }
    let sum = D[i], j = -1;
    heap.clear();
    give(a, 0.5);
    give(b, 0.5);
    while (heap.size < MANY && (j = heap.pop()) >= 0) {
      const own = share[j];
      share[j] = 0;
      sum += own * own * D[j];
      give(first[j], own / 2);
      give(second[j], own / 2);
    }
    if (heap.size >= MANY) {
      for (let k = heap.pop(); k >= 0; k--) {
        const own = share[k];
        if (own === 0) continue;
        share[k] = 0;
        sum += own * own * D[k];
        if (first[k] >= 0) share[first[k]] += own / 2;
        if (second[k] >= 0) share[second[k]] += own / 2;
      }
    }
    known.set(key, F[i] = sum - 1);
  }
  return F;
}

/** Positions, the largest first: a binary heap. */
class Latest {
  private readonly items: number[] = [];

  get size(): number {
    return this.items.length;
  }

  clear() {
    this.items.length = 0;
  }

  push(value: number) {
    const { items } = this;
    let k = items.push(value) - 1;
    for (let up = (k - 1) >> 1; k > 0 && items[up] < value; k = up, up = (k - 1) >> 1) items[k] = items[up];
    items[k] = value;
  }

  /** The largest, −1 where there is none. */
  pop(): number {
    const { items } = this, top = items[0] ?? -1, last = items.pop();
    if (last === undefined || items.length === 0) return top;
    let k = 0;
    for (let down = 1; down < items.length; down = 2 * k + 1) {
      if (down + 1 < items.length && items[down + 1] > items[down]) down++;
      if (items[down] <= last) break;
      items[k] = items[down];
      k = down;
    }
    items[k] = last;
    return top;
  }
}
