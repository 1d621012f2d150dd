/**
 * Times (1 | g) with 5,000 groups and 100,000 rows of every family that glmmTMB has, there and here on the same data, in seconds:
 * `deno task bench-families [NAME …]`. Needs R with glmmTMB. A peer that has not ended after LIMIT seconds is stopped; its ratio is
 * then a lower bound.
 */
import { fit, type FitOptions, type Frame, pl } from "../../mod.ts";
import { seed } from "../../lib/math/random.ts";
import type { Family } from "../../lib/model/families/family.ts";
import * as families from "../../mod.ts";

const ROWS = 100_000, GROUPS = 5_000, LIMIT = 240;

/** A family, η of its parts beyond the mean, η of the mean where all else is 0, and R's name with further arguments. */
interface Timed {
  readonly family: Family;
  readonly others: readonly number[];
  readonly mean: number;
  readonly r: string;
  readonly options?: FitOptions;
}

const { zeroInflated: inflated } = families, RARE = -1.5;
const TIMED: Readonly<Record<string, Timed>> = {
  poisson: { family: families.poisson(), others: [], mean: 0.5, r: "poisson" },
  nbinom1: { family: families.nbinom1(), others: [0], mean: 0.5, r: "nbinom1" },
  nbinom2: { family: families.nbinom2(), others: [0.5], mean: 0.5, r: "nbinom2" },
  genpois: { family: families.genpois(), others: [0.3], mean: 0.5, r: "genpois" },
  compois: { family: families.compois(), others: [0.3], mean: 0.5, r: "compois" },
  truncatedPoisson: { family: families.truncatedPoisson(), others: [], mean: 0.5, r: "truncated_poisson" },
  truncatedNbinom1: { family: families.truncatedNbinom1(), others: [0], mean: 0.5, r: "truncated_nbinom1" },
  truncatedNbinom2: { family: families.truncatedNbinom2(), others: [0.5], mean: 0.5, r: "truncated_nbinom2" },
  binomial: { family: families.binomial(), others: [], mean: 0.3, r: "binomial" },
  betabinomial: { family: families.betabinomial(), others: [1], mean: 0.3, r: "betabinomial" },
  beta: { family: families.beta(), others: [1.5], mean: 0.3, r: "beta_family" },
  orderedBeta: { family: families.orderedBeta(), others: [1.5, -1.5, 1.5], mean: 0.3, r: "ordbeta" },
  gamma: { family: families.gamma("log"), others: [-0.7], mean: 0.5, r: 'Gamma(link = "log")' },
  tweedie: { family: families.tweedie(), others: [0, 0], mean: 0.5, r: "tweedie" },
  studentT: { family: families.studentT(), others: [0, 1.6], mean: 0.5, r: "t_family" },
  "zero-inflated poisson": {
    family: inflated(families.poisson()),
    others: [RARE],
    mean: 0.5,
    r: "poisson, ziformula = ~ 1",
    options: { family: "poisson", zeroInflation: "~ 1" },
  },
  "zero-inflated nbinom2": {
    family: inflated(families.nbinom2()),
    others: [0.5, RARE],
    mean: 0.5,
    r: "nbinom2, ziformula = ~ 1",
    options: { family: "nbinom2", zeroInflation: "~ 1" },
  },
  "hurdle gamma": {
    family: inflated(families.gamma("log")),
    others: [-0.7, RARE],
    mean: 0.5,
    r: 'ziGamma(link = "log"), ziformula = ~ 1',
    options: { family: families.gamma("log"), zeroInflation: "~ 1" },
  },
};

function simulated({ family, others, mean }: Timed): Frame {
  const r = seed(42), b = Float64Array.from({ length: GROUPS }, () => 0.5 * r.normal());
  const g = new Float64Array(ROWS), x = new Float64Array(ROWS), y = new Float64Array(ROWS);
  for (let i = 0; i < ROWS; i++) {
    g[i] = Math.floor(r.uniform() * GROUPS);
    x[i] = r.normal();
    y[i] = family.simulate(r, [mean + 0.3 * x[i] + b[g[i]], ...others], family.usesTrials ? 8 : 1);
  }
  return pl.DataFrame({ y, n: new Float64Array(ROWS).fill(8), x, g });
}

