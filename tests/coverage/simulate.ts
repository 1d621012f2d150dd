/** How often 95 % intervals of a design hold what they are about. */
import { confint } from "../../lib/inference/intervals/confint.ts";
import { predict } from "../../lib/inference/predict/predict.ts";
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
  /** Within three Monte Carlo standard errors of 95 %, or reported only. */
  readonly required: boolean;
}

// deno-lint-ignore no-explicit-any
type Row = any;

const REQUIRED = [
  "Kenward-Roger: within",
  "Kenward-Roger: between",
  "profile: within",
  "prediction: group in the data",
  "prediction: new group",
];

/** Coverage of all intervals of a design. */
export function simulateCoverage(design: Design, runs: number, start = design.seed): Coverage[] {
  const hits = new Map<string, number>(), seen = new Map<string, number>();
  const count = (name: string, [low, high]: readonly [number, number], truth: number) => {
    seen.set(name, (seen.get(name) ?? 0) + 1);
    hits.set(name, (hits.get(name) ?? 0) + Number(low <= truth && truth <= high));
  };
  for (let run = 0; run < runs; run++) {
    const { y, same, fresh } = design.draw(seed(childSeed(start, run + 1)));
    const m = fit(design.formula, dataOf(design, y), design.options);
    coefficients(m, design, count);
    predictions(m, design, { same, fresh }, count);
  }
  return [...seen].map(([name, n]) => {
    const [interval, about] = name.split(": ");
    return {
      interval,
      about,
      hits: hits.get(name)!,
      runs: n,
      required: REQUIRED.includes(name),
    };
  });
}

type Count = (name: string, limits: readonly [number, number], truth: number) => void;

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
    const options = { interval: "prediction", newLevels: "population" } as const;
    const [row] = predict(m, firstRow(design, isNew), options).toRecords() as Row[];
    count(`prediction: ${about}`, [row.conf_low, row.conf_high], truth);
  }
}

/** Is a required coverage wrong? Limits of counts are whole numbers and cover 95 % at least: too much is no fault there. */
export function isOutside(c: Coverage, design: Design): boolean {
  const discrete = design.options.family !== undefined && c.interval === "prediction";
  return c.required && (distance(c) < -3 || (!discrete && distance(c) > 3));
}

/** Standard errors of the Monte Carlo estimate between a coverage and 95 %. */
export function distance({ hits, runs }: Coverage): number {
  return (hits / runs - 0.95) / Math.sqrt(0.95 * 0.05 / runs);
}
