/** What is timed: models of the catalogue and further ones, each with the call of the peer that a user would take. */
import { crossed, type ModelName, MODELS, type Named, simulated } from "../catalogue.ts";
import { seed } from "../../lib/math/random.ts";

/** A model that is timed; without a call of a peer where that takes an hour, or has no room. */
export interface Task extends Named {
  /** Takes the peer a minute or more: only with `--all`. */
  readonly long?: boolean;
}

const known = (name: ModelName, long = false): Task => ({ ...(MODELS[name] as Task), long });

/** The eleven models of three tutorials, timed together. */
export const TUTORIALS: readonly Task[] = ([
  "dragons, line",
  "dragons, ranges",
  "dragons, nothing to pool",
  "dragons, slopes",
  "dragons, slopes and sites",
  "rust, beta",
  "rust, gamma",
  "germination, successes and failures",
  "germination, proportion and trials",
  "germination, one row per seed",
  "blood pressure",
] as const).map((name) => known(name));

/** Two factors that cross, m levels together, ten rows to a level. @param peer has the peer time for it? */
const crossing = (m: number, kind: "gaussian" | "binomial", peer = true): Task => ({
  data: crossed(10 * m, [2 * m / 3, m / 3], kind, false),
  formula: "y ~ x + (1 | g) + (1 | h)",
  options: {
    ...(kind !== "gaussian" && { family: kind }),
    ...(!peer && { control: { crossed: "iterative" } as const }),
  },
  r: !peer
    ? undefined
    : kind === "gaussian"
    ? "lmer(y ~ x + (1|g) + (1|h), d)"
    : "glmmTMB(y ~ x + (1|g) + (1|h), d, family = binomial)",
  long: true,
});

/** Every person answers every item, as the 316 and 24 of VerbAgg (De Boeck & Wilson 2004): yes or no by traits of both. */
function answers(persons: number, items: number): () => Record<string, Float64Array> {
  return () => {
    const r = seed(24),
      n = persons * items,
      normals = (k: number) => Float64Array.from({ length: k }, () => r.normal());
    const [anger, trait, ease] = [normals(persons), normals(persons), normals(items)];
    const [y, a, kind, g, h] = [0, 1, 2, 3, 4].map(() => new Float64Array(n));
    for (let i = 0; i < n; i++) {
      [g[i], h[i]] = [Math.floor(i / items), i % items];
      [a[i], kind[i]] = [anger[g[i]], h[i] % 3];
      const eta = 0.3 * a[i] + 1.2 * trait[g[i]] + 0.6 * ease[h[i]] - kind[i];
      y[i] = +(r.uniform() < 1 / (1 + Math.exp(-eta)));
    }
    return { y, anger: a, kind, g, h };
  };
}

/** Every other task by its name. */
export const TASKS: Readonly<Record<string, Task>> = {
  "Gaussian (x | g), 1e5 rows, 5,000 groups": {
    data: simulated(1e5, 5000, "gaussian", true),
    formula: "y ~ x + (x | g)",
    options: {},
    r: "lmer(y ~ x + (x|g), d)",
  },
  "Gaussian (x | g), 1e6 rows, 50,000 groups": known("gaussian (x | g), 1e6 rows, 50,000 groups"),
  "Poisson (1 | g), 1e5 rows, 5,000 groups": known("poisson (1 | g), 1e5 rows, 5,000 groups"),
  "Poisson (1 | g), 1e6 rows, 50,000 groups": {
    data: simulated(1e6, 50000, "poisson", false),
    formula: "y ~ x + (1 | g)",
    options: { family: "poisson" },
    r: "glmmTMB(y ~ x + (1|g), d, family = poisson)",
    long: true,
  },
  "binomial (1 | g), 1e5 rows, 5,000 groups": {
    data: simulated(1e5, 5000, "binomial", false),
    formula: "y ~ x + (1 | g)",
    options: { family: "binomial" },
    r: "glmmTMB(y ~ x + (1|g), d, family = binomial)",
  },
  "beta (1 | g), 1e5 rows, 5,000 groups": {
    data: simulated(1e5, 5000, "beta", false),
    formula: "y ~ x + (1 | g)",
    options: { family: "beta" },
    r: "glmmTMB(y ~ x + (1|g), d, family = beta_family)",
    long: true,
  },
  "nbinom2 (x | g), 1e5 rows, 5,000 groups": {
    ...known("nbinom2 (x | g), 1e5 rows, 5,000 groups"),
    long: true,
  },
  "zero-inflated nbinom2, (1 | g) in both parts, 1e5 rows": {
    data: simulated(1e5, 5000, "zinb", false),
    formula: "y ~ x + (1 | g)",
    options: { family: "nbinom2", zeroInflation: "~ 1 + (1 | g)" },
    r: "glmmTMB(y ~ x + (1|g), d, family = nbinom2, ziformula = ~ 1 + (1|g))",
    long: true,
  },
  "Salamanders, zero-inflated nbinom2, spp * mined": {
    data: "Salamanders",
    formula: "count ~ spp * mined + (1 | site)",
    options: { family: "nbinom2", zeroInflation: "~ spp * mined" },
    r: "glmmTMB(count ~ spp * mined + (1|site), d, family = nbinom2, ziformula = ~ spp * mined)",
  },
  "binomial crossed, 316 persons × 24 items, 7,584 rows": {
    data: answers(316, 24),
    formula: "y ~ anger + kind + (1 | g) + (1 | h)",
    options: { family: "binomial" },
    r: "glmmTMB(y ~ anger + kind + (1|g) + (1|h), d, family = binomial)",
  },
  "InstEval (s) + (d), 73,421 rows": known("InstEval, crossed students and instructors, 73,421 rows"),
  "InstEval (s) + (d) + (dept)": known("InstEval, departments crossed with both"),
  "Gaussian crossed, 3,332 × 1,666 levels, 49,980 rows": crossing(4998, "gaussian"),
  "binomial crossed, 3,332 × 1,666 levels, 49,980 rows": crossing(4998, "binomial"),
  "Gaussian crossed, 13,332 × 6,666 levels, 199,980 rows, iterative": crossing(19998, "gaussian", false),
  "binomial crossed, 13,332 × 6,666 levels, 199,980 rows, iterative": crossing(19998, "binomial", false),
  "Gaussian crossed, 66,000 × 33,000 levels, 990,000 rows, iterative": crossing(99000, "gaussian", false),
  "Gaussian crossed, 4,000 × 500 levels, many meet, 1e6 rows": {
    data: crossed(1_000_000, [4000, 500], "gaussian", false),
    formula: "y ~ x + (1 | g) + (1 | h)",
    options: {},
    r: "lmer(y ~ x + (1|g) + (1|h), d)",
    long: true,
  },
  "Gaussian crossed, 50,000 × 2,000 levels, 1e5 rows": known(
    "gaussian crossed, 50,000 × 2,000 levels, 1e5 rows",
    true,
  ),
  "binomial crossed, 20,000 × 1,000 uneven levels, 2e5 rows": known(
    "binomial crossed, 20,000 × 1,000 uneven levels, 2e5 rows",
    true,
  ),
};

/** Pairs of which the second has ten times the rows: time grows linearly where it is at most twelvefold. */
export const GROWTH: readonly (readonly [string, string])[] = [
  ["Gaussian (x | g), 1e5 rows, 5,000 groups", "Gaussian (x | g), 1e6 rows, 50,000 groups"],
  ["Poisson (1 | g), 1e5 rows, 5,000 groups", "Poisson (1 | g), 1e6 rows, 50,000 groups"],
];
