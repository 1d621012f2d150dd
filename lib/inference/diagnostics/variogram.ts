/** How unlike residuals are, by their distance in time or space. */
import { checkOptions, type Kinds, kinds, noMore } from "../../check.ts";
import {
  type FigureMeta,
  type ResultFrame,
  resultFrame,
  type ResultKind,
  resultKind,
  type VariogramPlotOptions,
} from "../../display.ts";
import { readColumn, readNumeric } from "../../frame.ts";
import { quantileSorted, sortedNumbers } from "../../math/descriptive.ts";
import { type Random, seed as seeded } from "../../math/random.ts";
import type { Model } from "../../model/result/model.ts";
import { rowSolution, rowsToShow } from "../../model/result/sample.ts";
import { ownModel } from "../../model/result/model_argument.ts";
import { residualTerm } from "../../model/result/term_result.ts";
import { modelTitle } from "../../model/result/title.ts";
import { type Distance, DISTANCES, noCoordinates } from "../../model/structures/distance.ts";
import { type DistancePairs, distancePairs, semivariances } from "./distance_pairs.ts";
import { type RowResiduals, rowResiduals, type VariogramResiduals } from "./row_residuals.ts";

/**
 * Options of {@link variogram}.
 *
 * @category Checks
 */
export interface VariogramOptions {
  /** Where the rows are: a numeric column such as a time, or several such as `["x", "y"]`. */
  position: string | readonly string[];
  /** A column of groups: only rows of one group are compared, such as the times of one subject. */
  by?: string;
  /**
   * "pearson", "response": where a structure stands in the residual's place (option `residual` of fit) the residuals before it, whose
   * correlation the model describes; "normalized": what is left when that correlation is taken out (default there); "quantile": normal
   * scores of simulated residuals, for any family. Default "pearson" elsewhere, random effects included in the fitted values.
   */
  residuals?: VariogramResiduals;
  /** "euclidean" (default), or of longitude and latitude in degrees "great-circle" in km (default where a term of the model has it). */
  distance?: "euclidean" | "great-circle";
  /** Number of bins of equal width (15; where there are at most 24 distances each has its own). */
  bins?: number;
  /** Largest distance (all of one position; of several half of the largest). */
  maxDistance?: number;
  /** Permutations of the residuals behind the envelope (250). */
  n?: number;
  /** Whole number of 32 bits that starts the random numbers (123). */
  seed?: number;
  /** Level of the envelope at each distance (0.95). */
  level?: number;
}

const OPTIONS: Kinds<VariogramOptions> = {
  position: kinds.names,
  by: kinds.column,
  residuals: kinds.oneOf("pearson", "normalized", "quantile", "response"),
  distance: kinds.oneOf("euclidean", "great-circle"),
  bins: kinds.count,
  maxDistance: kinds.positive,
  n: kinds.count,
  seed: kinds.seed,
  level: kinds.level,
};

/** What the figure of a variogram says. */
export interface VariogramMeta extends FigureMeta {
  /** What distances are of: "distance in Days", "distance in km". */
  readonly axis: string;
  readonly residuals: VariogramResiduals;
}

/** Semivariances by distance. */
export const VARIOGRAM: ResultKind<VariogramMeta> = resultKind("variogram");

/** More pairs than this are not compared: of more rows an evenly spread part is taken. */
const MOST_PAIRS = 1e6;

/**
 * The empirical variogram of a model's residuals: half the mean squared difference of residuals by their distance, with an envelope from
 * permutations of the residuals, within groups where there are some. Points below it at short distances mean that near residuals are
 * alike: correlation that the model leaves. It draws itself.
 *
 * ```ts
 * import { dataset, fit, variogram } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("Reaction ~ Days + (1 | Subject)", await dataset("sleepstudy"));
 * variogram(model, { position: "Days", by: "Subject" });
 * ```
 *
 * @returns a row for each bin: `distance` (the mean of its pairs), `pairs`, `semivariance`, `low` and `high` of the envelope, and `model`,
 *   the semivariance that the model's own residual structure gives these pairs (of "pearson" and "response"; null without one)
 * @throws RangeError for a column that is missing or has missing values, for coordinates that are none, or where no two rows are compared
 * Source: Cressie (1993), Statistics for Spatial Data, section 2.4; Diggle & Ribeiro (2007), section 5.2, for the envelope; Pinheiro &
 * Bates (2000), section 5.3, for residuals of models with a structure. Checked against Variogram() of R's nlme.
 * @category Checks
 */
export function variogram(model: Model, options: VariogramOptions): ResultFrame<VariogramPlotOptions> {
  noMore("variogram", arguments, 2);
  model = ownModel(model, "variogram");
  checkOptions("variogram", options, OPTIONS, ["position"]);
  const { n = 250, seed = 123, level = 0.95 } = options, names = [options.position].flat();
  const type = options.residuals ?? (residualTerm(model.random) ? "normalized" : "pearson");
  const sphere = options.distance ?? (ofSphere(model) && names.length === 2 ? "great-circle" : "euclidean");
  const { pairs, groups, thinned } = pairsOf(model, names, sphere, options);
  const residual = rowResiduals(model, type, seed), found = semivariances(pairs, residual.values);
  const { low, high } = envelope(pairs, groups, residual.values, { n, seed, level });
  const columns = {
    distance: pairs.distance,
    pairs: pairs.count,
    semivariance: found,
    low,
    high,
    ...residual.covariance && { model: ofModel(pairs, residual.covariance) },
  };
  const outside = found.filter((v, b) => v < low[b] || v > high[b]).length;
  const meta: VariogramMeta = {
    title: modelTitle(model),
    level,
    residuals: type,
    axis: `distance in ${sphere === "great-circle" ? "km" : names.join(", ")}`,
    notes: [
      `${outside} of ${found.length} distances lie outside the envelope, where chance leaves ${
        Math.round(100 * (1 - level))
      } of 100.`,
      ...thinned ? [thinned] : [],
    ],
  };
  return resultFrame(VARIOGRAM, columns, meta) as ResultFrame<VariogramPlotOptions>;
}

