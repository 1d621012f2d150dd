/** How often 95 % intervals of a design hold what they are about. */
import type { Frame } from "../../lib/frame.ts";
import { confint } from "../../lib/inference/intervals/confint.ts";
import { LinearPredictors } from "../../lib/inference/predict/linear_predictor.ts";
import { predict } from "../../lib/inference/predict/predict.ts";
import { predictives } from "../../lib/inference/predict/prediction_interval.ts";
import { tidy } from "../../lib/inference/intervals/tidy.ts";
import { childSeed, seed } from "../../lib/math/random.ts";
import { fit } from "../../lib/model/fit.ts";
import type { Model } from "../../lib/model/result/model.ts";
import { dataOf, type Design, firstRow } from "./designs.ts";

/** Hits of one kind of interval among the runs that have one. */
export interface Coverage {
  readonly interval: string;
  readonly about: string;
  readonly hits: number;
  readonly runs: number;
  /**
   * The share that should be hit: the level, or, where limits are whole numbers, the mean probability between them that the
   * predictive distribution of the run gives.
   */
  readonly nominal: number;
  /** Held to the level and to the nominal share, or reported only. */
  readonly required: boolean;
}

// deno-lint-ignore no-explicit-any
type Row = any;

/** Not required: Wald z, and the profile of few groups' counts, for which no degrees of freedom are known. */
function isRequired(name: string, { options }: Design): boolean {
  return !name.startsWith("Wald") && !(options.family !== undefined && name === "profile: between");
}

/** Coverage of all intervals of a design. */
export function simulateCoverage(design: Design, runs: number, start = design.seed): Coverage[] {
  const seen = new Map<string, { hits: number; runs: number; nominal: number }>();
  const count: Count = (name, [low, high], truth, nominal = LEVEL) => {
    const s = seen.get(name) ?? { hits: 0, runs: 0, nominal: 0 };
    s.runs++;
    s.nominal += nominal;
    s.hits += Number(low <= truth && truth <= high);
    seen.set(name, s);
  };
  for (let run = 0; run < runs; run++) {
    const { y, same, fresh } = design.draw(seed(childSeed(start, run + 1)));
    const m = fit(design.formula, dataOf(design, y), design.options);
    coefficients(m, design, count);
    predictions(m, design, { same, fresh }, count);
  }
  return [...seen].map(([name, { hits, runs, nominal }]) => {
    const [interval, about] = name.split(": ");
    return { interval, about, hits, runs, nominal: nominal / runs, required: isRequired(name, design) };
  });
}

/** Level of the intervals. */
export const LEVEL = 0.95;

type Count = (name: string, limits: readonly [number, number], truth: number, nominal?: number) => void;

function coefficients(m: Model, design: Design, count: Count) {
  const [gaussian, profile] = [
    m.family.name === "gaussian",
    confint(m, { method: "profile", terms: [design.within[0], design.between[0]] }),
  ];
  for (const about of ["within", "between"] as const) {
    const [term, truth] = design[about],
      limits = (rows: Row[]): [number, number] => {
        const row = rows.find((r) =>
          r.term === term && (r.component ?? "cond") === "cond" && r.group === null
        );
        return [row.conf_low, row.conf_high];
      };
    if (gaussian) count(`Kenward-Roger: ${about}`, limits(tidy(m, { effects: "fixed" }).toRecords()), truth);
    count(`profile: ${about}`, limits(profile.toRecords()), truth);
    count(`Wald z: ${about}`, limits(tidy(m, { effects: "fixed", df: "asymptotic" }).toRecords()), truth);
  }
}

function predictions(
  m: Model,
  design: Design,
  { same, fresh }: { same: number; fresh: number },
  count: Count,
) {
  for (
    const [about, isNew, truth] of [["group in the data", false, same], ["new group", true, fresh]] as const
  ) {
    const options = { interval: "prediction", newLevels: "population" } as const,
      row = firstRow(design, isNew);
    const [{ conf_low: low, conf_high: high }] = predict(m, row, options).toRecords() as Row[];
    const nominal = m.family.discrete ? inside(m, row, low, high) : LEVEL;
    count(`prediction: ${about}`, [low, high], truth, nominal);
  }
}

/** Probability of low, …, high under the predictive distribution of a row. */
function inside(m: Model, row: Frame, low: number, high: number): number {
  const p = new LinearPredictors(m, row, "all", "population");
  const { cdf } = predictives(m, p, { trials: null, precision: null })(0)!;
  return cdf(high) - cdf(low - 1);
}

/** Is a required coverage wrong: less than was asked for, or more than the limits should hold? */
export function isOutside(c: Coverage): boolean {
  return c.required && (distance(c, LEVEL) < -3 || distance(c, c.nominal) > 3);
}

/** Standard errors of the Monte Carlo estimate between a coverage and what it should be. */
export function distance({ hits, runs }: Coverage, right: number): number {
  return (hits / runs - right) / Math.sqrt(right * (1 - right) / runs);
}
