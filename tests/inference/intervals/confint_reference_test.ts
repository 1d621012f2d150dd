/**
 * Wald and profile intervals against lme4 and glmmTMB: limits to 1e-3 of the interval's width (the peers interpolate their
 * profiles and say 1e-3); standard deviations and correlations included.
 */
import assert from "node:assert/strict";
import { confint } from "../../../lib/inference/intervals/confint.ts";
import { referenceCase, referenceCaseIds } from "../../reference/load.ts";
import { refit, waitsFor } from "../../reference/refit.ts";

// deno-lint-ignore no-explicit-any
type Row = any;

/** Known differences: case, method, parameter → cause. One that no longer differs fails the test. */
const KNOWN: Record<string, string> = {
  "Salamanders_hurdle_nbinom1 wald cond.(Intercept)":
    "runs to −∞ (see tests/reference/known_differences.ts): glmmTMB stops at −14",
  "Salamanders_hurdle_nbinom1 wald cond.minedno": "runs to ∞, likewise",
  "Oats_splitplot_lmer profile sd_(Intercept)|Block":
    "lme4 interpolates its profile by splines: 1.3e-3 of the width",
  "blood_pressure_lmer profile sd_(Intercept)|patient_id":
    "lme4's limit has a root deviance of 1.9565, ours of 1.95996 (evaluated with dense algebra)",
  "blood_pressure_lmer_ml profile sd_(Intercept)|patient_id": "as in the REML fit",
  "blood_pressure_lmer profile (Intercept)":
    "lme4's profile of the singular REML fit differs from that of its own ML fit, which ours equals",
  "epil2_nbinom2 wald Std.Dev.Visit|subject": "a standard deviation near 0: limits 1e-26 and 1e21",
  "dragons_one_level wald Cor.bodyLength_sc.(Intercept)|one":
    "both variances are 0, so there is no correlation",
  "hetero_disp wald disp.(Intercept)":
    "glmmTMB 1.1.5 models log variance, we log standard deviation (as glmmTMB since 1.1.9)",
  "hetero_disp wald disp.x": "as above",
  "hetero_tmb_weights wald (Intercept)":
    "glmmTMB's standard errors include those of the variances; ours are lme4's",
  "hetero_tmb_weights wald x": "as above",
};

/** The row of ours that a peer's parameter name means; undefined for glmmTMB's internal parameters. */
function find(name: string, rows: Row[]): Row | null | undefined {
  if (/theta_/.test(name)) return undefined;
  const [, part = "cond", key] = name.match(/^(?:(cond|zi|disp)\.)?(.*)$/)!;
  const bare = (g: string | null) => g?.replace(/\.\d$/, "");
  const sd = key.match(/^(?:sd_|Std\.Dev\.)(.*)\|(.*)$/), cor = key.match(/^(?:cor_|Cor\.)(.*)\|(.*)$/);
  const structured = rows.find((r) => /^(rho|range)__/.test(r.term))?.term.split("__")[1];
  if (structured !== undefined && (sd || cor)) { // the peer names every position's standard deviation and every pair's correlation
    return rows.find((r) => sd ? r.term === `sd__${structured}` : r.term === `rho__${structured}`);
  }
  const days = cor?.[1].match(/(\d+)\D+(\d+)$/), lagged = rows.some((r) => r.term.startsWith("cor__toep"));
  if (lagged && days) { // a correlation of its own for every distance in time
    return rows.find((r) => r.term === `cor__toep.${Number(days[1]) - Number(days[2])}`) ?? null;
  }
  const is = sd
    ? (r: Row) => r.term === `sd__${sd[1]}` && bare(r.group) === bare(sd[2]) && r.component === part
    : cor
    ? (r: Row) => correlates(r.term, cor[1], rows) && r.group === cor[2] && r.component === part
    : key === "sigma"
    ? (r: Row) => r.component === "disp"
    : (r: Row) => r.term === key && r.component === part && r.group === null;
  return rows.find(is) ?? null;
}

/** A correlation of the first two positions, which is ρ. */
const NEIGHBOURS = /^Cor\.(periodF2\.periodF1|factor\(Days\)1\.factor\(Days\)0)\|/;

/** Is a term the correlation that the peer calls "second.first"? The only one of a group is meant however it is called. */
function correlates(term: string, name: string, rows: Row[]): boolean {
  if (!term.startsWith("cor__")) return false;
  if (rows.filter((r) => r.term.startsWith("cor__")).length === 1) return true;
  const pair = term.slice(5), cuts = [...pair].flatMap((c, i) => c === "." ? [i] : []);
  return cuts.some((i) => `${pair.slice(i + 1)}.${pair.slice(0, i)}` === name);
}

for (const id of referenceCaseIds()) {
  const c = await referenceCase(id);
  if (waitsFor(c) || !c.confint) continue;
  Deno.test(`confint: ${id}`, async () => {
    const m = await refit(c);
    for (const method of ["wald", "profile"] as const) {
      const expected = c.confint[method];
      if (!expected) continue;
      // the peers' intervals are z; ours take the model's degrees of freedom unless told otherwise
      const rows = confint(m, { method, df: "asymptotic" })
        .toRecords() as Row[];
      expected.names.forEach((name: string, i: number) => {
        const [low, high] = [expected.lower[i], expected.upper[i]],
          key = `${id} ${method} ${name}`,
          mine = find(name, rows);
        if (/^(Cor\.)/.test(name) && mine?.term.startsWith("rho") && !NEIGHBOURS.test(name)) return; // ρ² and further powers
        if (
          /^Cor\./.test(name) && mine &&
          mine !== rows.find((r) => r.term.startsWith("cor__") && r.group === mine.group)
        ) {
          // glmmTMB transforms each entry of the Cholesky factor by itself, which is a correlation for the first pair alone
          return assert.ok(mine.conf_low < mine.estimate && mine.estimate < mine.conf_high, key);
        }
        if (low === null || mine === undefined) return; // lme4 has no Wald limits of variances; glmmTMB's internal scale
        assert.ok(mine, `${key} is missing`);
        if (high === "Inf") return assert.deepEqual([mine.conf_low, mine.conf_high], [0, Infinity], key);
        const gap = Math.max(Math.abs(mine.conf_low - low), Math.abs(mine.conf_high - high)) / (high - low);
        if (KNOWN[key]) assert.ok(!(gap < 1e-3), `${key} no longer differs: take it out of KNOWN`);
        else {assert.ok(
            gap < 1e-3,
            `${key}: [${mine.conf_low}, ${mine.conf_high}], expected [${low}, ${high}]`,
          );}
      });
    }
  });
}
