/** The documentation site: its parts by themselves. That it builds, and that every link leads somewhere, is `deno task docs`. */
import assert from "node:assert/strict";
import { join } from "node:path";
import * as module from "../../mod.ts";
import { executed, withLastShown } from "./examples.ts";
import { brokenLinks } from "./links.ts";
import { anchor, markdown } from "./markdown.ts";
import { CATEGORIES, moduleExports } from "./reference.ts";
import { notebookPage } from "./notebooks.ts";

const here = new URL("./", import.meta.url);

Deno.test("docs: what the last line of a block gives is shown, a declaration is not", () => {
  const show = (value: string) => `show(${value});`;
  assert.equal(withLastShown("const a = 1;\na;", show), "const a = 1;\nshow(a);");
  assert.equal(withLastShown("f({\n  a: 1,\n});", show), "show(f({\n  a: 1,\n}));");
  assert.equal(withLastShown("const a = {\n  b: 1,\n};", show), "const a = {\n  b: 1,\n};");
  assert.equal(withLastShown("a; // why", show), "show(a);");
});

Deno.test("docs: a page of executed code shows figures, tables, numbers and text", async () => {
  const page = await executed(
    "test",
    '# A page\n\n```ts\nimport { fit, dataset, fixef, pairs, emmeans } from "@tidyglmm/tidyglmm";\nconst m = fit("breaks ~ tension", await ' +
      'dataset("warpbreaks"));\npairs(emmeans(m, "tension"));\n```\n\nThe logarithm of the likelihood:\n\n```ts\nm.logLik.toFixed(1);\n```\n',
  );
  assert.match(
    page,
    /<h1 id="a-page">A page<\/h1>[\s\S]*<pre><code>import[\s\S]*<table[\s\S]*likelihood:[\s\S]*<pre>-2\d\d\.\d<\/pre>/,
  );
  await assert.rejects(
    executed("bad", "```ts\nnope();\n```\n"),
    /code of page bad fails: nope is not defined/,
  );
});

Deno.test("docs: formulas are MathML, headings have the anchors of GitHub", () => {
  assert.match(
    markdown("Is $\\sigma^2$ large, at $5 a piece?"),
    /<math[\s\S]*σ[\s\S]*<\/math>[\s\S]*at \$5 a piece/,
  );
  assert.equal(anchor("How right it is, really?"), "how-right-it-is-really");
});

Deno.test("docs: notebooks are shown with their outputs", async () => {
  const json = await Deno.readTextFile(new URL("../../notebooks/02_dragons.ipynb", here));
  const { title, body } = notebookPage(json, (address) => address);
  assert.ok(title.length > 3 && (body.match(/class="output"/g) ?? []).length > 10);
});

Deno.test("docs: links to files and anchors that are not there are found", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(
    join(folder, "a.html"),
    '<h1 id="x"></h1><a href="b.html#y"></a><a href="#x"></a><a href="c.html"></a>',
  );
  await Deno.writeTextFile(join(folder, "b.html"), '<a href="a.html#z"></a><a href="https://example.org">');
  assert.deepEqual((await brokenLinks(folder)).sort(), [
    "a.html: b.html#y",
    "a.html: c.html",
    "b.html: a.html#z",
  ]);
});

Deno.test("docs: every export has a category, every function and class an example", async () => {
  const all = await moduleExports(),
    isCode = (kind: string) => ["function", "class", "variable"].includes(kind);
  assert.ok(all.length > 250);
  const lost = all.filter(({ category }) => !(CATEGORIES as readonly string[]).includes(category));
  assert.deepEqual(lost.map(({ name, category }) => `${name}: ${category}`), []);
  const bare = all.filter(({ kind, category, text }) =>
    isCode(kind) && category !== "Extend" && !/```ts\n/.test(text)
  );
  assert.deepEqual(
    bare.map(({ name }) => name),
    [],
    "an example in the docstring, which `deno task check` runs",
  );
});

Deno.test("docs: the dictionary knows no function that does not exist", async () => {
  const text = await Deno.readTextFile(new URL("from_r.md", here));
  const ours = [...text.matchAll(/^\|(?:[^|\\]|\\.)*\|((?:[^|\\]|\\.)*)\|$/gm)].map(([, cell]) => cell);
  const calls = ours.flatMap((cell) => [...cell.matchAll(/`(?:await )?(\w+)\(/g)].map(([, name]) => name));
  assert.ok(calls.length > 60);
  for (const name of calls.filter((name) => !["ar1", "exp"].includes(name))) {
    assert.ok(name in module, `${name}()`);
  }
});
