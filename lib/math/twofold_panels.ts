/**
 * The numeric phase of a Cholesky factorisation where a block of the matrix is known to 32 digits and needs them: of P + M with a
 * precision P whose entries nearly cancel, as that of a smooth walk over many times, what is left of a pivot may be 1e-16 of what it began
 * with. Entries of the factor that couple two such nodes are computed in {@link double_double.ts}; all others, and all that is done with
 * the factor, need no more than 16 digits: a recursion in time that is stable is then followed with its own coefficients.
 */
import { addProduct, divideBy, takeRoot } from "./double_double.ts";
import type { BlockPattern } from "./sparse.ts";
import type { Symbolic } from "./factor_structure.ts";

/** The low parts of the panels of a factor, and what is done to both parts. */
export class TwofoldPanels {
  private readonly low: Float64Array;
  /** 1 for the scalars of the nodes with twice the digits, in order of elimination. */
  private readonly exact: Uint8Array;
  /** Rows of an update that are. */
  private readonly chosen: Int32Array;

  /** @param L the panels, of a factor that has no tiles */
  constructor(
    private readonly symbolic: Symbolic,
    private readonly L: Float64Array,
    { start, nodes, twofold }: BlockPattern,
  ) {
    this.low = new Float64Array(L.length);
    const byScalar = new Uint8Array(symbolic.dimension);
    for (let v = 0; v < nodes; v++) byScalar.fill(twofold![v], start[v], start[v + 1]);
    this.exact = Uint8Array.from(symbolic.scalarOrder, (i) => byScalar[i]);
    this.chosen = new Int32Array(symbolic.dimension);
  }

  /** The second half of the values. */
  set(values: Float64Array) {
    const { target } = this.symbolic, { low } = this;
    low.fill(0);
    for (let e = 0; e < target.length; e++) low[target[e]] = values[target.length + e];
  }

  /** A column of the supernode is among them. */
  concerns(s: number): boolean {
    const { first } = this.symbolic;
    for (let c = first[s]; c < first[s + 1]; c++) if (this.exact[c] === 1) return true;
    return false;
  }

  /**
   * Subtracts the part of an update that is of pairs of them, with all its digits, and takes it out of the rounded update.
   * @param local places of the rows in the panel of `onto`
   * @param update m × k, of the rows of `from` after the `skipped` ones
   */
  subtract(
    { from: d, skipped, onto: s, k, m }: {
      from: number;
      skipped: number;
      onto: number;
      k: number;
      m: number;
    },
    local: Int32Array,
    update: Float64Array,
  ) {
    const { first, rowPointer, rowIndex, panel } = this.symbolic, { exact, chosen, L, low } = this;
    const begin = rowPointer[d] + skipped, width = first[d + 1] - first[d];
    const rows = width + rowPointer[d + 1] - rowPointer[d],
      height = first[s + 1] - first[s] + rowPointer[s + 1] - rowPointer[s];
    let count = 0;
    for (let i = 0; i < m; i++) if (exact[rowIndex[begin + i]] === 1) chosen[count++] = i;
    for (let b = 0; b < count && chosen[b] < k; b++) {
      const j = chosen[b], column = panel[s] + local[rowIndex[begin + j]] * height;
      for (let a = b; a < count; a++) {
        const i = chosen[a], to = column + local[rowIndex[begin + i]];
        update[j * m + i] = 0;
        for (let c = 0, p = panel[d] + width + skipped; c < width; c++, p += rows) {
          addProduct(L, low, to, -L[p + i], -low[p + i], L[p + j], low[p + j]);
        }
      }
    }
  }

  /** Factors a panel in place. @returns false when it is not positive definite */
  factorPanel(s: number): boolean {
    const { first, rowPointer, rowIndex, panel } = this.symbolic, { exact, L, low } = this;
    const c0 = first[s], width = first[s + 1] - c0, r0 = rowPointer[s], rows = width + rowPointer[s + 1] - r0;
    const isExact = (i: number) => exact[i < width ? c0 + i : rowIndex[r0 + i - width]] === 1;
    for (let j = 0, p = panel[s]; j < width; j++, p += rows) {
      const own = isExact(j), pivot = p + j;
      if (!(L[pivot] > 0)) return false;
      if (own) takeRoot(L, low, pivot);
      else L[pivot] = Math.sqrt(L[pivot]);
      for (let i = j + 1; i < rows; i++) {
        if (own && isExact(i)) divideBy(L, low, p + i, L[pivot], low[pivot]);
        else L[p + i] /= L[pivot];
      }
      for (let k = j + 1, q = p + rows; k < width; k++, q += rows) {
        const f = L[p + k], both = isExact(k);
        for (let i = k; i < rows; i++) {
          if (both && isExact(i)) addProduct(L, low, q + i, -L[p + i], -low[p + i], f, low[p + k]);
          else L[q + i] -= f * L[p + i];
        }
      }
    }
    return true;
  }
}
