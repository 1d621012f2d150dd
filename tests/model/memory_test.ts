/**
 * What a model keeps. In a process of its own, in which the heap can be cleaned: after a fit and the time for which a large engine is
 * kept, no more than half of the data's size beyond the data, which polars holds; and hundreds of small models leave nothing behind, nor do
 * large ones of different data that are fitted in a loop.
 */
import assert from "node:assert/strict";

const SCRIPT = `
import * as t from "${new URL("../../mod.ts", import.meta.url)}";
const n = 60_000, groups = 2000;
let state = 1;
const random = () => (state = state * 16807 % 2147483647) / 2147483647 - 0.5;
const x = Float64Array.from({ length: n }, random), g = Array.from({ length: n }, (_, i) => "g" + i % groups);
const y = x.map((v, i) => 1 + v / 2 + (i % groups) / groups + random());
const k = y.map((v) => Math.max(0, Math.round(v + 1)));
const data = t.pl.DataFrame({ y, k, x, g });
const used = () => {
  for (let i = 0; i < 3; i++) gc();
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
};
const wait = (ms) => new Promise((resume) => setTimeout(resume, ms));
const kept = [];
for (const [formula, family] of [["y ~ x + (x | g)", "gaussian"], ["k ~ x + (1 | g)", "poisson"], ["y ~ x", "gaussian"]]) {
  t.fit(formula, data, { family });
  await wait(20);
  const before = used(), model = t.fit(formula, data, { family });
  t.fit("y ~ 1", data); // another one is the last
  await wait(20);
  kept.push(used() - before);
  if (t.fitted(model).length !== n) throw new Error("the rows are lost"); // and it is made again when it is needed
}
const small = await t.dataset("sleepstudy"), fitOne = () => t.summary(t.fit("Reaction ~ Days + (Days | Subject)", small));
for (let i = 0; i < 100; i++) fitOne();
await wait(20);
const before = used();
for (let i = 0; i < 400; i++) fitOne();
await wait(20);
const grown = used() - before;
const fitAnother = (i) => { // in one task, at whose end weak references are let go
  const w = x.map((v, j) => v + Math.sin(i + j)), z = y.map((v, j) => v + Math.cos(i * j));
  t.fit("z ~ w + (w | g)", t.pl.DataFrame({ z, w, g }));
};
fitAnother(0);
const first = used();
for (let i = 1; i <= 20; i++) fitAnother(i);
console.log(JSON.stringify({ kept, data: n * (3 * 8 + 4), effects: 8 * groups, grown, held: used() - first }));
Deno.exit(0);
`;

Deno.test("a model keeps hardly more than its data, and many models leave nothing behind", async () => {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--v8-flags=--expose-gc", "-"],
    cwd: new URL("../../", import.meta.url),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(SCRIPT));
  await writer.close();
  const { stdout, stderr } = await process.output(), text = new TextDecoder().decode(stdout).trim();
  assert.ok(text.startsWith("{"), new TextDecoder().decode(stderr));
  const { kept, data, effects, grown, held } = JSON.parse(text) as {
    kept: number[];
    data: number;
    effects: number;
    grown: number;
    held: number;
  };
  // the factor of (x | g): blocks of 2 × 2 for each level, a few times; the modes; the labels of the levels
  kept.forEach((bytes, i) =>
    assert.ok(bytes < data / 2 + 60 * effects, `model ${i} keeps ${bytes} bytes of ${data}`)
  );
  assert.ok(grown < 2e6, `four hundred models leave ${grown} bytes`);
  assert.ok(held < data, `twenty models of other data leave ${held} bytes before the task ends`);
});
