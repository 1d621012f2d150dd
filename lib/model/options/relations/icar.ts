/** Neighbours on a map: the intrinsic conditional autoregression. */
import { checkOptions, describe, type Kinds, kinds, noMore } from "../../../check.ts";
import { Cholesky } from "../../../math/cholesky.ts";
import { blockPattern, entriesOf } from "../../../math/sparse.ts";
import type { Known, SquareMatrix } from "../known_precision.ts";

/**
 * Options of {@link icar}.
 *
 * @category Fit
 */
export interface IcarOptions {
  /**
   * Scales every component of the graph so that the geometric mean of its variances is 1: the standard deviation is then that of a
   * typical region, and islands have effects of that size. Default false, Besag's own.
   */
  scaled?: boolean;
}

/**
 * A map: the neighbours of every region, `{ north: ["east", "west"], … }`, or labels and a symmetric matrix of weights, 0 where two
 * regions are no neighbours.
 *
 * @category Fit
 */
export type NeighbourGraph =
  | Readonly<Record<string, readonly string[]>>
  | { readonly labels: readonly string[]; readonly adjacency: SquareMatrix };

const OPTIONS: Kinds<IcarOptions> = { scaled: kinds.flag };

/** Precision of the sum of a component, which holds it at 0: its standard deviation is 10⁻⁴ of a region's. */
const TIED = 1e8;
/**
 * Of many components, those of up to so many regions have their sums in the entries of their pairs: beside 10⁸ these lose half of their
 * digits, but every sum beside them takes two solves for each factor.
 */
const FEW = 20, PAIRS = 30;

/**
 * What a map says of its regions, for the option `known` of {@link fit}: with `known: { region: icar(neighbours) }` the effects of
 * `(1 | region)` are an intrinsic conditional autoregression, each region's effect given the others normal about the (weighted) mean
 * of its neighbours with variance σ²/(sum of weights). Their precision is Q/σ² with Q = diag(W1) − W, which leaves the level of every
 * connected component open; the effects of a component sum to 0 (their covariance is σ² times the generalised inverse of Q), and
 * the level of the map is the fixed intercept. Components share that; where they differ in level, give them a factor in the fixed
 * effects. An island, a region without neighbours, then has effect 0 (of a typical size with `scaled`). Regions without rows are
 * predicted from their neighbours. A chain of regions is a random walk.
 *
 * ```ts
 * import { fit, icar, pl, ranef } from "@tidyglmm/tidyglmm";
 *
 * const map = icar({ a: ["b", "c"], b: ["a", "c", "d"], c: ["a", "b"], d: ["b", "e"], e: ["d"] });
 * const cases = pl.DataFrame({ region: ["a", "b", "c", "d", "e"], n: [12, 9, 11, 4, 2] });
 * ranef(fit("n ~ 1 + (1 | region)", cases, { family: "poisson", known: { region: map } }));
 * ```
 *
 * @returns labels and the entries of the precision: those of neighbours, beside the precision of the sum of every component (where there are many,
 *   of all pairs of regions in the small ones), so that the work grows as that of a sparse matrix
 * @throws RangeError for a neighbour that is no region, that is not mutual, or for weights that are not symmetric and positive
 * Source: Besag (1974), J. R. Stat. Soc. B 36:192–236; Freni-Sterrantino, Ventrucci & Rue (2018), Spat. Spatio-temporal Epidemiol.
 * 26:25–34, for graphs that are not connected.
 * @category Fit
 */
export function icar(graph: NeighbourGraph, options: IcarOptions = {}): Extract<Known, { entries: unknown }> {
  noMore("icar", arguments, 2);
  checkOptions("icar", options, OPTIONS);
  const { labels, weights } = readGraph(graph),
    rows: number[] = [],
    cols: number[] = [],
    values: number[] = [];
  const add = (i: number, j: number, v: number) => {
    rows.push(Math.max(i, j));
    cols.push(Math.min(i, j));
    values.push(v);
  };
  const sums: { members: number[]; precision: number }[] = [];
  const all = components(weights), few = all.filter(({ length }) => length > 1).length <= FEW;
  for (const members of all) {
    const size = members.length, scale = options.scaled ? typicalVariance(members, weights) : 1;
    const alone = options.scaled && size === 1, tied = alone ? 0 : scale * TIED / size;
    const apart = size > 1 && (few || size > PAIRS), each = apart ? 0 : tied;
    if (apart) sums.push({ members, precision: tied });
    members.forEach((i, a) => {
      const sum = [...weights[i].values()].reduce((s, w) => s + w, 0);
      add(i, i, alone ? 1 : scale * sum + each);
      const others = apart ? [...weights[i].keys()].filter((j) => j < i) : members.slice(0, a);
      for (const j of others) add(i, j, each - scale * (weights[i].get(j) ?? 0));
    });
  }
  return {
    labels,
    entries: { rows: Int32Array.from(rows), cols: Int32Array.from(cols), values: Float64Array.from(values) },
    ...(sums.length > 0 ? { sums } : {}),
  };
}

/** Labels, and for each the weights of its neighbours. */
interface Weights {
  readonly labels: readonly string[];
  readonly weights: readonly ReadonlyMap<number, number>[];
}

