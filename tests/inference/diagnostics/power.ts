/**
 * Rejection rates of the residual tests on well-specified models and on planted faults, beside DHARMa's
 * (tests/reference/diagnostics_power.csv; tests/reference/make/90_diagnostics_power.R defines the scenarios):
 *
 *   deno run -A tests/inference/diagnostics/power.ts 400 [scenario …]
 */
import { pl } from "../../../lib/frame.ts";
import { dispersion } from "../../../lib/inference/diagnostics/dispersion.ts";
import { zeroInflation } from "../../../lib/inference/diagnostics/generic.ts";
import { outliers } from "../../../lib/inference/diagnostics/outliers.ts";
import { quantileTest } from "../../../lib/inference/diagnostics/quantiles.ts";
import { simulateResiduals } from "../../../lib/inference/diagnostics/simulate_residuals.ts";
import { stateOf } from "../../../lib/inference/diagnostics/state.ts";
import { temporal } from "../../../lib/inference/diagnostics/temporal.ts";
import { uniformity } from "../../../lib/inference/diagnostics/uniformity.ts";
import { type Random, seed } from "../../../lib/math/random.ts";
import { fit, type FitOptions } from "../../../lib/model/fit.ts";

const N = 200, GROUPS = 20;
type Columns = Record<string, number[] | string[]>;

/** 200 rows in 20 groups, interleaved or in blocks; y by a function of x and the group's effect. */
function data(
  random: Random,
  sd: number,
  y: (x: number, u: number, i: number) => number,
  blocks = false,
): Columns {
  const u = Array.from({ length: GROUPS }, () => sd * random.normal());
  const x = Array.from({ length: N }, () => 2 * random.uniform() - 1);
  const g = x.map((_, i) => blocks ? Math.floor(i / (N / GROUPS)) : i % GROUPS);
  return { x, g: g.map((k) => `g${k}`), y: x.map((v, i) => y(v, u[g[i]], i)) };
}

const poisson: FitOptions = { family: "poisson" };
export const scenarios: Record<
  string,
  (r: Random) => { data: Columns; formula?: string; options?: FitOptions }
> = {
  null_gaussian: (r) => ({ data: data(r, 0.5, (x, u) => 1 + x + u + r.normal()) }),
  null_poisson: (r) => ({ data: data(r, 0.3, (x, u) => r.poisson(Math.exp(0.5 + x + u))), options: poisson }),
  null_binomial: (r) => {
    const d = data(r, 0.5, (x, u) => r.binomial(10, 1 / (1 + Math.exp(-x - u))));
    return {
      data: { ...d, f: (d.y as number[]).map((y) => 10 - y) },
      formula: "cbind(y, f) ~ x + (1 | g)",
      options: { family: "binomial" },
    };
  },
  overdispersion: (r) => ({
    data: data(r, 0.3, (x, u) => r.negativeBinomial(3, Math.exp(0.5 + x + u))),
    options: poisson,
  }),
  zero_inflation: (r) => ({
    data: data(r, 0.3, (x, u) => r.poisson(Math.exp(1 + x + u)) * Number(r.uniform() < 0.85)),
    options: poisson,
  }),
  missing_quadratic: (r) => ({ data: data(r, 0.5, (x, u) => 1 + 0.5 * x + 1.5 * x * x + u + r.normal()) }),
  heteroscedastic: (r) => ({ data: data(r, 0.5, (x, u) => 1 + x + u + Math.exp(0.5 * x) * r.normal()) }),
  autocorrelation: (r) => {
    let e = r.normal() / Math.sqrt(1 - 0.09);
    return { data: data(r, 0.5, (x, u) => 1 + x + u + (e = 0.3 * e + r.normal()), true) };
  },
  heavy_tails: (r) => ({ data: data(r, 0.5, (x, u) => 1 + x + u + r.studentT(3)) }),
};

/** Shares of repetitions with p < 0.05, by test. */
export function rejectionRates(name: string, repetitions: number): Record<string, number> {
  const count: Record<string, number> = {};
  for (let i = 0; i < repetitions; i++) {
    const { data: columns, formula = "y ~ x + (1 | g)", options = {} } = scenarios[name](seed(1000 + i));
    const model = fit(formula, pl.DataFrame(columns), options);
    const state = stateOf(simulateResiduals(model, { n: 250, seed: i + 1 }), "test");
    const p: Record<string, number> = {
      uniformity: uniformity(state).pValue,
      dispersion: dispersion(state).row.pValue,
      outliers: outliers(state).row.pValue,
      zero: state.integer ? zeroInflation(state).pValue : 1,
      quantiles: quantileTest(state, undefined).pValue,
      temporal: temporal(state.residual, "time", state).pValue,
    };
    for (const [test, value] of Object.entries(p)) count[test] = (count[test] ?? 0) + Number(value < 0.05);
  }
  return Object.fromEntries(Object.entries(count).map(([test, k]) => [test, k / repetitions]));
}

if (import.meta.main) {
  const [repetitions = "400", ...chosen] = Deno.args,
    names = chosen.length > 0 ? chosen : Object.keys(scenarios);
  const csv = await Deno.readTextFile(new URL("../../reference/diagnostics_power.csv", import.meta.url));
  const [header, ...rows] = csv.trim().split("\n").map((line) => line.replaceAll('"', "").split(","));
  for (const name of names) {
    const theirs = rows.find((row) => row[0] === name)!, ours = rejectionRates(name, Number(repetitions));
    const shown = Object.entries(ours).map(([test, rate]) =>
      `${test} ${rate.toFixed(4)} (${Number(theirs[header.indexOf(test)]).toFixed(4)})`
    );
    console.log(name.padEnd(18), shown.join("  "));
  }
}
