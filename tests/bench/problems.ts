/** The problems of the benchmark: one catalogue for this module and for the peers. */
import type { FitOptions } from "../../mod.ts";
import { seed } from "../../lib/math/random.ts";

/** A problem: data by name, the model here and in R. */
export interface Problem {
  readonly name: string;
  /** Columns made by the benchmark, or the name of a data set of the module. */
  readonly data: string | (() => Record<string, Float64Array>);
  readonly formula: string;
  readonly options: FitOptions;
  /** R's call; the data frame is `d`. */
  readonly r: string;
}

/** Responses with random effects: η = 0.5 + 0.3 x + b₀ (+ b₁ x). */
function simulated(
  n: number,
  levels: number,
  kind: "poisson" | "nbinom2" | "gaussian" | "beta",
  slope: boolean,
) {
  return () => {
    const r = seed(42), g = new Float64Array(n), x = new Float64Array(n), y = new Float64Array(n);
    const b0 = Float64Array.from({ length: levels }, () => 0.5 * r.normal());
    const b1 = Float64Array.from({ length: levels }, () => 0.3 * r.normal());
    for (let i = 0; i < n; i++) {
      g[i] = Math.floor(r.uniform() * levels);
      x[i] = r.normal();
      const eta = 0.5 + 0.3 * x[i] + b0[g[i]] + (slope ? b1[g[i]] * x[i] : 0);
      if (kind === "gaussian") y[i] = eta + r.normal();
      else if (kind === "poisson") y[i] = r.poisson(Math.exp(eta));
      else if (kind === "nbinom2") y[i] = r.poisson(Math.exp(eta) * r.gamma(1.5) / 1.5);
      else {y[i] = Math.min(
          1 - 1e-9,
          Math.max(1e-9, r.beta(5 / (1 + Math.exp(-eta)), 5 / (1 + Math.exp(eta)))),
        );}
    }
    return { y, x, g };
  };
}

/** Large problems, each against the peer that a user would take. */
export const LARGE: readonly Problem[] = [
  {
    name: "InstEval, crossed students and instructors, 73,421 rows",
    data: "InstEval",
    formula: "y ~ service + (1 | s) + (1 | d)",
    options: {},
    r: "lmer(y ~ service + (1|s) + (1|d), d)",
  },
  {
    name: "gaussian (x | g), 1e6 rows, 50,000 groups",
    data: simulated(1e6, 50000, "gaussian", true),
    formula: "y ~ x + (x | g)",
    options: {},
    r: "lmer(y ~ x + (x|g), d)",
  },
  {
    name: "poisson (1 | g), 1e5 rows, 5,000 groups",
    data: simulated(1e5, 5000, "poisson", false),
    formula: "y ~ x + (1 | g)",
    options: { family: "poisson" },
    r: "glmmTMB(y ~ x + (1|g), d, family = poisson)",
  },
  {
    name: "nbinom2 (x | g), 1e5 rows, 5,000 groups",
    data: simulated(1e5, 5000, "nbinom2", true),
    formula: "y ~ x + (x | g)",
    options: { family: "nbinom2" },
    r: "glmmTMB(y ~ x + (x|g), d, family = nbinom2)",
  },
];

const dragons = [
  "testScore ~ bodyLength",
  "testScore ~ bodyLength + (1 | mountainRange)",
  "testScore ~ bodyLength + (bodyLength | 1)",
  "testScore ~ bodyLength + (bodyLength | mountainRange)",
  "testScore ~ bodyLength + (bodyLength | mountainRange) + (1 | siteUnique)",
];

/** Every model of the three tutorials. */
export const TUTORIALS: readonly Problem[] = [
  ...dragons.map((formula): Problem => ({
    name: formula,
    data: "dragons_1",
    formula,
    options: { family: "beta" },
    r: `glmmTMB(${formula}, d, family = beta_family)`,
  })),
  {
    name: "rust, beta",
    data: "yellow_rust",
    formula: "severity ~ fungicide + (1 | block)",
    options: { family: "beta" },
    r: "glmmTMB(severity ~ fungicide + (1|block), d, family = beta_family)",
  },
  {
    name: "rust, gamma",
    data: "yellow_rust",
    formula: "severity_o ~ fungicide + (1 | block)",
    options: { family: "gamma" },
    r: 'glmmTMB(severity_o ~ fungicide + (1|block), d, family = Gamma("log"))',
  },
  {
    name: "germination, successes and failures",
    data: "crowder_seeds",
    formula: "cbind(germ, n - germ) ~ extract * gen",
    options: { family: "binomial" },
    r: "glmmTMB(cbind(germ, n - germ) ~ extract * gen, d, family = binomial)",
  },
  {
    name: "germination, proportion and trials",
    data: "crowder_seeds",
    formula: "germ/n ~ extract * gen",
    options: { family: "binomial", weights: "n" },
    r: "glmmTMB(germ/n ~ extract * gen, d, family = binomial, weights = n)",
  },
  {
    name: "germination, one row per seed",
    data: "crowder_binary",
    formula: "germinated ~ extract * gen",
    options: { family: "binomial" },
    r: "glmmTMB(germinated ~ extract * gen, d, family = binomial)",
  },
  {
    name: "blood pressure",
    data: "blood_pressure",
    formula: "bp ~ time + (1 | hospital_id) + (1 | patient_id)",
    options: {},
    r: "lmer(bp ~ time + (1|hospital_id) + (1|patient_id), d)",
  },
];
