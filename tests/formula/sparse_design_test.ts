/** Factors of many levels: the design keeps their entries alone, and every function has the numbers of the whole columns. */
import assert from "node:assert/strict";
import { anova, emmeans, fit, influence, predict, ranef, simulateResiduals, tidy } from "../../mod.ts";
import { buildDesign } from "../../lib/formula/design.ts";
import { evaluateRecipe } from "../../lib/formula/evaluate_recipe.ts";
import { frameOf } from "../../lib/frame.ts";
import { denseColumn, SparseColumn } from "../../lib/math/columns.ts";
import { seed } from "../../lib/math/random.ts";

const LEVELS = 40, random = seed(5);
const rows = Array.from({ length: LEVELS * 8 }, (_, i) => i);
const x = rows.map(() => random.normal()), f = rows.map((i) => `f${String(i % LEVELS).padStart(2, "0")}`);
const y = rows.map((i) => (i % LEVELS) / 20 + x[i] * (1 + (i % 3) / 4) + random.normal());
const g = rows.map((i) => `g${(i * 7) % 9}`), count = rows.map((i) => i % LEVELS === 3 ? 0 : i % 5);
const frame = frameOf({ x, f, y, g, count });

for (const formula of ["y ~ f", "y ~ 0 + f", "y ~ x * f", "y ~ f:x", "y ~ f * g"]) {
  Deno.test(`${formula}: entries of the design are those of the columns`, () => {
    const { predictors, recipe } = buildDesign({ formula, predictors: [] }, frame, { usesTrials: false });
    const { X } = predictors[0], whole = evaluateRecipe(recipe, frame).predictors[0].X;
    assert.ok(X.filter((column) => column instanceof SparseColumn).length >= LEVELS - 2);
    X.forEach((column, j) => assert.ok(denseColumn(column).every((v, i) => v === whole[j][i]))); // 0 is −0
  });
}

/** The same model with columns of 0 and 1 in the data, fewer than are kept by their entries at a time. */
Deno.test("estimates, tests and predictions are those of columns of 0 and 1", () => {
  const levels = [...new Set(f)].sort(), names = levels.slice(1).map((_, j) => `d${j + 1}`);
  const dummies = Object.fromEntries(names.map((n, j) => [n, f.map((v) => v === levels[j + 1] ? 1 : 0)]));
  const by = frameOf({ x, f, y, g, count, ...dummies });
  for (const family of ["gaussian", "poisson"] as const) {
    const response = family === "gaussian" ? "y" : "count", options = { family, reml: false };
    const sparse = fit(`${response} ~ x + f + (1 | g)`, by, options);
    const whole = fit(`${response} ~ x + ${names.join(" + ")} + (1 | g)`, by, options);
    assert.ok(Math.abs(sparse.logLik - whole.logLik) < 1e-6, family);
    const a = tidy(sparse).getColumn("std_error").toArray() as number[],
      b = tidy(whole).getColumn("std_error").toArray() as number[];
    a.forEach((v, i) => {
      if (v !== null && v < 10) assert.ok(Math.abs(v / b[i] - 1) < 1e-4, `${family} ${i} ${v} ${b[i]}`);
    });
    const at = (m: typeof sparse) => predict(m, by.head(20)).getColumn("estimate").toArray() as number[];
    at(sparse).forEach((v, i) => assert.ok(Math.abs(v - at(whole)[i]) < 1e-5 * (1 + Math.abs(v))));
  }
});

Deno.test("functions that read rows of the design", () => {
  const m = fit("y ~ x + f + (1 | g)", frame), p = fit("count ~ f", frame, { family: "poisson" });
  assert.equal(emmeans(m, "f").height, LEVELS);
  assert.equal(anova(m, { type: 3 }).height, 3);
  assert.ok(influence(m, { group: "g" }).height > 0);
  assert.equal(ranef(m).height, 9);
  assert.equal(simulateResiduals(p, { n: 50, seed: 1 }).height, rows.length);
  const separated = emmeans(p, "f", { type: "response" }).getColumn("estimate").toArray() as number[];
  assert.ok(separated[3] < 1e-6); // the level without counts
});
