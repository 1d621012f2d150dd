/**
 * A cell of rows with values in one interval as a few rows that have its moments. For any log-likelihood f(y, x) that is smooth in x, Gauss
 * quadrature with the rows' distribution for its weight: of one covariate the two nodes with n, Σx, Σx² and Σx³; of d covariates two nodes
 * along each column of the Cholesky factor of their covariance, with n, Σx and Σxxᵀ. Of the response the nodes have Σy and Σyx, so that
 * what is linear in x keeps its score exactly. A cell of two different rows is these rows.
 *
 * Source: Golub & Welsch (1969), Math. Comp. 23:221–230, for two nodes; Julier & Uhlmann (1997), Proc. SPIE 3068:182–193, for several covariates.
 */
import { type Bin, centreOf, intervalOf, unitOf } from "./bins.ts";
import { Moments } from "./bin_moments.ts";
import type { CellValues } from "./collapse.ts";
import type { FilledCells } from "./halved_cells.ts";

/** Rows that stand for the cells. */
export interface CellNodes extends CellValues {
  /** Values of the binned columns. */
  readonly at: readonly (readonly number[])[];
}

/** Variance below this share of the squared half interval: the rows are at one place to ten digits of it. */
const ONE_PLACE = 1e-10;

/** Two nodes on an axis at −p and q in units of its deviation, and the shares of its rows there: variance p q, mean 0. */
interface Pair {
  readonly p: number;
  readonly q: number;
}

/** @param skewness the third moment of the standardised rows */
const gauss = (skewness: number): Pair => {
  const root = Math.hypot(skewness, 2);
  return { p: (root - skewness) / 2, q: (root + skewness) / 2 };
};

/** As far apart as the variance wants, within what all rows leave below and above: there every function of the formula is defined. */
function within(variance: number, below: number, above: number): Pair {
  const p = Math.min(Math.sqrt(variance), below), q = Math.min(variance / p, above);
  return { p: Math.min(variance / q, below), q };
}

/**
 * Shares of the rows that go to the axes: equal ones, but that an axis at the end of all rows has at least what keeps its variance there. Where
 * these are more than all, some variance is lost.
 * @param need 1 / (below · above) of each axis
 */
function sharesOf(need: readonly number[]): number[] {
  const all = need.reduce((s, v) => s + v, 0);
  return need.map((v) => all < 1 ? v + (1 - all) / need.length : v / all);
}

/** The rows of all cells; of cells without bins one each. */
export function nodesOf({ cells, values }: FilledCells): CellNodes {
  const { bins } = cells, own = cells.keys.length;
  if (bins.length === 0) return { ...values, at: [] };
  const moments = new Moments(cells, values), { n, mass, y } = moments;
  const place = new CellPlace(bins, moments, values.keys.slice(own)),
    nodes: Record<"n" | "sy" | "st", number[]> = { n: [], sy: [], st: [] };
  const cellOf: number[] = [], at = bins.map((): number[] => []);
  for (let i = 0; i < n.length; i++) {
    place.standAt(i);
    for (const { share, score, z, axis } of place.nodes()) {
      cellOf.push(i);
      bins.forEach((_, j) => at[j].push(place.value(j, axis, z)));
      nodes.n.push(share * n[i]);
      nodes.st.push(share * mass[i]);
      nodes.sy.push(y ? share * y[i] + score : 0);
    }
  }
  const keys = values.keys.slice(0, own).map((key) => cellOf.map((i) => key[i]));
  const sums = cells.sums.flatMap(({ name }) =>
    Object.hasOwn(nodes, name) ? [Float64Array.from(nodes[name as keyof typeof nodes])] : []
  );
  return { keys, sums, at };
}

/** A node: share of the cell's mass, what Σ y has there beyond its share, and where it is, z deviations along an axis. */
interface Node {
  readonly share: number;
  readonly score: number;
  readonly axis: number;
  readonly z: number;
}

/** One cell after the other: the means of its covariates, and the axes of their covariance. */
class CellPlace {
  private i = 0;
  private readonly d: number;
  private readonly unit: number[];
  private readonly mean: Float64Array;
  private readonly centre: Float64Array;
  /** Half the interval, and the ends of all rows, in units of the distances. */
  private readonly half: Float64Array;
  private readonly low: Float64Array;
  private readonly high: Float64Array;
  /** Cholesky factor of the covariance, a column of zeros where it has no pivot. */
  private readonly L: readonly Float64Array[];
  /** Σ y z of the axes. */
  private readonly score: Float64Array;

