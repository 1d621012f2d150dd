import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import plugin, { objection } from "./layers.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const messages = (file: string, source: string) =>
  Deno.lint.runPlugin(plugin, file, source).map((diagnostic) => diagnostic.message);

Deno.test("a file may import its own folder and folders to its left", () => {
  assert.equal(objection("lib/model/fit.ts", "./objective/laplace.ts"), null);
  assert.equal(objection("lib/model/fit.ts", "../formula/design.ts"), null);
  assert.equal(objection("lib/model/families/beta.ts", "../links/mod.ts"), null);
  assert.equal(objection("lib/model/families/beta.ts", "../../math/special.ts"), null);
  assert.equal(objection("lib/display/text.ts", "../frame.ts"), null);
  assert.equal(objection("lib/frame.ts", "./frame/polars.ts"), null);
  assert.equal(objection("lib/datasets.ts", "../data/manifest.json"), null);
  assert.equal(objection("mod.ts", "./lib/figures/register.ts"), null);
  assert.equal(objection("tests/frame_test.ts", "npm:anything"), null);
});

Deno.test("but never to its right", () => {
  assert.match(
    objection("lib/math/special.ts", "../frame.ts")!,
    /layer "math" must not import layer "frame"/,
  );
  assert.match(
    objection("lib/formula/design.ts", "../model/fit.ts")!,
    /"formula" must not import layer "model"/,
  );
  assert.match(objection("lib/display/result.ts", "../figures/register.ts")!, /"display" .* "figures"/);
  assert.match(objection("lib/frame.ts", "./display.ts")!, /"frame" must not import layer "display"/);
  assert.match(objection("lib/model/fit.ts", "../../mod.ts")!, /not in a layer/);
  assert.match(objection("lib/model/fit.ts", "../../tests/reference/load.ts")!, /not in a layer/);
  assert.match(objection("lib/helpers/x.ts", "../math/special.ts")!, /not in a layer/);
});

Deno.test("rooms of a layer stand from left to right too", () => {
  assert.equal(objection("lib/model/optimum/start.ts", "../objective/laplace.ts"), null);
  assert.equal(objection("lib/model/result/ranef.ts", "./model.ts"), null);
  assert.match(
    objection("lib/model/objective/laplace.ts", "../result/model.ts")!,
    /room "objective" must not import "result"/,
  );
  assert.match(objection("lib/model/optimum/start.ts", "../fit.ts")!, /must not import "lib\/model\/fit.ts"/);
  assert.match(objection("lib/model/cellar/x.ts", "../fit.ts")!, /is not in a room/);
});

Deno.test("each package has one door", () => {
  assert.equal(objection("lib/frame/polars.ts", "nodejs-polars"), null);
  assert.equal(objection("lib/math/random.ts", "lib-r-math.js"), null);
  assert.equal(objection("lib/datasets.ts", "node:buffer"), null);
  assert.match(objection("lib/model/fit.ts", "nodejs-polars")!, /only be imported through its door/);
  assert.match(objection("lib/display.ts", "npm:linkedom@0.18.12")!, /"linkedom" may only/);
  assert.match(objection("lib/math/kernels.ts", "ml-matrix")!, /"ml-matrix" may only/);
  assert.match(objection("lib/math/x.ts", "@stdlib/stats/base")!, /"@stdlib\/stats" has no door/);
});

Deno.test("the plugin sees every way to import", () => {
  const ways = [
    `import pl from "nodejs-polars";`,
    `import type { DataFrame } from "nodejs-polars";`,
    `export * from "nodejs-polars";`,
    `export { DataFrame } from "nodejs-polars";`,
    `const pl = await import("nodejs-polars");`,
    `type Polars = typeof import("nodejs-polars");`,
  ];
  for (const source of ways) {
    assert.equal(messages(root + "lib/model/fit.ts", source).length, 1, source);
  }
  assert.deepEqual(
    messages(root + "lib/model/fit.ts", `import { x } from "../math/x.ts"; export { x };`),
    [],
  );
});
