/** What was observed against what the model predicts, group by group. */
import { alone, checkOptions, type Kinds, kinds, noMore } from "../../check.ts";
import {
  type FigureMeta,
  type ResultFrame,
  resultFrame,
  type ResultKind,
  resultKind,
} from "../../display.ts";
import { type Column, readColumn } from "../../frame.ts";
import type { SketchVariable } from "../../formula/sketch.ts";
import { columnValue } from "../../formula/values.ts";
import { mean, quantileSorted, sortedNumbers, standardDeviation } from "../../math/descriptive.ts";
import { stepwise } from "../../math/stepwise.ts";
import type { Model } from "../../model/result/model.ts";
import { rowsToShow } from "../../model/result/sample.ts";
import { ownModel } from "../../model/result/model_argument.ts";
import { modelTitle } from "../../model/result/title.ts";
import { groupColumns, type Grouping, groupRows } from "../describe/groups.ts";
import { countedValues } from "./counted_values.ts";
import { isBinary, type PredictiveCheck, predictiveChecks } from "./predictive.ts";
import { simulateResiduals } from "./simulate_residuals.ts";
import { type ResidualState, responseOf, stateOf } from "./state.ts";
import { empiricalP } from "./test_frame.ts";

/**
 * Options of {@link checkPredictions}.
 *
 * @category Checks
 */
export interface CheckPredictionsOptions {
  /** Columns whose combinations of values make the groups; without them all rows are one. */
  by?: string | string[];
  /** Number of simulations (250). */
  n?: number;
  /** Whole number of 32 bits that starts their random numbers (123). */
  seed?: number;
}

const OPTIONS: Kinds<CheckPredictionsOptions> = { by: kinds.names, n: kinds.count, seed: kinds.seed };

/** A statistic of a group, observed and simulated. */
export interface PredictedStatistic {
  readonly group: number;
  readonly statistic: string;
  readonly observed: number;
  readonly expected: number;
  readonly low: number;
  readonly high: number;
  readonly pValue: number;
  /** Off by more than chance, after Holm's adjustment for the number of rows. */
  readonly off: boolean;
}

/** What the figure knows. */
export interface PredictionCheckMeta extends FigureMeta {
  readonly labels: readonly string[];
  /** The columns that make the groups. */
  readonly by: readonly string[];
  /** Their levels in each group. */
  readonly levels: readonly (readonly string[])[];
  readonly rows: readonly PredictedStatistic[];
  /** What to do where the simulations are too few to find anything after adjustment. */
  readonly tooFew: string | null;
  /** The distribution in each group; none of 0 and 1, which their share says all of. */
  readonly distributions: readonly PredictiveCheck[] | null;
}

/** Checks of predictions. */
export const PREDICTION_CHECK: ResultKind<PredictionCheckMeta> = resultKind("predictionCheck");

/** Share of right models in which a comparison may be called off. */
const LEVEL = 0.05;
/** Groups; more than these nobody could read. */
const MOST_GROUPS = 200;

/**
 * Posterior-predictive check by group: simulates responses from the model, random effects at their modes, and compares mean, standard
 * deviation and the number of zeros (of counts) or of exact zeros and ones (of shares and hurdles) with what was observed in each group. It draws the distributions of up to twelve groups
 * with the band of simulated ones, of more groups their means.
 *
 * ```ts
 * import { checkPredictions, dataset, fit } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("count ~ spp + mined + (1 | site)", await dataset("Salamanders"), { family: "nbinom2" });
 * checkPredictions(model, "mined"); // a panel for each
 * checkPredictions(model, { by: ["spp", "mined"], n: 500 }).plot();
 * ```
 *
 * @param given options, or the column that makes the groups
 * @returns per group and statistic: the groups' columns, `statistic` ("mean", "sd", "zeros", "ones"), `observed`, `expected` (median of the
 *   simulations), `low`, `high` (their middle 95 %), `p_value` (two-sided share of simulations, not adjusted)
 * @throws {RangeError} for a name that is no column, and more groups than anyone reads
 * Source: Gelman, Meng & Stern (1996), Stat. Sinica 6:733–760.
 * @category Checks
 */
