/**
 * What summary() prints against what R prints of the same model (summaries/*.txt, lme4 1.1-31 and glmmTMB 1.1.5): the same lines
 * with the same words, spaces aside, numbers to the last digit printed or to the accuracy of the peer's default fit.
 */
import assert from "node:assert/strict";
import { dataset } from "../../../lib/datasets.ts";
import { gamma } from "../../../lib/model/families/mod.ts";
import { fit, type FitOptions } from "../../../lib/model/fit.ts";
import { summary } from "../../../lib/model/result/summary.ts";

interface Case {
  readonly data: string;
  readonly formula: string;
  readonly options?: FitOptions;
  /** Relative difference that the peer's own optimiser and Hessian explain. */
  readonly tolerance: number;
}

const CASES: Record<string, Case> = {
  sleepstudy: { data: "sleepstudy", formula: "Reaction ~ Days + (Days | Subject)", tolerance: 2e-5 },
  sleepstudy_ml: {
    data: "sleepstudy",
    formula: "Reaction ~ Days + (Days | Subject)",
    options: { reml: false },
    tolerance: 2e-5,
  },
  blood_pressure: {
    data: "blood_pressure",
    formula: "bp ~ time + (1 | hospital_id) + (1 | patient_id)",
    tolerance: 1e-6,
  },
  cbpp: {
    data: "cbpp",
    formula: "cbind(incidence, size - incidence) ~ period + (1 | herd)",
    options: { family: "binomial" },
    tolerance: 1e-4,
  },
  yellow_rust: {
    data: "yellow_rust",
    formula: "severity ~ fungicide + (1 | block)",
    options: { family: "beta" },
    tolerance: 1e-4,
  },
  dragons: { // glmmTMB's Hessian of raw body lengths is off by 0.3 %
    data: "dragons_1",
    formula: "testScore ~ bodyLength + (bodyLength | mountainRange)",
    options: { family: "beta" },
    tolerance: 4e-3,
  },
  zero_inflated: {
    data: "Salamanders",
    formula: "count ~ mined + (1 | site)",
    options: { family: "nbinom2", zeroInflation: "~ mined" },
    tolerance: 2e-4,
  },
  zero_inflated_random: {
    data: "Salamanders",
    formula: "count ~ mined + (1 | site)",
    options: { family: "poisson", zeroInflation: "~ mined + (1 | site)" },
    tolerance: 2e-4,
  },
  dispersion: {
    data: "Salamanders",
    formula: "count ~ mined + (1 | site)",
    options: { family: "nbinom2", dispersion: "~ DOY" },
    tolerance: 2e-3, // a p-value of 6e-4 moves by ten times as much as its z
  },
  gamma: {
    data: "warpbreaks",
    formula: "breaks ~ wool * tension",
    options: { family: gamma("log") },
    tolerance: 1e-4,
  },
};

/** Lines of R that have no counterpart, or another order of groups. */
const SKIPPED = [
  /^Linear mixed model fit by/,
  /^REML criterion at convergence/,
  /^Scaled residuals/,
  /^\s*Min\s+1Q/,
  /^-\d\.\d+ -0\.\d+/,
  /^Number of obs: 500/,
  /^ patient_id|^ block /, // a variance of zero is 0 here, 1e-11 there
];

for (const [name, { data, formula, options, tolerance }] of Object.entries(CASES)) {
  Deno.test(`summary: ${name} reads as in R`, async () => {
    const theirs = (await Deno.readTextFile(new URL(`./summaries/${name}.txt`, import.meta.url))).split("\n");
    const text = summary(fit(formula, await dataset(data), options)), ours = text.split("\n").map(words);
    const missing = theirs.filter((line) =>
      line.trim() !== "" && !SKIPPED.some((pattern) => pattern.test(line)) &&
      !ours.some((other) => same(words(line), other, tolerance))
    );
    assert.deepEqual(missing, [], `\n${text}`);
  });
}

/** Words of a line as both print it: R's names of families, of parts, and spaces in formulas do not matter. */
function words(line: string): string[] {
  return line.replace(/Fixed effects:/, "Conditional model:").replace("Gamma  (", "gamma (").replaceAll(
    "~",
    " ~ ",
  )
    .trim().split(/\s+/);
}

function same(theirs: readonly string[], ours: readonly string[], tolerance: number): boolean {
  return theirs.length === ours.length &&
    theirs.every((word, i) => word === ours[i] || near(word, ours[i], tolerance));
}

/** Equal within one unit of the last digit that R prints, or within the tolerance. */
function near(theirs: string, ours: string, tolerance: number): boolean {
  const a = Number(theirs), b = Number(ours);
  if (theirs === "" || Number.isNaN(a) || Number.isNaN(b)) return false;
  const [digits, exponent] = theirs.split("e"),
    unit = 10 ** (Number(exponent ?? 0) - (digits.split(".")[1]?.length ?? 0));
  return Math.abs(a - b) <= Math.max(1.01 * unit, tolerance * Math.abs(a));
}

Deno.test("summary: number of observations without random effects, notes last", async () => {
  const breaks = await dataset("warpbreaks");
  assert.match(summary(fit("breaks ~ wool", breaks, { family: "poisson" })), /\nNumber of obs: 54\n/);
  const singular = fit("severity ~ fungicide + (1 | block)", await dataset("yellow_rust"), {
    family: "beta",
  });
  assert.match(summary(singular), /Note: The variance of \(1 \| block\) is estimated as 0[^\n]*$/);
});

Deno.test("summary: headers stand over their columns, whatever the length of the group's name", async () => {
  const sleep = await dataset("sleepstudy");
  for (const group of ["g", "Subject", "aVeryLongGroupingFactor"]) {
    const renamed = sleep.rename({ Subject: group }),
      text = summary(fit(`Reaction ~ 1 + (1 | ${group})`, renamed as typeof sleep));
    const lines = text.split("\n"), at = lines.findIndex((line) => line.startsWith(" Groups"));
    assert.equal(lines[at].indexOf("Name"), lines[at + 1].indexOf("(Intercept)"), text);
    const column = lines[at].indexOf("Variance");
    assert.match(lines[at + 1].slice(column), /^\s*[\d.]+\s+[\d.]+$/, text);
    assert.match(lines[at + 2].slice(column), /^\s*[\d.]+\s+[\d.]+$/, text);
  }
});
