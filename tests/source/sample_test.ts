/** Rows of a source for what looks at rows, in the engines that are here; and what is refused. */
import assert from "node:assert/strict";
import {
  augmentFrom,
  bootstrap,
  dataGrid,
  dataset,
  drop1,
  emmeans,
  fit,
  fitFrom,
  loadModel,
  predict,
  range,
  refit,
  sampleFrom,
  saveModel,
  simulateResiduals,
  summary,
} from "../../mod.ts";
import { crossed, inBlocks } from "./data.ts";
import { captionOf, sampleTests } from "./sample_cases.ts";
import { few } from "./sql/collapse_cases.ts";

sampleTests("blocks", (data) => Promise.resolve({ source: inBlocks(data, 97) }), {
  collapses: false,
  sorts: false,
});
sampleTests("a lazy frame", (data) => Promise.resolve({ source: data.lazy() }), {
  collapses: true,
  sorts: true,
});

const formula = "y ~ scale(x) + f + (1 | g)", source = inBlocks(crossed, 97);
const model = await fitFrom(formula, source), some = await sampleFrom(model, source, { rows: 200 });

Deno.test("a model with a sample: figures and tables say so, estimates are those of all rows", () => {
  const note = "a random sample of 200 of 844 rows";
  assert.equal(some.messages.at(-1), `Residuals, simulations and figures have ${note}: seed 123.`);
  assert.ok(captionOf(some).includes(note));
  assert.ok(simulateResiduals(some, { n: 20 }).plot().outerHTML.includes(note));
  const figure = predict(some, dataGrid(some, { x: range(5) })).plot({ points: true }).outerHTML;
  assert.equal(figure.match(/<circle/g)?.length, 200 + 5); // points of rows, and of the grid
  const bare = (text: unknown) =>
    String(text).split("\n").filter((line) => !line.includes("sample of")).join("");
  assert.equal(bare(summary(some)), bare(summary(model)));
  assert.deepEqual(emmeans(some, "~ f").toRecords(), emmeans(model, "~ f").toRecords());
  assert.equal(saveModel(loadModel(saveModel(some))).length > 0, true);
});

Deno.test("all rows are no sample", async () => {
  const all = await sampleFrom(model, source);
  assert.equal(all.messages.at(-1), "Residuals, simulations and figures have all 844 rows.");
  assert.ok(!captionOf(all).includes("sample"));
});

Deno.test("what fits again needs all rows", async () => {
  const counted = await fitFrom("won ~ x + (1 | g)", few.lazy(), { family: "binomial" });
  for (const each of [some, await sampleFrom(counted, few.lazy(), { rows: 50 })]) {
    assert.throws(() => refit(each), /Cannot read the rows of this model/);
    assert.throws(() => drop1(each), /Cannot read the rows of this model/);
    assert.throws(() => simulateResiduals(each, { n: 5, refit: true }), /Cannot read the rows of this model/);
    await assert.rejects(async () => await bootstrap(each, { n: 2 }), /Cannot read the rows of this model/);
  }
});

Deno.test("other rows than those of the fit are refused", async () => {
  const lacking = inBlocks(crossed.drop("f"), 97);
  await assert.rejects(
    sampleFrom(model, lacking),
    /Cannot find column "f" in the source: its rows have "y", "x"/,
  );
  await assert.rejects(
    sampleFrom(model, source, { columns: ["zz"] }),
    /Cannot find column "zz" in the source/,
  );
  const small = await fitFrom("y ~ x + (1 | g)", inBlocks(crossed.head(50), 10));
  await assert.rejects(
    sampleFrom(small, source),
    /Cannot read these rows as those of the fit: the level "\d+" of g was not among them/,
  );
  assert.throws(() => augmentFrom(loadModel(saveModel(model)), source), /was loaded from JSON/);
  await assert.rejects(sampleFrom(model, source, { rows: 0 }), /rows/);
});

Deno.test("a source that hands out no rows says so", async () => {
  const { columns, describe, crossProducts } = source;
  const closed = {
    columns: columns.bind(source),
    describe: describe.bind(source),
    crossProducts: crossProducts.bind(source),
  };
  await assert.rejects(sampleFrom(model, closed), /it has no function rows\(\{ used, further \}\)/);
});

Deno.test("a model fitted in memory takes rows of its source too; the residual's place does not", async () => {
  const ovary = await dataset("sleepstudy"),
    visits = fit("Reaction ~ Days", ovary, {
      residual: "ar1(0 + factor(Days) | Subject)",
    });
  await assert.rejects(sampleFrom(visits, ovary.lazy()), /stands in the residual's place/);
  const plain = fit("Reaction ~ Days + (Days | Subject)", ovary);
  assert.equal(simulateResiduals(await sampleFrom(plain, ovary.lazy(), { rows: 30 }), { n: 10 }).height, 30);
});

Deno.test("blocks are read as they are asked for: a loop that is left reads no more", async () => {
  let given = 0;
  const counted = {
    columns: crossed.columns,
    *read() {
      for (let row = 0; row < crossed.height; row += 100, given++) yield crossed.slice(row, 100);
    },
  };
  const { fromBlocks } = await import("../../mod.ts"), blocks = fromBlocks(counted);
  const fitted = await fitFrom(formula, blocks);
  given = 0;
  for await (const block of augmentFrom(fitted, blocks)) {
    assert.ok(block.height <= 100);
    break;
  }
  assert.equal(given, 0);
});