  constructor(
    private readonly bins: readonly Bin[],
    private readonly moments: Moments,
    private readonly centres: readonly (readonly unknown[])[],
  ) {
    const d = this.d = bins.length, vector = () => new Float64Array(d);
    this.unit = bins.map(unitOf);
    [this.mean, this.centre, this.half, this.low, this.high, this.score] = Array.from({ length: 6 }, vector);
    this.L = Array.from({ length: d }, vector);
  }

  standAt(i: number): void {
    this.i = i;
    const { bins, moments, unit, mean } = this, W = moments.mass[i];
    bins.forEach((bin, j) => {
      const b = intervalOf(bin, Number(this.centres[j][i])), c = centreOf(bin, b);
      this.centre[j] = c;
      this.half[j] = (bin.edges[b + 1] - c) / unit[j];
      this.low[j] = (bin.edges[0] - c) / unit[j];
      this.high[j] = (bin.edges.at(-1)! - c) / unit[j];
      const of = W > 0 ? moments.of(`m${j}`)[i] / W : 0;
      mean[j] = Math.min(Math.max(of, -this.half[j]), this.half[j]);
    });
    for (const row of this.L) row.fill(0);
    if (W > 0) this.factor(W);
  }

  private factor(W: number): void {
    const { d, L, mean, score, half, moments, i } = this;
    for (let k = 0; k < d; k++) {
      for (let j = k; j < d; j++) {
        let s = moments.of(`m${j}_${k}`)[i] / W - mean[j] * mean[k];
        for (let l = 0; l < k; l++) s -= L[j][l] * L[k][l];
        if (j === k) L[k][k] = s > ONE_PLACE * half[k] ** 2 ? Math.sqrt(s) : 0;
        else L[j][k] = L[k][k] > 0 ? s / L[k][k] : 0;
      }
      let s = moments.y ? moments.of(`r${k}`)[i] - mean[k] * moments.y[i] : 0;
      for (let l = 0; l < k; l++) s -= L[k][l] * score[l];
      score[k] = L[k][k] > 0 ? s / L[k][k] : 0;
    }
  }

  nodes(): Node[] {
    const { d, L, score } = this, axes = Array.from({ length: d }, (_, k) => k).filter((k) => L[k][k] > 0);
    if (axes.length === 0) return [{ share: 1, score: 0, axis: 0, z: 0 }];
    const rooms = axes.map((k) => [this.room(k, -1), this.room(k, 1)] as const);
    const shares = d === 1 ? [1] : sharesOf(rooms.map(([below, above]) => 1 / (below * above)));
    return axes.flatMap((axis, k): Node[] => {
      const share = shares[k], { p, q } = d === 1 ? gauss(this.skewness()) : within(1 / share, ...rooms[k]);
      const D = score[axis] / (p + q);
      return [
        { share: share * q / (p + q), score: -D, axis, z: -p },
        { share: share * p / (p + q), score: D, axis, z: q },
      ];
    });
  }

  /** A node's value of a covariate. */
  value(j: number, axis: number, z: number): number {
    const { edges, scale } = this.bins[j],
      at = this.centre[j] + this.unit[j] * (this.mean[j] + z * this.L[j][axis]);
    return scale.back(Math.min(Math.max(at, edges[0]), edges.at(-1)!));
  }

  private skewness(): number {
    const { moments, mean: [m], i } = this, W = moments.mass[i];
    return (moments.of("m0_0_0")[i] / W - 3 * m * moments.of("m0_0")[i] / W + 2 * m ** 3) / this.L[0][0] ** 3;
  }

  /** How far all rows reach along an axis, in units of its deviation. */
  private room(k: number, sign: number): number {
    const { d, L, mean, low, high } = this;
    let far = Infinity;
    for (let j = k; j < d; j++) {
      const step = sign * L[j][k];
      if (step !== 0) far = Math.min(far, ((step > 0 ? high[j] : low[j]) - mean[j]) / step);
    }
    return Math.max(far, Number.MIN_VALUE);
  }
}
