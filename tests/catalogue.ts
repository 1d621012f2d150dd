/**
 * Models by name: data, formula, options, and R's call where a peer is compared. Tests, benchmarks and the demo take them from here,
 * so that what one of them checks is what another times or shows.
 */
import { dataset, fit, type FitOptions, type Frame, gamma, type Model, pl } from "../mod.ts";
import { seed } from "../lib/math/random.ts";
import * as structures from "../lib/model/structures/mod.ts";
import type { Structure } from "../lib/model/structures/structure.ts";

/** A model of the catalogue. */
export interface Named {
  /** The name of a data set of the module, or columns made here. */
  readonly data: string | (() => Readonly<Record<string, ArrayLike<number> | readonly string[]>>);
  readonly formula: string;
  readonly options: FitOptions;
  /** R's call; the data frame is `d`. */
  readonly r?: string;
}

/** Responses with random effects: η = 0.5 + 0.3 x + b₀ (+ b₁ x); "zinb" are counts of nbinom2, in every group zeros of its own beside. */
export function simulated(
  n: number,
  levels: number,
  kind: "poisson" | "nbinom2" | "gaussian" | "beta" | "binomial" | "zinb",
  slope: boolean,
): () => Record<string, Float64Array> {
  return () => {
    const r = seed(42), g = new Float64Array(n), x = new Float64Array(n), y = new Float64Array(n);
    const b0 = Float64Array.from({ length: levels }, () => 0.5 * r.normal());
    const b1 = Float64Array.from({ length: levels }, () => 0.3 * r.normal());
    const zeros = (group: number) => r.uniform() < 1 / (1 + Math.exp(1.2 - b1[group]));
    for (let i = 0; i < n; i++) {
      g[i] = Math.floor(r.uniform() * levels);
      x[i] = r.normal();
      const eta = 0.5 + 0.3 * x[i] + b0[g[i]] + (slope ? b1[g[i]] * x[i] : 0);
      if (kind === "gaussian") y[i] = eta + r.normal();
      else if (kind === "poisson") y[i] = r.poisson(Math.exp(eta));
      else if (kind === "binomial") y[i] = +(r.uniform() < 1 / (1 + Math.exp(-eta)));
      else if (kind === "zinb" && zeros(g[i])) y[i] = 0;
      else if (kind !== "beta") y[i] = r.poisson(Math.exp(eta) * r.gamma(1.5) / 1.5);
      else {y[i] = Math.min(
          1 - 1e-9,
          Math.max(1e-9, r.beta(5 / (1 + Math.exp(-eta)), 5 / (1 + Math.exp(eta)))),
        );}
    }
    return { y, x, g };
  };
}

/** Two crossed factors, η = 0.3 x + b_g + c_h: rows fall into their levels at random, more into the first where `uneven`. */
export function crossed(
  n: number,
  levels: readonly [number, number],
  kind: "gaussian" | "binomial",
  uneven: boolean,
): () => Record<string, Float64Array> {
  return () => {
    const r = seed(7), [g, h, x, y] = [0, 1, 2, 3].map(() => new Float64Array(n));
    const effects = levels.map((count) => Float64Array.from({ length: count }, () => 0.5 * r.normal()));
    const draw = (count: number) => Math.floor((uneven ? r.uniform() ** 2 : r.uniform()) * count);
    for (let i = 0; i < n; i++) {
      [g[i], h[i], x[i]] = [draw(levels[0]), draw(levels[1]), r.normal()];
      const eta = 0.3 * x[i] + effects[0][g[i]] + effects[1][h[i]];
      y[i] = kind === "gaussian" ? eta + 0.5 * r.normal() : +(r.uniform() < 1 / (1 + Math.exp(-eta)));
    }
    return { y, x, g, h };
  };
}

