/**
 * `deno task recovery [runs] [family]`: simulates mixed models of every family, or of those whose name contains the word given, fits them
 * and writes their rows into the table tests/coverage/recovery.md. Fails where a coefficient of the mean is not found again.
 */
import { FAMILIES, isOff, recover, type Recovered } from "./recover.ts";

const runs = Number(Deno.args[0] ?? 200), only = Deno.args[1] ?? "";
const file = new URL("recovery.md", import.meta.url);
const head = `# Parameters found again

By \`deno task recovery\`: ${runs} simulated data sets of 30 groups of 10 rows for every family, fitted by y ~ x + f + (1 | g). "off" is the
distance of the mean estimate from the truth in standard errors of that mean, "SE/SD" the mean standard error over the standard deviation of
the estimates, "95 %" the share of Wald intervals that hold the truth. Coefficients of the mean are required to be off by no more than five
and what a bias of a tenth of a standard error makes; dispersions and the standard deviation of the groups have the known bias of maximum
likelihood and are reported. Runs are those whose fit is certified and has all parameters finite.

| family | parameter | truth | mean estimate | off | SE/SD | 95 % | runs |
| --- | --- | --- | --- | --- | --- | --- | --- |
`;

/** Rows of the table as it stands, by family. */
function committed(): Map<string, string[]> {
  let text = "";
  try {
    text = Deno.readTextFileSync(file);
  } catch { /* the first run */ }
  const rows = text.split("\n").filter((line) => /^\| .* \d+ \|$/.test(line));
  return Map.groupBy(rows, (line) => line.split("|")[1].trim());
}

function row(r: Recovered): string {
  const digits = (v: number, d: number) => Number.isFinite(v) ? v.toFixed(d) : "";
  const share = Number.isFinite(r.ratio) ? (100 * r.coverage).toFixed(1) : "";
  return `| ${r.family} | ${r.parameter.replaceAll("|", "\\|")} | ${digits(r.truth, 3)} | ${
    digits(r.mean, 3)
  } | ${digits(r.distance, 1)}${isOff(r) ? " **off**" : ""} | ${digits(r.ratio, 2)} | ${share} | ${r.runs} |`;
}

let failed = 0;
for (const name of FAMILIES.keys()) {
  if (!name.includes(only)) continue;
  const found = recover(name, runs), table = committed().set(name, found.map(row));
  console.log(found.map(row).join("\n"));
  failed += found.filter(isOff).length;
  Deno.writeTextFileSync(
    file,
    `${head}${[...FAMILIES.keys()].flatMap((f) => table.get(f) ?? []).join("\n")}\n`,
  );
}
if (failed > 0) {
  console.error(`${failed} coefficients are not found again`);
  Deno.exit(1);
}
