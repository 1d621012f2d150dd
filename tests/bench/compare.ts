/**
 * Times this module and its peers on the same files in the same run, each task in a process of its own; needs R with lme4 and glmmTMB for the
 * peers. What the columns mean and how to run it is in README.md beside. `deno task bench` takes the short tasks, `--all` also those that
 * take a peer minutes, `--write` writes the table to results.md, `--huge [rows]` fits a hundred million rows in a file and does nothing else.
 */
import { dataset, type Frame, pl } from "../../mod.ts";
import { huge } from "./huge.ts";
import type { Timing } from "./ours.ts";
import { GROWTH, type Task, TASKS, TUTORIALS } from "./tasks.ts";

/** Columns that are factors wherever they occur. */
const FACTORS = "g h s d dept service fungicide block hospital_id patient_id site spp mined".split(" ");
const SETUP = "suppressMessages({library(lme4); library(glmmTMB)})";

/** What the peer says, and how long both processes took with their start. */
interface Row {
  readonly name: string;
  readonly ours: Timing & { readonly process: number };
  readonly peer: {
    readonly seconds: number;
    readonly memory: number;
    readonly logLik: number;
    readonly process: number;
  } | null;
}

const folder = await Deno.makeTempDir(), files = new Map<Task["data"], string>();

/** The file of a task's data. */
async function fileOf({ data }: Task): Promise<string> {
  const found = files.get(data);
  if (found) return found;
  const file = `${folder}/${files.size}.csv`;
  (typeof data === "string" ? await dataset(data) : pl.DataFrame(data()) as Frame).writeCSV(file);
  files.set(data, file);
  return file;
}

