/** Marginal means, contrasts, adjustments, letters and joint tests against emmeans, in every case that can be fitted. */
import assert from "node:assert/strict";
import type { ResultFrame } from "../../../lib/display.ts";
import type { AdjustName } from "../../../lib/inference/means/adjust.ts";
import { contrast, type ContrastName } from "../../../lib/inference/means/contrast.ts";
import type { DfName } from "../../../lib/inference/df/degrees_of_freedom.ts";
import { emmeans, type EmmeansOptions } from "../../../lib/inference/means/emmeans.ts";
import { jointTests } from "../../../lib/inference/means/joint_tests.ts";
import { cld } from "../../../lib/inference/means/letters.ts";
import { emtrends } from "../../../lib/inference/means/trends.ts";
import { pf } from "../../../lib/math/distributions.ts";
import type { Model } from "../../../lib/model/result/model.ts";
import { referenceCase, referenceCaseIds } from "../../reference/load.ts";
import { refit, waitsFor } from "../../reference/refit.ts";

// deno-lint-ignore no-explicit-any
type Any = any;

/** Estimates and standard errors: both sides are optima of the same function, found to about 1e-6 of a standard error. */
const ESTIMATE = 1e-4;
/** p-values: absolute, or relative where they are small. */
const P_ABSOLUTE = 1e-4, P_RELATIVE = 1e-3;
/** R's mvt is a randomised integration to 1e-3 (mvtnorm's default), and so are its critical values. */
const MVT = 1e-3, MVT_HALF_WIDTH = 5e-3;
/** Degrees of freedom of Satterthwaite by numerical derivatives in lmerTest, else by formulas. */
const DF = 1e-3, DF_SATTERTHWAITE = 1e-2;

/**
 * glmmTMB 1.1.5 gives Gaussian models residual degrees of freedom even with random effects or a link; here these are
 * asymptotic (as in later versions of glmmTMB), so the peer's number is handed over and everything else compared.
 */
const PEER_DF = new Set(["sleepstudy_tmb_poly", "ToothGrowth_gaussian_log"]);

/**
 * emtrends takes one-sided differences over 0.001 of the covariate's range, which is off by h f″/(2f′) where the curve bends
 * (log(dose): −0.0015/(2 · 1.1667) = −6.4e-4); ours are two-sided. trends_test.ts compares with the exact slopes.
 */
const ONE_SIDED = new Set(["ToothGrowth_log", "ToothGrowth_poly_log"]), ONE_SIDED_TOLERANCE = 3e-3;

/**
 * glmer's standard errors come from finite differences of its deviance; here they are 2e-4 from those of glmmTMB for the same
 * model (crowder_plate), with which ours agree.
 */
const GLMER_ERRORS = new Set(["crowder_plate_glmer"]), GLMER_TOLERANCE = 3e-4;

/** Relative tolerance of estimates and standard errors, with what is known of the peer. */
function toleranceOf(c: Any, block: Any): number {
  if (GLMER_ERRORS.has(c.id)) return GLMER_TOLERANCE;
  return block.trend_var && ONE_SIDED.has(c.id) ? ONE_SIDED_TOLERANCE : ESTIMATE;
}

for (const id of referenceCaseIds()) {
  const c = await referenceCase(id);
  if (!c.emmeans) continue;
  if (waitsFor(c)) continue; // listed by name, with what each waits for, in tests/reference/fit_test.ts
  Deno.test(`emmeans: ${id}`, async () => {
    const model = await refit(c), differences: string[] = [];
    for (const block of c.emmeans) compareBlock(c, model, block, differences);
    assert.equal(
      differences.length,
      0,
      `${differences.length} differences\n${differences.slice(0, 12).join("\n")}`,
    );
  });
}

function compareBlock(c: Any, model: Model, block: Any, out: string[]) {
  const where = `${block.specs} ${block.trend_var ?? ""} ${block.type} ${block.component ?? ""} ${
    block.df_method ?? ""
  }`;
  const options: EmmeansOptions = { type: block.type };
  if (block.at) options.at = block.at;
  if (block.component) options.component = block.component;
  if (block.df_method) options.df = block.df_method as DfName;
  else if (PEER_DF.has(c.id)) options.df = block.rows[0].df;
  const emm = block.trend_var
    ? emtrends(model, block.specs, { ...options, var: block.trend_var } as Any)
    : emmeans(model, block.specs, options);
  const tolerance = { estimate: toleranceOf(c, block) };
  compareRows(where, emm, block.rows, { ...tolerance, adjust: "none", df: block.df_method }, out);
  for (const k of block.contrasts ?? []) {
    const interaction = k.method.startsWith("interaction:")
      ? k.method.slice(12).split(",") as ContrastName[]
      : undefined;
    const method = interaction ? "pairwise" : k.method as ContrastName;
    const frame = contrast(emm, method, {
      adjust: k.adjust as AdjustName,
      by: k.by === "none" ? [] : undefined,
      interaction,
    });
    compareRows(`${where} ${k.method} ${k.adjust}`, frame, k.rows, {
      ...tolerance,
      adjust: k.adjust,
      df: block.df_method,
    }, out);
  }
  for (const display of block.cld ?? []) compareLetters(`${where} cld ${display.adjust}`, emm, display, out);
  if (block.joint_tests) compareJoint(`${where} joint`, model, block.joint_tests, tolerance.estimate, out);
}

