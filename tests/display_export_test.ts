import assert from "node:assert/strict";
import { toHtml, toLatex, toMarkdown } from "../lib/display.ts";
import { frameOf } from "../lib/frame.ts";
import { dataset, fit, simulateResiduals, testDispersion } from "../mod.ts";

const table = frameOf({
  term: ["x_1", "a | b", "50 % & more"],
  estimate: [1.23456, -0.5, 1e-7],
  p_value: [1e-20, 0.04123, 0.5],
});

Deno.test("tables as Markdown: aligned, p-values as R writes them, bars escaped", () => {
  const lines = toMarkdown(table).split("\n");
  assert.equal(lines[0], "| term | estimate | p_value |");
  assert.equal(lines[1], "| --- | ---: | ---: |");
  assert.match(lines[2], /^\| x_1 \| 1\.235 \| <\s?2e-16 \|$/);
  assert.match(lines[3], /^\| a \\\| b \|/);
});

Deno.test("tables as LaTeX: what LaTeX gives a meaning is escaped", () => {
  const latex = toLatex(table);
  assert.match(latex, /\\begin\{tabular\}\{lrr\}/);
  assert.match(latex, /x\\_1 & 1\.235 & \$<\$\s?2e-16 \\\\/);
  assert.match(latex, /50 \\% \\& more/);
});

Deno.test("tables as HTML hold every row", () => {
  const long = frameOf({ i: Int32Array.from({ length: 100 }, (_, i) => i) });
  assert.equal(toHtml(long).match(/<tr>/g)!.length, 101);
});

Deno.test("p-values by simulation: a table says no more than the number of simulations does", async () => {
  const data = await dataset("Salamanders"),
    model = fit("count ~ mined + (1 | site)", data, { family: "poisson" });
  const test = testDispersion(simulateResiduals(model, { n: 250 }));
  assert.equal(test.getColumn("p_value").toArray()[0], 0);
  for (const text of [toMarkdown(test), toHtml(test), shown(test)]) assert.match(text, /(<|&lt;) 0\.004/);
  const few = testDispersion(simulateResiduals(model, { n: 20 }));
  assert.match(toMarkdown(few), /< 0\.05/);
});

function shown(result: object): string {
  return (result as Record<symbol, () => Record<string, string>>)
    [Symbol.for("Jupyter.display")]()["text/plain"];
}