/** The last line of a command's output, and the seconds that it took. */
async function lastLine(command: string, args: string[]): Promise<{ line: string; seconds: number }> {
  const start = performance.now();
  const { stdout, stderr, success } = await new Deno.Command(command, { args }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return {
    line: new TextDecoder().decode(stdout).trim().split("\n").at(-1)!,
    seconds: (performance.now() - start) / 1000,
  };
}

async function ours(name: string, paths: readonly string[]): Promise<Row["ours"]> {
  const child = new URL("ours.ts", import.meta.url).pathname;
  const { line, seconds } = await lastLine(Deno.execPath(), [
    "run",
    "-A",
    "--no-lock",
    child,
    name,
    ...paths,
  ]);
  return { ...JSON.parse(line), process: seconds };
}

/** R's side: seconds after loading packages and data, peak memory in MiB, sum of the log-likelihoods. */
async function theirs(tasks: readonly Task[], paths: readonly string[]): Promise<Row["peer"]> {
  const script = `${folder}/peer.R`;
  await Deno.writeTextFile(
    script,
    [
      SETUP,
      "data <- list(); time <- 0; logl <- 0",
      ...[...new Set(paths)].map((f) =>
        `d <- read.csv("${f}", stringsAsFactors = TRUE); for (v in intersect(names(d), c(${
          FACTORS.map((v) => `"${v}"`).join(", ")
        }))) d[[v]] <- factor(d[[v]]); data[["${f}"]] <- d`
      ),
      ...tasks.map(({ r }, k) =>
        `d <- data[["${
          paths[k]
        }"]]; t <- proc.time()[["elapsed"]]; m <- suppressWarnings(suppressMessages(${r})); ` +
        `time <- time + proc.time()[["elapsed"]] - t; logl <- logl + as.numeric(logLik(m))`
      ),
      'peak <- as.numeric(sub("[^0-9]*([0-9]+).*", "\\\\1", grep("VmHWM", readLines("/proc/self/status"), value = TRUE)))',
      'cat(time, peak / 1024, format(logl, digits = 15), "\\n")',
    ].join("\n"),
  );
  const { line, seconds: process } = await lastLine("Rscript", [script]),
    [seconds, memory, logLik] = line.split(/\s+/).map(Number);
  return { seconds, memory, logLik, process };
}

/** R and the library of dense algebra that it takes, which decides the peers' times where factors cross; null without R or a peer. */
async function peersVersion(): Promise<string | null> {
  const told =
    `${SETUP}; cat(paste0("R ", getRversion(), ", BLAS ", basename(dirname(extSoftVersion()[["BLAS"]])), ", lme4 ", ` +
    `packageVersion("lme4"), ", glmmTMB ", packageVersion("glmmTMB")))`;
  try {
    const { success, stdout } = await new Deno.Command("Rscript", { args: ["-e", told], stderr: "null" })
      .output();
    return success ? new TextDecoder().decode(stdout).trim() : null;
  } catch {
    return null;
  }
}

async function rowOf(name: string, tasks: readonly Task[], peers: string | null): Promise<Row> {
  const paths: string[] = [];
  for (const task of tasks) paths.push(await fileOf(task));
  return {
    name,
    ours: await ours(name, paths),
    peer: peers && tasks.every(({ r }) => r) ? await theirs(tasks, paths) : null,
  };
}

const seconds = (v: number) => v < 10 ? v.toFixed(2) : v.toFixed(1),
  ratio = (v: number) => v < 10 ? v.toFixed(1) : v.toFixed(0);

function cells({ name, ours, peer }: Row): string[] {
  return [
    name,
    seconds(ours.first),
    seconds(ours.again),
    peer ? seconds(peer.seconds) : "",
    peer ? ratio(peer.seconds / ours.first) : "",
    ours.memory.toFixed(0),
    peer ? peer.memory.toFixed(0) : "",
    `${ours.passes}`,
    `${ours.factors}`,
    peer ? (ours.logLik - peer.logLik).toExponential(1) : "",
    ours.certified ? "yes" : "no",
  ];
}

const HEADER = [
  "task",
  "first (s)",
  "again (s)",
  "peer (s)",
  "ratio",
  "MiB",
  "peer's MiB",
  "passes",
  "factors",
  "logLik − peer's",
  "certified",
];

/** A table of Markdown, columns aligned. */
function markdown(rows: readonly string[][]): string {
  const all = [HEADER, ...rows].map((row) => row.map((v) => v.replaceAll("|", "\\|")));
  const widths = HEADER.map((_, j) => Math.max(3, ...all.map((row) => row[j].length)));
  const line = (row: readonly string[], pad: string) =>
    `| ${row.map((v, j) => j === 0 ? v.padEnd(widths[j], pad) : v.padStart(widths[j], pad)).join(" | ")} |`;
  const rule = `| ${widths.map((w, j) => j === 0 ? "-".repeat(w) : "-".repeat(w - 1) + ":").join(" | ")} |`;
  return [line(all[0], " "), rule, ...all.slice(1).map((row) => line(row, " "))].join("\n");
}

/** How time grows with tenfold rows, of what was timed, and the tutorials with the start of their process. */
function notes(rows: readonly Row[]): string[] {
  const of = (name: string) => rows.find((row) => row.name === name);
  const grown = GROWTH.flatMap(([small, large]) => {
    const a = of(small)?.ours.first, b = of(large)?.ours.first;
    return a && b ? [`Ten times the rows, ${large}: ${(b / a).toFixed(1)} times the time.`] : [];
  });
  const tutorials = of("tutorials"),
    cold = tutorials?.peer
      ? [
        `The tutorials with the start of the process: ${
          seconds(tutorials.ours.process)
        } s here (everything twice), ${seconds(tutorials.peer.process)} s there.`,
      ]
      : [];
  return [...grown, ...cold];
}

async function machine(): Promise<string> {
  const info = await Deno.readTextFile("/proc/cpuinfo").catch(() => ""),
    model = info.match(/model name\s*:\s*(.*)/)?.[1] ?? "unknown processor";
  return [
    `${model}, ${navigator.hardwareConcurrency} cores, Deno ${Deno.version.deno}`,
    ...peers ? [peers] : [],
  ].join("; ");
}

if (Deno.args.includes("--huge")) {
  await huge(Number(Deno.args[Deno.args.indexOf("--huge") + 1] ?? 1e8));
  Deno.exit();
}
const peers = await peersVersion(), all = Deno.args.includes("--all");
if (!peers) console.log("Without R, lme4 and glmmTMB only this side is timed.");
const rows = [await rowOf("tutorials", TUTORIALS, peers)];
console.log(HEADER.join(" · "));
for (const [name, task] of Object.entries(TASKS)) {
  if (task.long && !all) continue;
  rows.push(await rowOf(name, [task], peers));
  console.log(cells(rows.at(-1)!).join(" · "));
}
const table = [await machine(), markdown(rows.map(cells)), ...notes(rows)].join("\n\n");
console.log(`\n${table}`);
if (Deno.args.includes("--write")) {
  await Deno.writeTextFile(
    new URL("results.md", import.meta.url),
    `# Times against lme4 and glmmTMB\n\nWritten by \`deno task bench --all --write\`; [README.md](README.md) says what the columns mean.\n\n${table}\n`,
  );
}
await Deno.remove(folder, { recursive: true });
