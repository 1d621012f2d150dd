import assert from "node:assert/strict";
import { buildDesign, type DesignOptions } from "../../lib/formula/design.ts";
import { evaluateRecipe } from "../../lib/formula/evaluate_recipe.ts";
import { recipeVariables } from "../../lib/formula/recipe.ts";
import type { Recipe } from "../../lib/formula/types.ts";
import { frameOf } from "../../lib/frame.ts";
import { distance, exampleData, table } from "./tables.ts";

const frame = exampleData();
const throughJson = (recipe: Recipe): Recipe => JSON.parse(JSON.stringify(recipe));
const build = (
  formula: string,
  options: Partial<DesignOptions> = {},
  predictors = [] as { part: string; formula: string }[],
) => buildDesign({ formula, predictors }, frame, { usesTrials: false, ...options });

interface Prediction {
  newdata: Record<string, (number | string | boolean)[]>;
  cases: { formula: string; columns: string[]; values: number[][] }[];
}
const prediction = table<Prediction>("prediction");

for (const { formula, columns, values } of prediction.cases) {
  Deno.test(`new data as R's predict: ${formula}`, () => {
    const design = build(formula);
    assert.deepEqual(design.predictors[0].names, columns);
    const { predictors: [{ X }] } = evaluateRecipe(throughJson(design.recipe), frameOf(prediction.newdata));
    values.forEach((expected, j) => {
      const size = Math.max(1, ...expected.map(Math.abs));
      // Cubic polynomials are extrapolated here: relative to the largest value of the column.
      assert.ok(distance(X[j], expected) <= 1e-11 * size, columns[j]);
    });
  });
}

Deno.test("transforms inside other expressions are remembered too (R forgets them inside I())", () => {
  const { recipe } = build("y ~ I(scale(x)^2) + log(poly(x, 1) + 2)");
  const { recipe: plain } = build("y ~ scale(x) + poly(x, 1)");
  const fresh = frameOf(prediction.newdata);
  const [, square, logarithm] = evaluateRecipe(recipe, fresh).predictors[0].X;
  // poly(x, 1) is a multiple of scale(x): one of the two is dropped.
  const [, scaled] = evaluateRecipe(plain, fresh).predictors[0].X;
  assert.deepEqual(square, scaled.map((value) => value * value));
  assert.ok(distance(logarithm, scaled.map((value) => Math.log(value / Math.sqrt(23) + 2))) < 1e-14);
});

const model =
  "log(y) ~ poly(x, 3)*a + scale(z) + o + factor(k) + offset(log(n)) + (scale(x) + l | grp) + (1 | b/sub)";

for (const contrasts of [{}, { a: "sum", k: "helmert" }] as Required<DesignOptions>["contrasts"][]) {
  Deno.test(`the fit's own data give the fit's design back ${JSON.stringify(contrasts)}`, () => {
    const design = build(model, { contrasts, offset: "x" }, [{ part: "zi", formula: "~ x + (0 + a | grp)" }]);
    const again = evaluateRecipe(throughJson(design.recipe), frame);
    assert.equal(again.n, design.n);
    assert.deepEqual([...again.missingRows], []);
    design.predictors.forEach((part, k) => {
      const rebuilt = again.predictors[k];
      assert.equal(rebuilt.part, part.part);
      assert.deepEqual(rebuilt.X, part.X);
      assert.deepEqual(rebuilt.offset, part.offset);
      part.random.forEach((term, j) => {
        const { unseen, absent, position, ...same } = rebuilt.random[j],
          { position: places, ...original } = term;
        assert.deepEqual(same, original);
        assert.deepEqual(position && { labels: position.labels, codes: position.codes }, places);
        assert.deepEqual(unseen, []);
        assert.equal(absent, false);
      });
    });
  });
}

Deno.test("the recipe is plain JSON", () => {
  const { recipe } = build(model);
  assert.deepEqual(JSON.parse(JSON.stringify(recipe)), recipe);
});

Deno.test("unseen, missing and absent groups", () => {
  const { recipe } = build("y ~ x + (x | grp) + (1 | b:sub) + (1 | k)");
  const fresh = frameOf({
    x: [1, 2, 3],
    grp: ["g2", "new", null],
    b: ["u", "w", "zz"],
    sub: ["s", "r", "r"],
  });
  const { predictors: [{ random: [grp, nested, absent] }], absentColumns, missingRows } = evaluateRecipe(
    recipe,
    fresh,
  );
  assert.deepEqual([...grp.level], [1, -2, -1]);
  assert.deepEqual(grp.unseen, ["new"]);
  assert.deepEqual(nested.levels[nested.level[0]], "u:s");
  assert.deepEqual([...nested.level].slice(1), [nested.levels.indexOf("w:r"), -2]);
  assert.deepEqual(nested.unseen, ["zz:r"]);
  assert.deepEqual([...absent.level], [-1, -1, -1]);
  assert.equal(absent.absent, true);
  assert.deepEqual(absentColumns, ["k"]);
  assert.deepEqual([...missingRows], []);
});

