/** The committed table of coverages is complete and within bounds; one design is simulated anew, small. */
import assert from "node:assert/strict";
import { DESIGNS } from "./designs.ts";
import { isOutside, simulateCoverage } from "./simulate.ts";

interface Line {
  readonly design: string;
  readonly interval: string;
  readonly about: string;
  readonly fromLevel: number;
  readonly fromNominal: number;
  readonly verdict: string;
}

function committed(): { runs: number; lines: Line[] } {
  const text = Deno.readTextFileSync(new URL("coverage.md", import.meta.url));
  const lines = text.split("\n").filter((line) => line.startsWith("| ") && line.includes("%")).map(
    (line): Line => {
      const [design, interval, about, , , below, above, verdict] = line.split("|").slice(1).map((cell) =>
        cell.trim()
      );
      return { design, interval, about, fromLevel: Number(below), fromNominal: Number(above), verdict };
    },
  );
  return { runs: Number(/(\d+) runs of each/.exec(text)![1]), lines };
}

Deno.test("2,000 runs of six designs: Kenward-Roger, profile and prediction intervals hold what they should, to three standard errors", () => {
  const { runs, lines } = committed();
  assert.ok(runs >= 2000);
  assert.deepEqual([...new Set(lines.map((l) => l.design))], DESIGNS.map((d) => d.name));
  for (const { name, options } of DESIGNS) {
    const required = lines.filter((l) => l.design === name && l.verdict !== "reported");
    assert.equal(required.length, options.family === undefined ? 6 : 3, name);
    for (const l of required) {
      assert.ok(l.fromLevel >= -3 && l.fromNominal <= 3, `${name}, ${l.interval} ${l.about}`);
    }
  }
});

Deno.test("coverage of six groups, simulated anew: 100 runs within three standard errors", () => {
  for (const c of simulateCoverage(DESIGNS[0], 100, 77)) {
    assert.ok(!isOutside(c), `${c.interval} ${c.about}: ${c.hits} of ${c.runs}`);
  }
});