function readGraph(graph: NeighbourGraph): Weights {
  if (typeof graph !== "object" || graph === null) {
    throw new TypeError(
      `Cannot read the map: it is ${
        describe(graph)
      }, it should be { region: [its neighbours], … } or { labels, adjacency }`,
    );
  }
  return "adjacency" in graph && Array.isArray(graph.labels)
    ? fromMatrix(graph as Extract<NeighbourGraph, { adjacency: SquareMatrix }>)
    : fromLists(graph as Readonly<Record<string, readonly string[]>>);
}

function fromLists(graph: Readonly<Record<string, readonly string[]>>): Weights {
  const labels = Object.keys(graph), place = new Map(labels.map((label, k) => [label, k]));
  const weights = labels.map((label) => {
    const list = graph[label];
    if (!Array.isArray(list)) {
      throw new TypeError(
        `Cannot read the map: the neighbours of "${label}" are ${describe(list)}, they should be a list`,
      );
    }
    return new Map(list.map((given): [number, number] => {
      const other = String(given), k = place.get(other);
      if (k === undefined) {
        throw new RangeError(
          `Cannot read the map: "${label}" has the neighbour "${other}", which is no region of the map`,
        );
      }
      if (other === label) throw new RangeError(`Cannot read the map: "${label}" is its own neighbour`);
      if (!graph[other].map(String).includes(label)) {
        throw new RangeError(
          `Cannot read the map: "${label}" has the neighbour "${other}", but "${other}" does not have "${label}"`,
        );
      }
      return [k, 1];
    }));
  });
  return checked({ labels, weights });
}

function fromMatrix(
  { labels: given, adjacency }: Extract<NeighbourGraph, { adjacency: SquareMatrix }>,
): Weights {
  const rows = "to2DArray" in adjacency ? adjacency.to2DArray() : adjacency,
    labels = given.map(String),
    n = labels.length;
  if (rows.length !== n || rows.some((row) => row.length !== n)) {
    throw new RangeError(
      `Cannot read the map: the adjacency has ${rows.length} × ${
        rows[0]?.length ?? 0
      } entries, there are ${n} labels`,
    );
  }
  const weights = labels.map(() => new Map<number, number>());
  rows.forEach((row, i) =>
    row.forEach((v, j) => {
      const w = Number(v), pair = `"${labels[i]}", "${labels[j]}"`;
      if (!(w >= 0 && w < Infinity)) {
        throw new RangeError(`Cannot read the map: the weight of ${pair} is ${v}`);
      }
      if (w !== Number(rows[j][i])) {
        throw new RangeError(
          `Cannot read the map: the weights of ${pair} are ${v} and ${rows[j][i]}, they should be the same`,
        );
      }
      if (i === j && w > 0) throw new RangeError(`Cannot read the map: "${labels[i]}" is its own neighbour`);
      if (w > 0) weights[i].set(j, w);
    })
  );
  return checked({ labels, weights });
}

function checked(graph: Weights): Weights {
  if (graph.weights.some((own) => own.size > 0)) return graph;
  throw new RangeError("Cannot read the map: no region has a neighbour");
}

/** Regions that are connected, component by component. */
function components(weights: Weights["weights"]): number[][] {
  const seen = new Uint8Array(weights.length), out: number[][] = [];
  weights.forEach((_, from) => {
    if (seen[from]) return;
    seen[from] = 1;
    const members = [from];
    for (let k = 0; k < members.length; k++) {
      for (const j of weights[members[k]].keys()) {
        if (seen[j]) continue;
        seen[j] = 1;
        members.push(j);
      }
    }
    out.push(members);
  });
  return out;
}

/** Geometric mean of the diagonal of the generalised inverse of Q of a component: that of (Q + κ11ᵀ)⁻¹ less 1/κn². */
function typicalVariance(members: readonly number[], weights: Weights["weights"]): number {
  const n = members.length, place = new Map(members.map((i, k) => [i, k]));
  if (n === 1) return 1;
  const rows: number[] = [], cols: number[] = [], values: number[] = [];
  const diagonal = Float64Array.from(members, (i) => [...weights[i].values()].reduce((s, w) => s + w, 0));
  members.forEach((i, a) =>
    weights[i].forEach((w, other) => {
      const b = place.get(other)!;
      if (b >= a) return;
      rows.push(a);
      cols.push(b);
      values.push(-w);
    })
  );
  const kappa = diagonal[0] / n, tie = { nodes: Int32Array.from(members.keys()), precision: kappa, pin: 0 };
  const pattern = blockPattern(
    new Int32Array(n).fill(1),
    Int32Array.from(rows),
    Int32Array.from(cols),
    null,
    [
      { ...tie, pinned: diagonal[0] },
    ],
  );
  const factor = new Cholesky(pattern), inverse = new Float64Array(entriesOf(pattern));
  diagonal[0] *= 2;
  factor.factor(Float64Array.from([...diagonal, ...values]));
  factor.selectedInverse(inverse);
  return Math.exp(members.reduce((s, _, a) => s + Math.log(inverse[a] - 1 / (kappa * n * n)), 0) / n);
}