/** Ninety small counts in nine groups, some of them extra zeros. */
function counts() {
  const rows = Array.from({ length: 90 }, (_, i) => i),
    random = (i: number) => Math.sin(12.9898 * i) * 43758.5453 % 1;
  return {
    y: rows.map((i) => i % 4 === 0 ? 0 : Math.round(Math.exp(1 + 0.6 * random(i) + 0.8 * random(i % 9)))),
    x: rows.map((i) => random(i + 500)),
    g: rows.map((i) => `g${i % 9}`),
    k: rows.map((i) => `k${i % 3}`),
  };
}

const dragons = (formula: string): Named => ({
  data: "dragons_1",
  formula,
  options: { family: "beta" },
  r: `glmmTMB(${formula}, d, family = beta_family)`,
});
const grouped = (formula: string, options: FitOptions): Named => ({ data: counts, formula, options });

/** The models. */
export const MODELS = {
  "dragons, line": dragons("testScore ~ bodyLength"),
  "dragons, ranges": dragons("testScore ~ bodyLength + (1 | mountainRange)"),
  "dragons, nothing to pool": dragons("testScore ~ bodyLength + (bodyLength | 1)"),
  "dragons, slopes": dragons("testScore ~ bodyLength + (bodyLength | mountainRange)"),
  "dragons, slopes and sites": dragons(
    "testScore ~ bodyLength + (bodyLength | mountainRange) + (1 | siteUnique)",
  ),
  "rust, beta": {
    data: "yellow_rust",
    formula: "severity ~ fungicide + (1 | block)",
    options: { family: "beta" },
    r: "glmmTMB(severity ~ fungicide + (1|block), d, family = beta_family)",
  },
  "rust, gamma": {
    data: "yellow_rust",
    formula: "severity_o ~ fungicide + (1 | block)",
    options: { family: gamma("log") },
    r: 'glmmTMB(severity_o ~ fungicide + (1|block), d, family = Gamma("log"))',
  },
  "germination, successes and failures": {
    data: "crowder_seeds",
    formula: "cbind(germ, n - germ) ~ extract * gen",
    options: { family: "binomial" },
    r: "glmmTMB(cbind(germ, n - germ) ~ extract * gen, d, family = binomial)",
  },
  "germination, proportion and trials": {
    data: "crowder_seeds",
    formula: "germ/n ~ extract * gen",
    options: { family: "binomial", weights: "n" },
    r: "glmmTMB(germ/n ~ extract * gen, d, family = binomial, weights = n)",
  },
  "germination, one row per seed": {
    data: "crowder_binary",
    formula: "germinated ~ extract * gen",
    options: { family: "binomial" },
    r: "glmmTMB(germinated ~ extract * gen, d, family = binomial)",
  },
  "blood pressure": {
    data: "blood_pressure",
    formula: "bp ~ time + (1 | hospital_id) + (1 | patient_id)",
    options: {},
    r: "lmer(bp ~ time + (1|hospital_id) + (1|patient_id), d)",
  },
  "InstEval, crossed students and instructors, 73,421 rows": {
    data: "InstEval",
    formula: "y ~ service + (1 | s) + (1 | d)",
    options: {},
    r: "lmer(y ~ service + (1|s) + (1|d), d)",
  },
  "InstEval, departments crossed with both": {
    data: "InstEval",
    formula: "y ~ service + (1 | s) + (1 | d) + (1 | dept)",
    options: {},
    r: "lmer(y ~ service + (1|s) + (1|d) + (1|dept), d)",
  },
  "gaussian crossed, 50,000 × 2,000 levels, 1e5 rows": {
    data: crossed(1e5, [50000, 2000], "gaussian", false),
    formula: "y ~ x + (1 | g) + (1 | h)",
    options: {},
    r: "lmer(y ~ x + (1|g) + (1|h), d)",
  },
  "binomial crossed, 20,000 × 1,000 uneven levels, 2e5 rows": {
    data: crossed(2e5, [20000, 1000], "binomial", true),
    formula: "y ~ x + (1 | g) + (1 | h)",
    options: { family: "binomial" },
    r: "glmmTMB(y ~ x + (1|g) + (1|h), d, family = binomial)",
  },
  "gaussian (x | g), 1e6 rows, 50,000 groups": {
    data: simulated(1e6, 50000, "gaussian", true),
    formula: "y ~ x + (x | g)",
    options: {},
    r: "lmer(y ~ x + (x|g), d)",
  },
  "poisson (1 | g), 1e5 rows, 5,000 groups": {
    data: simulated(1e5, 5000, "poisson", false),
    formula: "y ~ x + (1 | g)",
    options: { family: "poisson" },
    r: "glmmTMB(y ~ x + (1|g), d, family = poisson)",
  },
  "nbinom2 (x | g), 1e5 rows, 5,000 groups": {
    data: simulated(1e5, 5000, "nbinom2", true),
    formula: "y ~ x + (x | g)",
    options: { family: "nbinom2" },
    r: "glmmTMB(y ~ x + (x|g), d, family = nbinom2)",
  },
  "sleep, REML": { data: "sleepstudy", formula: "Reaction ~ Days + (Days | Subject)", options: {} },
  "sleep, ML": {
    data: "sleepstudy",
    formula: "Reaction ~ Days + (Days | Subject)",
    options: { reml: false },
  },
  "sleep, ar1": {
    data: "sleepstudy",
    formula: "Reaction ~ Days + ar1(0 + factor(Days) | Subject)",
    options: { dispersion: "~ 0" },
  },
  "counts, Poisson": grouped("y ~ x + k + (1 | g)", { family: "poisson" }),
  "counts, Poisson by quadrature": grouped("y ~ x + k + (1 | g)", { family: "poisson", quadrature: 7 }),
  "counts, negative binomial with extra zeros": grouped("y ~ x + k + (1 | g)", {
    family: "nbinom2",
    zeroInflation: "~ 1",
  }),
} satisfies Record<string, Named>;

