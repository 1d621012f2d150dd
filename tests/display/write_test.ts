import assert from "node:assert/strict";
import { inflateRawSync } from "node:zlib";
import { frameOf } from "../../lib/frame.ts";
import {
  dataset,
  describe,
  fit,
  glance,
  modelTable,
  simulateResiduals,
  table,
  testResiduals,
  tidy,
  toDocx,
  toHtml,
  toLatex,
  toMarkdown,
  toTypst,
} from "../../mod.ts";

/** Names as data have them, with what each format gives a meaning. */
const odd = frameOf({
  term: ["x_1", "a | b", "50 % & more", "<b>{c}</b> #1 ^2 $5\\", "[opt]", "*star*", "χ² ≥ 1", "- item"],
  estimate: [1.23456, -0.5, 2.25, NaN, -Infinity, 3, 4, 5],
  p_value: [1e-20, 0.04123, 0.5, NaN, 1, 0.1, 0.2, 0.3],
});
const model = fit("Reaction ~ Days + (Days | Subject)", await dataset("sleepstudy"));
const counts = fit("count ~ mined + (1 | site)", await dataset("Salamanders"), {
  family: "poisson",
  zeroInflation: "~ 1",
});
const sources = {
  odd,
  model,
  counts,
  tidy: tidy(model),
  beside: modelTable({ "a_b": model, "c & d": model }, { stars: true }),
};

Deno.test("Markdown: aligned, and what ends a cell or would be markup is escaped", () => {
  const lines = toMarkdown(odd).split("\n");
  assert.equal(lines[0], "| term | estimate | p_value |");
  assert.equal(lines[1], "| --- | ---: | ---: |");
  assert.deepEqual(lines.slice(2), [
    "| x_1 | 1.235 | < 0.001 |",
    "| a \\| b | -0.500 | 0.041 |",
    "| 50 % & more | 2.250 | 0.500 |",
    "| \\<b>{c}\\</b> #1 ^2 \\$5\\\\ | NA |  |",
    "| [opt] | -Inf | 1.000 |",
    "| \\*star\\* | 3.000 | 0.100 |",
    "| χ² ≥ 1 | 4.000 | 0.200 |",
    "| \\- item | 5.000 | 0.300 |",
  ]);
  const whole = toMarkdown(model);
  assert.match(whole, /^\*\*Reaction ~ Days \+ \(Days \\\| Subject\) — gaussian/);
  assert.match(whole, /\*\*Random effects\*\*\n\n\| Group \| Term \| Variance \| Std\. Dev\. \| Corr \|/);
  assert.match(whole, /\n\nNumber of obs: 180, groups: Subject, 18\.\n\n/);
});

Deno.test("LaTeX: booktabs, and what LaTeX gives a meaning is escaped", () => {
  const latex = toLatex(odd);
  assert.match(latex, /^\\begin\{tabular\}\{lrr\}\n\\toprule\nterm & estimate & p\\_value \\\\\n\\midrule\n/);
  assert.match(latex, /\nx\\_1 & 1\.235 & \$<\$ 0\.001 \\\\\n/);
  assert.match(latex, /\na \\textbar\{\} b & \$-\$0\.500 & /);
  assert.match(latex, /\n50 \\% \\& more & /);
  assert.match(
    latex,
    /\n\$<\$b\$>\$\\\{c\\\}\$<\$\/b\$>\$ \\#1 \\textasciicircum\{\}2 \\\$5\\textbackslash\{\} & NA & {2}\\\\\n/,
  );
  assert.match(
    latex,
    /\n\{\}\[opt\] & \$-\$\$\\infty\$ & /,
    "a bracket at the start would belong to the row before",
  );
  assert.match(latex, /\n\{\}\*star\* & /);
  assert.match(latex, /\\bottomrule\n\\end\{tabular\}$/);
  const floating = toLatex(table(odd, { title: "Odd & even", notes: "5 %" }), { label: "tab:odd" });
  assert.match(floating, /^\\begin\{table\}\n\\centering\n\\caption\{Odd \\& even\}\n\\label\{tab:odd\}\n/);
  assert.match(floating, /\\footnotesize 5 \\%\}\n\\end\{table\}$/);
});

const pdflatex = await new Deno.Command("pdflatex", { args: ["--version"], stdout: "null", stderr: "null" })
  .output()
  .then(({ success }) => success, () => false);

Deno.test({
  name: "LaTeX compiles",
  ignore: !pdflatex,
  fn: async () => {
    const folder = await Deno.makeTempDir(),
      body = Object.values(sources).map((each) => toLatex(each)).join("\n\n");
    await Deno.writeTextFile(
      `${folder}/t.tex`,
      `\\documentclass{article}\\usepackage{booktabs}\\begin{document}\n${body}\n\\end{document}\n`,
    );
    const { success, stdout } = await new Deno.Command("pdflatex", {
      args: ["-interaction=nonstopmode", "-halt-on-error", "-draftmode", "t.tex"],
      cwd: folder,
    }).output();
    await Deno.remove(folder, { recursive: true });
    assert.ok(success, new TextDecoder().decode(stdout).match(/^!.*\n.*\n.*/m)?.[0]);
  },
});