Deno.test("a combination that the fit has not seen is a new group even if its parts are known", () => {
  const small = frameOf({ y: [1, 2, 3], a: ["p", "p", "q"], b: ["u", "v", "u"] });
  const { recipe } = buildDesign({ formula: "y ~ (1 | a:b)", predictors: [] }, small, { usesTrials: false });
  const { predictors: [{ random: [term] }] } = evaluateRecipe(
    recipe,
    frameOf({ a: ["q", "q"], b: ["v", "u"] }),
  );
  assert.deepEqual([...term.level], [-2, 2]);
  assert.deepEqual(term.unseen, ["q:v"]);
});

Deno.test("rows with missing values are noted, other rows are computed", () => {
  const { recipe } = build("y ~ log(x) + a + offset(z)");
  const fresh = frameOf({ x: [1, null, 3, 4], a: ["lo", "lo", null, "hi"], z: [1, 2, 3, null] });
  const { predictors: [{ X, offset }], missingRows } = evaluateRecipe(recipe, fresh);
  assert.deepEqual([...missingRows], [1, 2, 3]);
  assert.deepEqual([...X[1]], [0, NaN, Math.log(3), Math.log(4)]);
  assert.deepEqual([...X[2]], [1, 1, NaN, 0]);
  assert.deepEqual([...offset!], [1, 2, 3, NaN]);
});

Deno.test("only some parts, without random terms", () => {
  const { recipe } = build("y ~ x + (1 | grp)", {}, [{ part: "zi", formula: "~ a + (1 | grp)" }]);
  const { predictors } = evaluateRecipe(recipe, frameOf({ a: ["lo"] }), { parts: ["zi"], random: false });
  assert.deepEqual(predictors.map(({ part }) => part), ["zi"]);
  assert.deepEqual(predictors[0].X.map((column) => [...column]), [[1], [1]]);
  assert.deepEqual(predictors[0].random, []);
  assert.throws(
    () => evaluateRecipe(recipe, frame, { parts: ["disp"] }),
    /the parts of the model are "cond", "zi"/,
  );
});

Deno.test("a number column in the fit's factor: levels match by their text", () => {
  const { recipe } = build("y ~ k + (1 | k)", { levels: { k: ["10", "2", "1"] } });
  const { predictors: [{ X, random: [term] }] } = evaluateRecipe(recipe, frameOf({ k: [1, 10, 2] }));
  assert.deepEqual(X.map((column) => [...column]), [[1, 1, 1], [0, 0, 1], [1, 0, 0]]);
  assert.deepEqual([...term.level], [2, 0, 1]);
});

/** Formula, new data → kind of error and message. */
// deno-fmt-ignore
const errors: [string, Record<string, (number | string)[]>, string, RegExp][] = [
  ["y ~ x + a", { a: ["lo"] }, "RangeError", /^Cannot find column "x" named in the formula: the new data have "a"/],
  ["y ~ x + a", { x: [1, 2], a: ["lo", "medium"] }, "RangeError", /^Cannot predict for a = "medium" \(row 1 of the new data\): the levels in the fit are "hi", "lo"$/],
  ["y ~ factor(k)", { k: [3] }, "RangeError", /factor\(k\) = "3"/],
  ["y ~ x", { x: ["one"] }, "TypeError", /it needs numbers/],
  ["y ~ log(x)", { x: [1, 0] }, "RangeError", /^Cannot use log\(x\): row 1 is -Infinity \(x = 0\)/],
  ["y ~ offset(x)", { z: [1] }, "RangeError", /"x"/],
];
for (const [formula, fresh, name, message] of errors) {
  Deno.test(`error in new data: ${formula} ${JSON.stringify(fresh)}`, () => {
    const { recipe } = build(formula);
    assert.throws(() => evaluateRecipe(recipe, frameOf(fresh)), { name, message });
  });
}

Deno.test("the columns of a model with what prediction grids need", () => {
  const { recipe } = build("y ~ x*a + factor(k) + o + l + offset(n) + (z | grp)", { weights: "s" });
  const columns = recipeVariables(throughJson(recipe));
  assert.deepEqual(columns.map(({ name }) => name), ["y", "x", "a", "k", "o", "l", "z", "grp", "n", "s"]);
  const column = (name: string) => columns.find((each) => each.name === name)!;
  const data = table<Record<string, number[]>>("data");
  assert.equal(column("x").kind, "numeric");
  const total = data.s.reduce((sum, s) => sum + s, 0); // frequency weights count
  assert.ok(
    Math.abs(column("x").mean! - data.x.reduce((sum, x, i) => sum + data.s[i] * x, 0) / total) < 1e-14,
  );
  assert.equal(column("x").min, Math.min(...data.x));
  assert.equal(column("x").max, Math.max(...data.x));
  assert.equal(column("x").values, null);
  assert.deepEqual(column("k").values, [1, 2, 10]);
  assert.equal(column("k").asFactor, true);
  assert.deepEqual(column("o").levels, ["none", "some", "much", "all"]);
  assert.equal(column("o").ordered, true);
  assert.deepEqual(column("l").levels, ["FALSE", "TRUE"]);
  assert.equal(column("l").boolean, true);
  assert.equal(column("a").mostCommon, "hi");
  assert.deepEqual(column("z").roles, [{ part: "cond", role: "random" }]);
  assert.deepEqual(column("grp").roles, [{ part: "cond", role: "group" }]);
  assert.deepEqual(column("s").roles, [{ part: "cond", role: "frequency" }]);
  assert.deepEqual(column("y").roles, [{ part: "cond", role: "response" }]);
});
