/**
 * `deno task coverage [runs] [design]`: simulates every design, or the one with that number, and writes its rows into the table
 * tests/coverage/coverage.md. Fails where a required interval is more than three Monte Carlo standard errors off.
 */
import { type Design, DESIGNS } from "./designs.ts";
import { type Coverage, distance, isOutside, LEVEL, simulateCoverage } from "./simulate.ts";

const runs = Number(Deno.args[0] ?? 2000), only = Deno.args[1];
const file = new URL("coverage.md", import.meta.url);
const head = `# Coverage of 95 % intervals

By \`deno task coverage\`, ${runs} runs of each design of designs.ts. "SE" is a distance in Monte Carlo standard errors: from 95 %, and from
the nominal share. Required: Kenward-Roger, profile and prediction intervals, not more than 3 SE below 95 % and not more than 3 SE above
the nominal share. That is 95 %, but for predictions of counts: their limits are whole numbers and hold more, so there it is the mean
probability, under each run's predictive distribution, of the numbers between the limits. For new groups of counts the coverage is below
that, as the variance between groups counts as known there. Reported only: Wald z, and the profile of an effect between groups of counts,
which relies on a large number of groups (no degrees of freedom are known for it, and 20 groups are few).

| design | interval | of | coverage | nominal | SE from level | SE from nominal | |
| --- | --- | --- | --- | --- | --- | --- | --- |
`;

/** Rows of the table as it stands, by design. */
function committed(): Map<string, string[]> {
  const text = Deno.readTextFileSync(file), rows = text.split("\n").filter((line) => line.includes(" % |"));
  return Map.groupBy(rows, (line) => line.split("|")[1].trim());
}

function row(design: Design, c: Coverage): string {
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`,
    verdict = !c.required ? "reported" : isOutside(c) ? "**outside**" : "";
  return `| ${design.name} | ${c.interval} | ${c.about} | ${percent(c.hits / c.runs)} | ${
    percent(c.nominal)
  } | ${distance(c, LEVEL).toFixed(1)} | ${distance(c, c.nominal).toFixed(1)} | ${verdict} |`;
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
    `${outside.length} required intervals are more than three Monte Carlo standard errors off`,
  );
  Deno.exit(1);
}
