/**
 * Times this module and its peers on the same data in the same run and prints ratios. Needs R with lme4 and glmmTMB for the
 * peers; without them only our own times are printed. Run: `deno task bench` (large problems and the tutorials), with `--all` also
 * what takes the peers minutes, with `--huge [rows]` a hundred million rows in a file and nothing else.
 */
import type { Frame } from "../../mod.ts";
import { huge } from "./huge.ts";
import { dataOf, fitNamed, type ModelName, MODELS, type Named } from "../catalogue.ts";

/** Large problems, each against the peer that a user would take. */
const LARGE: readonly ModelName[] = [
  "InstEval, crossed students and instructors, 73,421 rows",
  "gaussian (x | g), 1e6 rows, 50,000 groups",
  "poisson (1 | g), 1e5 rows, 5,000 groups",
  "nbinom2 (x | g), 1e5 rows, 5,000 groups",
];

/** Crossed factors, for `--all`. */
const CROSSED: readonly ModelName[] = [
  "InstEval, departments crossed with both",
  "gaussian crossed, 50,000 × 2,000 levels, 1e5 rows",
  "binomial crossed, 20,000 × 1,000 uneven levels, 2e5 rows",
];

/** Every model of the three tutorials. */
const TUTORIALS: readonly ModelName[] = [
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
];

const folder = await Deno.makeTempDir(), known = new Map<Named["data"], { frame: Frame; csv: string }>();

async function load(name: ModelName) {
  const { data } = MODELS[name], found = known.get(data);
  if (found) return found;
  const frame = await dataOf(name), csv = `${folder}/${known.size}.csv`;
  frame.writeCSV(csv);
  known.set(data, { frame, csv });
  return { frame, csv };
}

function ours(name: ModelName, frame: Frame) {
  const start = performance.now(), model = fitNamed(name, frame);
  return { seconds: (performance.now() - start) / 1000, logLik: model.logLik, certified: model.converged };
}

/** Seconds and log-likelihood of each call in one R process, after loading packages and data. */
async function peers(problems: readonly ModelName[]): Promise<{ seconds: number; logLik: number }[] | null> {
  const lines = ["suppressMessages({library(lme4); library(glmmTMB)})", "data <- list()"];
  const files: string[] = [];
  for (const p of problems) files.push((await load(p)).csv);
  for (const f of new Set(files)) lines.push(`data[["${f}"]] <- read.csv("${f}", stringsAsFactors = TRUE)`);
  lines.push(
    'for (f in names(data)) for (v in intersect(names(data[[f]]), c("g","s","d","fungicide","block","hospital_id","patient_id","h","dept","service"))) data[[f]][[v]] <- factor(data[[f]][[v]])',
  );
  problems.forEach((p, i) =>
    lines.push(
      `d <- data[["${files[i]}"]]; t <- proc.time()[["elapsed"]]; m <- suppressWarnings(suppressMessages(${
        (MODELS[p] as Named).r
      })); ` +
        `cat("${i}", proc.time()[["elapsed"]] - t, format(as.numeric(logLik(m)), digits = 15), "\\n")`,
    )
  );
  await Deno.writeTextFile(`${folder}/peers.R`, lines.join("\n"));
  try {
    const { stdout, success, stderr } = await new Deno.Command("Rscript", { args: [`${folder}/peers.R`] })
      .output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    return new TextDecoder().decode(stdout).trim().split("\n").map((l) => l.trim().split(/\s+/).map(Number))
      .map(([, seconds, logLik]) => ({ seconds, logLik }));
  } catch (error) {
    console.log(`The peers were not timed: ${error instanceof Error ? error.message.split("\n")[0] : error}`);
    return null;
  }
}

async function table(title: string, problems: readonly ModelName[]) {
  const theirs = await peers(problems), rows: Record<string, unknown>[] = [];
  let total = 0, peerTotal = 0;
  for (const [i, problem] of problems.entries()) {
    const { frame } = await load(problem), first = ours(problem, frame), again = ours(problem, frame);
    total += first.seconds;
    peerTotal += theirs?.[i].seconds ?? NaN;
    rows.push({
      problem,
      "first (s)": first.seconds.toFixed(3),
      "again (s)": again.seconds.toFixed(3),
      "peer (s)": theirs?.[i].seconds.toFixed(3) ?? "",
      ratio: theirs ? (theirs[i].seconds / first.seconds).toFixed(1) : "",
      "logLik - peer's": theirs ? (first.logLik - theirs[i].logLik).toExponential(1) : "",
      certified: first.certified,
    });
  }
  console.log(`\n${title}`);
  console.table(rows);
  if (theirs) {
    console.log(
      `All: ${total.toFixed(2)} s here, ${peerTotal.toFixed(2)} s there, ratio ${
        (peerTotal / total).toFixed(1)
      }`,
    );
  }
}

if (Deno.args.includes("--huge")) {
  await huge(Number(Deno.args[Deno.args.indexOf("--huge") + 1] ?? 1e8));
  Deno.exit();
}
await table("Tutorials, one process, after loading", TUTORIALS);
await table("Large problems", LARGE);
if (Deno.args.includes("--all")) await table("Crossed factors", CROSSED);
await Deno.remove(folder, { recursive: true });