/** Seconds of the better of two fits after the first, when everything is compiled. */
function ours({ family, options }: Timed, data: Frame) {
  const run = () => {
    const start = performance.now();
    const model = fit(
      `${family.usesTrials ? "cbind(y, n - y)" : "y"} ~ x + (1 | g)`,
      data,
      options ?? { family },
    );
    return { seconds: (performance.now() - start) / 1000, logLik: model.logLik, certified: model.converged };
  };
  run();
  return [run(), run()].sort((a, b) => a.seconds - b.seconds)[0];
}

async function theirs({ family, r }: Timed, csv: string) {
  const script =
    `suppressMessages(library(glmmTMB)); d <- read.csv("${csv}"); d$g <- factor(d$g); a <- proc.time()
m <- suppressWarnings(glmmTMB(${
      family.usesTrials ? "cbind(y, n - y)" : "y"
    } ~ x + (1 | g), data = d, family = ${r}))
b <- proc.time() - a; cat(b[3], format(as.numeric(logLik(m)), digits = 15))`;
  const command = new Deno.Command("timeout", {
    args: [`${LIMIT}`, "Rscript", "-e", script],
    stderr: "piped",
  });
  const { stdout, stderr, code } = await command.output(), text = new TextDecoder();
  if (code === 124) return { seconds: LIMIT, logLik: NaN, ended: false };
  if (code !== 0) {
    console.log(`${r}: ${text.decode(stderr).trim()}`);
    return { seconds: NaN, logLik: NaN, ended: true };
  }
  const [seconds, logLik] = text.decode(stdout).trim().split(/\s+/).map(Number);
  return { seconds, logLik, ended: true };
}

const file = await Deno.makeTempFile({ suffix: ".csv" }), rows: Record<string, unknown>[] = [];
for (const [name, timed] of Object.entries(TIMED)) {
  if (Deno.args.length > 0 && !Deno.args.includes(name)) continue;
  const data = simulated(timed), here = ours(timed, data);
  data.writeCSV(file);
  const there = await theirs(timed, file);
  rows.push({
    family: name,
    "here (s)": here.seconds.toFixed(2),
    "glmmTMB (s)": Number.isNaN(there.seconds)
      ? "fails"
      : `${there.ended ? "" : "> "}${there.seconds.toFixed(1)}`,
    ratio: `${there.ended ? "" : "> "}${(there.seconds / here.seconds).toFixed(0)}`,
    "logLik - glmmTMB's": (here.logLik - there.logLik).toExponential(1),
    certified: here.certified,
  });
  console.log(Object.values(rows.at(-1)!).join("  "));
}
console.table(rows);
if (Deno.args.length === 0) await keep(rows);
await Deno.remove(file);

/** The table as it is kept beside this file. */
async function keep(rows: readonly Record<string, unknown>[]) {
  const names = Object.keys(rows[0]), line = (cells: readonly unknown[]) => `| ${cells.join(" | ")} |`;
  const [cores, version] = [navigator.hardwareConcurrency, Deno.version.deno];
  const text = [
    "# Families against glmmTMB",
    "",
    `\`y ~ x + (1 | g)\`, ${ROWS} rows, ${GROUPS} groups, seconds; one after the other on ${cores} cores, Deno ${version}; made by \`deno task bench-families\`. ` +
    `A peer that had not ended after ${LIMIT} s was stopped.`,
    "",
    line(names),
    line(names.map(() => "---")),
    ...rows.map((row) => line(Object.values(row))),
    "",
  ];
  await Deno.writeTextFile(new URL("families.md", import.meta.url), text.join("\n"));
}