/** Does a term of the model count along the earth? */
const ofSphere = ({ random }: Model) =>
  random.some(({ structureArguments: { distance } }) => distance === "great-circle" || distance === "chord");

/** The pairs that are compared, and the rows of every group. */
function pairsOf(
  model: Model,
  names: readonly string[],
  sphere: keyof typeof DISTANCES,
  { by, bins, maxDistance }: VariogramOptions,
) {
  const data = rowsToShow(model), what = "Cannot make a variogram";
  const columns = names.map((name) => readNumeric(data, name)),
    { rows } = rowSolution(model, "a variogram").design;
  const places = Array.from(rows, (_, i) => columns.map((column) => column[i]));
  const bad = places.findIndex((place) => !place.every(Number.isFinite));
  if (bad >= 0) {
    throw new RangeError(
      `${what}: "${names[places[bad].findIndex((v) => !Number.isFinite(v))]}" has no value in row ${
        rows[bad]
      }`,
    );
  }
  const wrong = sphere === "great-circle" ? noCoordinates(places) : undefined;
  if (wrong) {
    throw new RangeError(
      `${what} of great-circle distances: positions should be longitude and latitude in degrees, and (${
        wrong.join(", ")
      }) is none`,
    );
  }
  const { groups, thinned } = groupsOf(data, by, rows.length), metric: Distance = DISTANCES[sphere];
  const distance = (i: number, j: number) => metric(places[i], places[j]);
  const most = maxDistance ?? (names.length > 1 ? diameter(groups, distance) / 2 : Infinity);
  const pairs = distancePairs(groups, distance, most, bins);
  if (pairs.count.length > 0) return { pairs, groups, thinned };
  throw new RangeError(
    `${what}: no two rows${by === undefined ? "" : ` of one ${by}`}${
      maxDistance === undefined ? "" : ` are at most ${maxDistance} apart`
    }${maxDistance === undefined ? " are there to compare" : ""}`,
  );
}

/** Rows by group; where they make too many pairs every k-th row. */
function groupsOf(data: ReturnType<typeof rowsToShow>, by: string | undefined, n: number) {
  const column = by === undefined ? null : readColumn(data, by);
  const of = (i: number) =>
    column === null ? 0 : column.kind === "factor" ? column.codes[i] : column.values[i];
  const all = [...Map.groupBy(Array.from({ length: n }, (_, i) => i), of).values()];
  const pairs = all.reduce((sum, rows) => sum + rows.length * (rows.length - 1) / 2, 0);
  if (pairs <= MOST_PAIRS) return { groups: all, thinned: null };
  const step = Math.sqrt(pairs / MOST_PAIRS);
  const groups = all.map((rows) =>
    Array.from({ length: Math.floor(rows.length / step) }, (_, k) => rows[Math.floor(k * step)])
  );
  return { groups, thinned: `${groups.flat().length} of ${n} rows were used, evenly spread over the data.` };
}

/** The largest distance of two rows of a group. */
function diameter(
  groups: readonly (readonly number[])[],
  distance: (i: number, j: number) => number,
): number {
  let most = 0;
  for (const rows of groups) {
    for (let a = 1; a < rows.length; a++) {
      for (let b = 0; b < a; b++) most = Math.max(most, distance(rows[a], rows[b]));
    }
  }
  return most;
}

/** Half of V_ii + V_jj − 2 V_ij, averaged over the pairs of a bin. */
function ofModel(
  { i, j, bin, count }: DistancePairs,
  covariance: NonNullable<RowResiduals["covariance"]>,
): Float64Array {
  const out = new Float64Array(count.length);
  bin.forEach((b, k) => {
    out[b] += (covariance(i[k], i[k]) + covariance(j[k], j[k])) / 2 - covariance(i[k], j[k]);
  });
  return out.map((v, b) => v / count[b]);
}

/** The middle share of semivariances of residuals that are shuffled within their groups, at every distance by itself. */
function envelope(
  pairs: DistancePairs,
  groups: readonly (readonly number[])[],
  residual: Float64Array,
  { n, seed, level }: { n: number; seed: number; level: number },
) {
  const random = seeded(seed), shuffled = residual.slice(), B = pairs.count.length;
  const all = Array.from({ length: B }, () => new Float64Array(n));
  for (let s = 0; s < n; s++) {
    for (const rows of groups) shuffle(shuffled, rows, random);
    semivariances(pairs, shuffled).forEach((v, b) => all[b][s] = v);
  }
  const at = (p: number) => Float64Array.from(all, (values) => quantileSorted(sortedNumbers(values), p));
  return { low: at((1 - level) / 2), high: at((1 + level) / 2) };
}

/** Fisher and Yates' shuffle of the entries of some rows. */
function shuffle(values: Float64Array, rows: readonly number[], random: Random): void {
  for (let a = rows.length - 1; a > 0; a--) {
    const b = Math.floor(random.uniform() * (a + 1)), kept = values[rows[a]];
    values[rows[a]] = values[rows[b]];
    values[rows[b]] = kept;
  }
}
