/**
 * `deno task coverage [runs] [design]`: simulates every design, or the one with that number, and writes its rows into the table
 * tests/coverage/coverage.md. Fails where a required interval is more than three Monte Carlo standard errors from 95 %.
 */
import { type Design, DESIGNS } from "./designs.ts";
import { type Coverage, distance, isOutside, simulateCoverage } from "./simulate.ts";

const runs = Number(Deno.args[0] ?? 2000), only = Deno.args[1];
const file = new URL("coverage.md", import.meta.url);
const head = `# Coverage of 95 % intervals

By \`deno task coverage\`, ${runs} runs of each design of designs.ts. "SE" is the distance from 95 % in Monte Carlo standard errors.
Required within ±3: Kenward-Roger, profile of effects within groups, and prediction intervals. Reported: Wald z, and profiles of
effects between groups, which use the maximum likelihood of few groups. Prediction limits of counts are whole numbers and cover
95 % at least.

| design | interval | of | coverage | SE | |
| --- | --- | --- | --- | --- | --- |
`;

/** Rows of the table as it stands, by design. */
function committed(): Map<string, string[]> {
  const text = Deno.readTextFileSync(file), rows = text.split("\n").filter((line) => line.includes(" % |"));
  return Map.groupBy(rows, (line) => line.split("|")[1].trim());
}

function row(design: Design, c: Coverage): string {
  const far = distance(c), verdict = !c.required ? "reported" : isOutside(c, design) ? "**outside**" : "";
  return `| ${design.name} | ${c.interval} | ${c.about} | ${(100 * c.hits / c.runs).toFixed(2)} % | ${
    far.toFixed(1)
  } | ${verdict} |`;
}

for (const [k, design] of DESIGNS.entries()) {
  if (only !== undefined && String(k) !== only) continue;
  const rows = simulateCoverage(design, runs).map((c) => row(design, c));
  console.log(rows.join("\n"));
  const table = committed().set(design.name, rows);
  Deno.writeTextFileSync(file, `${head}${DESIGNS.flatMap((d) => table.get(d.name) ?? []).join("\n")}\n`);
}
const outside = [...committed().values()].flat().filter((line) => line.includes("**outside**"));
if (outside.length > 0) {
  console.error(
    `${outside.length} required intervals are not within three Monte Carlo standard errors of 95 %`,
  );
  Deno.exit(1);
}
