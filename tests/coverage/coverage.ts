/**
 * `deno task coverage [runs]`: simulates every design and writes the table tests/coverage/coverage.md. Fails where a required
 * interval is more than three Monte Carlo standard errors from 95 %.
 */
import { DESIGNS } from "./designs.ts";
import { type Coverage, distance, simulateCoverage } from "./simulate.ts";

const runs = Number(Deno.args[0] ?? 2000), only = Deno.args[1];
const lines = [
  "# Coverage of 95 % intervals",
  "",
  `By \`deno task coverage\`, ${runs} runs of each design of designs.ts. "SE" is the distance from 95 % in Monte Carlo standard`,
  "errors. Required: Kenward-Roger, profile of effects within groups, and prediction intervals within ±3. Reported: Wald z, and",
  "profiles of effects between groups, whose χ² cutoff knows nothing of how few groups there are (and of any effect in the design",
  "with 23 residual df, see designs.ts).",
  "",
  "| design | interval | of | coverage | SE | |",
  "| --- | --- | --- | --- | --- | --- |",
];
let failed = 0;
for (const [k, design] of DESIGNS.entries()) {
  if (only !== undefined && String(k) !== only) continue;
  const started = performance.now();
  for (const c of simulateCoverage(design, runs)) lines.push(row(design.name, c));
  console.log(`${design.name}: ${((performance.now() - started) / 1000).toFixed(0)} s`);
}
function row(name: string, c: Coverage): string {
  const far = distance(c), wrong = c.required && Math.abs(far) > 3;
  if (wrong) failed++;
  const verdict = c.required ? (wrong ? "**outside**" : "") : "reported";
  return `| ${name} | ${c.interval} | ${c.about} | ${(100 * c.hits / c.runs).toFixed(2)} % | ${
    far.toFixed(1)
  } | ${verdict} |`;
}
const text = `${lines.join("\n")}\n`;
if (only === undefined) Deno.writeTextFileSync(new URL("coverage.md", import.meta.url), text);
console.log(text);
if (failed > 0) {
  console.error(`${failed} required intervals are not within three Monte Carlo standard errors of 95 %`);
  Deno.exit(1);
}