Deno.test("HTML: escaped, all rows, no script", () => {
  const html = toHtml(odd);
  assert.match(html, /&lt;b&gt;\{c\}&lt;\/b&gt;/);
  assert.doesNotMatch(html, /<b>|<script|<details/);
});

Deno.test("Typst: escaped, a figure with its caption and label", () => {
  const typst = toTypst(table(odd, { title: "Odd #1" }), { label: "odd" });
  assert.match(typst, /^#figure\(\n {2}caption: \[Odd \\#1\],\n {2}kind: table,\n/);
  assert.match(typst, /align: \(left, right, right,\)/);
  assert.match(typst, /\[x\\_1\], \[1\.235\], \[\\< 0\.001\],\n/);
  assert.match(typst, /\[a \| b\], \[−0\.500\], /);
  assert.match(typst, /\[\\<b\\>\{c\}\\<\\\/b\\> \\#1 \^2 \\\$5\\\\\], \[NA\], \[\],\n/);
  assert.match(typst, /\[\\\[opt\\\]\], \[−Inf\]/);
  assert.match(typst, /\[\\- item\]/, "no list in a cell");
  assert.match(typst, /\) <odd>$/);
  for (const source of Object.values(sources)) {
    const text = toTypst(source).replace(/\\./g, "");
    for (const [open, close] of ["[]", "()"]) {
      assert.equal(text.split(open).length, text.split(close).length, "brackets are closed");
    }
  }
});

Deno.test("Word: a document with the table's cells, rules and notes", async () => {
  const text = xmlOf(
    await toDocx(table(odd, { title: "Odd & even", notes: ["A note."] })),
    "word/document.xml",
  );
  const words = [...text.matchAll(/<w:t[^>]*>([^<]*)<\/w:t>/g)].map(([, word]) => word);
  assert.deepEqual(words.slice(0, 10), [
    ...["Odd &amp; even", "term", "estimate", "p_value"],
    ...["x_1", "1.235", "&lt; 0.001", "a | b", "-0.500", "0.041"],
  ]);
  assert.equal(words.at(-1), "A note.");
  assert.equal(text.match(/<w:tr[ >]/g)!.length, 9);
  assert.match(text, /<w:tblHeader\/>/, "the header is repeated on the next page");
  assert.match(text, /<w:jc w:val="right"\/>/);
  for (const source of Object.values(sources)) {
    assert.match(xmlOf(await toDocx(source), "word/document.xml"), /<w:tbl>/);
  }
});

Deno.test("Typst: what has no room is set in smaller type, goes on below, or stands below its row", () => {
  const tables = (text: string) => text.match(/#table\(/g)!.length;
  assert.match(toTypst(tidy(model)), /#set text\(size: 0\.\d+em\)\n {2}#table\(\n {4}columns: 10,/);
  assert.equal(tables(toTypst(glance(model))), 2, "a single row of many columns");
  const tests = toTypst(testResiduals(simulateResiduals(counts, { n: 40 })));
  assert.match(tests, /table\.cell\(colspan: 6, align: left[^\n]*\[interpretation: /);
  assert.doesNotMatch(toTypst(odd), /set text|colspan|inset/, "there is room");
});

Deno.test("Word: columns are as wide as their texts, on a page of A4; sentences stand below their row", async () => {
  const part = async (source: Parameters<typeof toDocx>[0]) =>
    xmlOf(await toDocx(source), "word/document.xml");
  const widths = (table: string) =>
    [...table.matchAll(/<w:gridCol w:w="(\d+)"/g)].map(([, width]) => Number(width));
  const PAGE = 9026; // twentieths of a point between margins of an inch
  for (
    const source of [tidy(model), glance(model), model, counts, describe(frameOf({ a: [1, 2], b: [3, 4] }))]
  ) {
    for (const table of (await part(source)).split("<w:tbl>").slice(1)) {
      const all = widths(table), sum = all.reduce((a, b) => a + b);
      assert.ok(sum <= 1.02 * PAGE, `${sum}`);
    }
  }
  const [term, estimate, p] = widths(await part(odd));
  assert.ok(term > estimate && estimate > 0 && p > 0);
  const [, , name, , , statistic, df] = widths(await part(tidy(model)));
  assert.ok(name > statistic && statistic > 2 * df, "a name, a number, two digits");
  const tests = await part(testResiduals(simulateResiduals(counts, { n: 40 })));
  assert.match(tests, /<w:gridSpan w:val="6"\/>[\s\S]*?interpretation: /);
  assert.equal((await part(glance(model))).split("<w:tbl>").length, 3, "a single row of many columns");
});

/** A file of a zip archive: found by its local header in the central directory. */
function xmlOf(zip: Uint8Array, name: string): string {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength), text = new TextDecoder();
  for (let at = 0; at < zip.length - 46; at++) {
    if (view.getUint32(at, true) !== 0x02014b50) continue; // an entry of the central directory
    const length = view.getUint16(at + 28, true),
      size = view.getUint32(at + 20, true),
      start = view.getUint32(at + 42, true);
    if (text.decode(zip.subarray(at + 46, at + 46 + length)) !== name) continue;
    const from = start + 30 + view.getUint16(start + 26, true) + view.getUint16(start + 28, true);
    const packed = zip.subarray(from, from + size);
    return text.decode(view.getUint16(at + 10, true) === 0 ? packed : inflateRawSync(packed));
  }
  throw new Error(`no ${name}`);
}