/** A name of the catalogue. */
export type ModelName = keyof typeof MODELS;

/** A model's data. */
export async function dataOf(name: ModelName): Promise<Frame> {
  const { data }: Named = MODELS[name];
  if (typeof data === "string") return await dataset(data);
  return pl.DataFrame(
    Object.fromEntries(
      Object.entries(data()).map(([name, v]) => [
        name,
        pl.Series(
          name,
          Array.from(v as ArrayLike<number | string>),
          typeof v[0] === "string" ? pl.Utf8 : pl.Float64,
        ),
      ]),
    ),
  ) as Frame;
}

/** A model of the catalogue, fitted to its data. */
export function fitNamed(name: ModelName, data: Frame): Model {
  const { formula, options }: Named = MODELS[name];
  return fit(formula, data, options);
}

/** Parameters of a structure over so many positions: of some it is the same number for any. */
function thetasOf(structure: Structure, count: number): number {
  const positions = Array.from({ length: count }, (_, k) => String(k));
  return structure.bind({
    label: "0 + p | h",
    names: positions,
    levels: ["a"],
    positions,
    arguments: {},
    known: null,
  })
    .thetas;
}

/** Right-hand sides of the mean, in the columns of `laws/small_designs.ts`: every kind of random-effects structure. */
export const MEANS = {
  intercepts: "x + (1 | g)",
  slopes: "x + (x | g)",
  "independent slopes": "x + (x || g)",
  crossed: "x + (1 | g) + (1 | h)",
  "slopes and crossed": "x + (x | g) + (1 | h)",
  nested: "x + (1 | g / k)",
  "slopes alone, offset": "x + offset(off) + (0 + x | h)",
} satisfies Record<string, string>;

/** The registered structures over few positions, and over many where that takes no more parameters; those that need no matrix. */
export const STRUCTURED: readonly string[] = (Object.entries(structures) as [string, Structure][]).filter((
  [name],
) => name !== "propto").flatMap((
  [name, structure],
) => [
  `x + ${name}(0 + factor(t) | g)`,
  ...thetasOf(structure, 17) === thetasOf(structure, 6) ? [`x + ${name}(0 + factor(p) | h) + (1 | g)`] : [],
]);
