import assert from "node:assert/strict";
import { toHtml, toLatex, toMarkdown } from "../lib/display.ts";
import { frameOf } from "../lib/frame.ts";

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