interface Tolerance {
  estimate: number;
  adjust: string;
  df?: string;
}

function compareRows(where: string, frame: ResultFrame, rows: Any[], tolerance: Tolerance, out: string[]) {
  const ours = frame.toRecords() as Any[];
  if (ours.length !== rows.length) return out.push(`${where}: ${ours.length} rows, expected ${rows.length}`);
  rows.forEach((row, i) => {
    const mine = ours[i], at = `${where} row ${i + 1}`;
    for (const [name, value] of Object.entries(row)) {
      if (NUMBERS.has(name) || value === "overall") continue;
      if (String(mine[name]) !== String(value)) {
        out.push(`${at}: ${name} is ${mine[name]}, expected ${value}`);
      }
    }
    compareNumbers(at, mine, row, tolerance, out);
  });
}

const NUMBERS = new Set(["estimate", "SE", "df", "lower", "upper", "null", "stat", "p"]);

function compareNumbers(at: string, mine: Any, row: Any, { estimate, adjust, df }: Tolerance, out: string[]) {
  const size = Math.abs(row.estimate) + row.SE;
  near(at, "estimate", mine.estimate, row.estimate, estimate * size, out);
  near(at, "SE", mine.std_error, row.SE, estimate * row.SE, out);
  const peerDf = Number(row.df === "Inf" ? Infinity : row.df);
  near(
    at,
    "df",
    mine.df,
    peerDf,
    (df === "satterthwaite" ? DF_SATTERTHWAITE : DF) * (peerDf === Infinity ? 1 : peerDf),
    out,
  );
  const half = (row.upper - row.lower) / 2,
    ends = adjust === "mvt" ? MVT_HALF_WIDTH * half : 2 * estimate * (half + size);
  near(at, "lower", mine.conf_low, row.lower, ends, out);
  near(at, "upper", mine.conf_high, row.upper, ends, out);
  if (mine.p_value === undefined) return;
  // A statistic near 0 is the small difference of two large means.
  near(at, "statistic", mine.statistic, row.stat, 2 * estimate * (Math.abs(row.stat) + 1), out);
  if (row.null !== undefined) near(at, "null", mine.null, row.null, 0, out);
  const p = adjust === "mvt" ? MVT : Math.max(P_ABSOLUTE, P_RELATIVE * row.p, estimate > 1e-3 ? estimate : 0);
  near(at, "p", mine.p_value, row.p, p, out);
}

function near(at: string, what: string, mine: number, expected: number, tolerance: number, out: string[]) {
  if (mine === expected || Math.abs(mine - expected) <= tolerance) return;
  out.push(`${at}: ${what} is ${mine}, expected ${expected} ± ${tolerance.toExponential(1)}`);
}

function compareLetters(where: string, emm: ResultFrame, display: Any, out: string[]) {
  const ours = cld(emm, { adjust: display.adjust, alpha: display.alpha }).toRecords() as Any[];
  const key = (row: Any) =>
    Object.keys(row).filter((name) => name in ours[0] && name !== "estimate").map((name) =>
      `${name} ${row[name]}`
    ).sort().join(", ");
  const letters = new Map(display.rows.map((row: Any) => [key(row), row.group]));
  if (ours.length !== display.rows.length) {
    out.push(`${where}: ${ours.length} rows, expected ${display.rows.length}`);
  }
  ours.forEach((row) => {
    const names = Object.keys(display.rows[0]).filter((name) => name in row && name !== "estimate");
    const own = names.map((name) => `${name} ${row[name]}`).sort().join(", ");
    if (letters.get(own) !== row.letters) {
      out.push(`${where}: ${own} has ${row.letters}, expected ${letters.get(own)}`);
    }
  });
}

/** R's F ratios are rounded to three decimals; the peer's residual df (glmmTMB 1.1.5) are used for its p-values. */
function compareJoint(where: string, model: Model, rows: Any[], relative: number, out: string[]) {
  const ours = jointTests(model).toRecords() as Any[];
  if (ours.length !== rows.length) out.push(`${where}: ${ours.length} rows, expected ${rows.length}`);
  rows.forEach((row, i) => {
    const at = `${where} ${row["model term"]}`, F = ours[i]?.statistic;
    if (ours[i]?.term !== row["model term"]) return out.push(`${at}: term is ${ours[i]?.term}`);
    near(at, "df1", ours[i].df, row.df1, 0, out);
    near(at, "F", F, row["F.ratio"], 6e-4 + relative * F, out);
    const df2 = row.df2 === "Inf" ? Infinity : row.df2;
    near(
      at,
      "p",
      pf(F, row.df1, df2, false),
      row["p.value"],
      Math.max(P_ABSOLUTE, P_RELATIVE * row["p.value"]),
      out,
    );
    if (model.family.name === "gaussian") near(at, "df2", ours[i].df_residual, df2, DF * df2, out);
  });
}