export function checkPredictions(model: Model, given: CheckPredictionsOptions | string = {}): ResultFrame {
  noMore("checkPredictions", arguments, 2);
  const options = alone<CheckPredictionsOptions>(given, "by");
  model = ownModel(model, "checkPredictions");
  checkOptions("checkPredictions", options, OPTIONS);
  const { by = [], n = 250, seed = 123 } = options,
    state = stateOf(simulateResiduals(model, { n, seed }), "check");
  const data = rowsToShow(model);
  const variables = [by].flat().map((name): SketchVariable => {
    const column: Column = readColumn(data, name);
    return { name, value: columnValue(column), trials: null };
  });
  const grouping = groupRows(variables, state.residual.length), { groups } = grouping;
  if (groups.length > MOST_GROUPS) {
    throw new RangeError(
      `Cannot check predictions by ${
        [by].flat().join(", ")
      }: that makes ${groups.length} groups, at most ${MOST_GROUPS} can be read`,
    );
  }
  const rows = statistics(state, grouping), binary = isBinary(state), tooFew = fewSimulations(rows.length, n);
  return resultFrame(PREDICTION_CHECK, {
    ...groupColumns(grouping, rows.map(({ group }) => group)),
    statistic: rows.map(({ statistic }) => statistic),
    observed: Float64Array.from(rows, (row) => row.observed),
    expected: Float64Array.from(rows, (row) => row.expected),
    low: Float64Array.from(rows, (row) => row.low),
    high: Float64Array.from(rows, (row) => row.high),
    p_value: Float64Array.from(rows, (row) => row.pValue),
  }, {
    title: modelTitle(model),
    response: model.response,
    labels: groups.map(({ labels }) => labels.join(", ")),
    by: grouping.names,
    levels: groups.map(({ labels }) => labels),
    rows,
    tooFew,
    distributions: binary ? null : predictiveChecks(state, groups.map((group) => group.rows)),
    leastP: rows.map(() => 1 / n),
    table: {
      mixed: {
        columns: ["observed", "expected", "low", "high"],
        of: rows.map(({ statistic }) => statistic),
        counts: ["zeros", "ones"],
        errors: rows.map(({ low, high }) => (high - low) / 4),
      },
    },
    notes: [`${n} conditional simulations, seed ${seed}.`, tooFew ?? multiplicity(rows, grouping)],
  });
}

/** The least p-value of n simulations, 1/n, times the comparisons has to reach the level. */
function fewSimulations(comparisons: number, n: number): string | null {
  const needed = Math.ceil(comparisons / LEVEL);
  return n < needed
    ? `For ${comparisons} comparisons ${n} simulations find nothing: take n of ${needed} or more.`
    : null;
}

function multiplicity(rows: readonly PredictedStatistic[], { groups }: Grouping): string {
  const off = rows.filter((row) => row.off)
    .map(({ group, statistic }) => [groups[group].labels.join(", "), statistic].filter(Boolean).join(": "));
  return off.length === 0
    ? `Nothing is off after adjustment for ${rows.length} comparisons (Holm).`
    : `Off after adjustment for ${rows.length} comparisons (Holm): ${off.slice(0, 8).join("; ")}${
      off.length > 8 ? ` and ${off.length - 8} more` : ""
    }.`;
}

const howMany = (value: number) => (y: Float64Array) => y.reduce((k, v) => k + Number(v === value), 0);

/** Number of zeros, and of ones, where they have probabilities of their own. */
function exactValues(state: ResidualState): Record<string, (y: Float64Array) => number> {
  if (isBinary(state)) return {};
  return Object.fromEntries(countedValues(state).map((v) => [v === 0 ? "zeros" : "ones", howMany(v)]));
}

/** Every statistic of every group, observed and of the simulations. */
function statistics(state: ResidualState, { groups }: Grouping): PredictedStatistic[] {
  const { trials } = state;
  const of: Record<string, (y: Float64Array) => number> = {
    mean,
    ...(isBinary(state) ? {} : { sd: standardDeviation }),
    ...exactValues(state),
  };
  const names = Object.keys(of), observed = responseOf(state), S = state.simulations.count;
  const values = groups.map(() => names.map(() => new Float64Array(S)));
  state.simulations.each((y, s) =>
    groups.forEach(({ rows }, g) => {
      const own = Float64Array.from(rows, (i) => trials ? y[i] / trials[i] : y[i]);
      names.forEach((name, k) => values[g][k][s] = of[name](own));
    })
  );
  const rows = groups.flatMap((group, g) =>
    names.map((statistic, k) => {
      const seen = of[statistic](Float64Array.from(group.rows, (i) => observed[i]));
      const sorted = sortedNumbers(values[g][k].filter((v) => v === v));
      return {
        group: g,
        statistic,
        observed: seen,
        expected: quantileSorted(sorted, 0.5),
        low: quantileSorted(sorted, 0.025),
        high: quantileSorted(sorted, 0.975),
        pValue: sorted.length > 0 ? empiricalP(sorted, seen, "two.sided") : NaN, // of one row there is no spread
      };
    })
  );
  // what simulations cannot tell from 0 counts as their least p-value, so that few simulations never find what is off
  const adjusted = stepwise(
    "holm",
    rows.map(({ pValue }) => Number.isNaN(pValue) ? 1 : Math.max(pValue, 1 / S)),
  );
  return rows.map((row, i) => ({ ...row, off: adjusted[i] <= LEVEL }));
}
