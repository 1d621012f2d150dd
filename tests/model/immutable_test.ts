/**
 * A model is a value: whoever evaluates the objective behind it somewhere else changes no answer. Every function is asked of a fresh fit
 * and of one whose objective was moved before each question. Modes are found again by Newton's method, to 1e-9, so answers agree to
 * 1e-6 of their size (standard errors of standard errors difference twice).
 */
import assert from "node:assert/strict";
import * as t from "../../mod.ts";
import { liveEngine } from "../../lib/model/result/engines.ts";
import { dataOf, fitNamed, type ModelName } from "../catalogue.ts";

type Make = () => t.Model;
const names: readonly ModelName[] = [
  "sleep, REML",
  "sleep, ML",
  "sleep, ar1",
  "counts, Poisson",
  "counts, Poisson by quadrature",
  "counts, negative binomial with extra zeros",
];
const models: Record<string, Make> = {};
for (const name of names) {
  const data = await dataOf(name);
  models[name] = () => fitNamed(name, data);
}

const questions: Record<string, (m: t.Model) => unknown> = {
  tidy: (m) => t.tidy(m).toRecords(),
  ranef: (m) => t.ranef(m).toRecords(),
  "confint, Wald": (m) => t.confint(m).toRecords(),
  "confint, profile": (m) => t.confint(m, { method: "profile", terms: [m.parts[0].names[1]] }).toRecords(),
  predict: (m) => t.predict(m).toRecords(),
  emmeans: (m) => t.emmeans(m, m.parts[0].names.includes("Days") ? "~ Days" : "~ k").toRecords(),
  anova: (m) => t.anova(m).toRecords(),
  fitted: (m) => Array.from(t.fitted(m)),
  residuals: (m) => Array.from(t.residuals(m, { type: "pearson" })),
  simulate: (m) => t.simulate(m, { n: 2, seed: 1 }).toRecords(),
  simulateResiduals: (m) => t.simulateResiduals(m, { n: 20, seed: 1 }).getColumn("residual").toArray(),
  r2: (m) => t.r2(m).toRecords(),
};

/** Numbers agree, everything else is the same. */
function same(a: unknown, b: unknown, what: string): void {
  if (typeof a === "number" && typeof b === "number") {
    assert.ok(Object.is(a, b) || Math.abs(a - b) <= 1e-6 * (1 + Math.abs(b)), `${what}: ${a}, was ${b}`);
  } else if (typeof a === "object" && a !== null && typeof b === "object" && b !== null) {
    assert.deepEqual(Object.keys(a), Object.keys(b), what);
    for (const key of Object.keys(a)) {
      same((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key], `${what} ${key}`);
    }
  } else assert.equal(a, b, what);
}

for (const [name, make] of Object.entries(models)) {
  Deno.test(`a model is a value: ${name}`, () => {
    const untouched = make(), moved = make(), engine = liveEngine(moved)!;
    for (const [question, ask] of Object.entries(questions)) {
      const before = ask(untouched), elsewhere = engine.optimum.psi.map((v, i) => v + 0.3 + 0.1 * i);
      engine.objective.evaluate(elsewhere, new Float64Array(elsewhere.length));
      same(ask(moved), before, question);
    }
  });
}

/** Writes into everything that can be reached from a value and can be written to. */
function spoil(value: unknown, seen = new Set<unknown>()): void {
  if (typeof value !== "object" || value === null || seen.has(value)) return;
  seen.add(value);
  if (ArrayBuffer.isView(value)) (value as Float64Array).fill(7);
  else if (value instanceof Map || value instanceof Set) value.clear();
  else if (typeof (value as { set?: unknown }).set === "function" && "rows" in value) {
    (value as unknown as { mul(factor: number): void }).mul(3);
  } else {
    for (const key of Reflect.ownKeys(value)) {
      try {
        (value as Record<PropertyKey, unknown>)[key] =
          typeof (value as Record<PropertyKey, unknown>)[key] === "number" ? 7 : undefined;
      } catch {
        // frozen, or a getter
      }
      spoil((value as Record<PropertyKey, unknown>)[key], seen);
    }
  }
}

for (const [name, make] of Object.entries(models)) {
  Deno.test(`a model is a value, whatever is written into it and its options: ${name}`, () => {
    const untouched = make(), spoiled = make();
    const before = Object.entries(questions).map(([question, ask]) => [question, ask(untouched)] as const);
    for (const [question, answer] of before) {
      spoil({ ...spoiled, data: null });
      same(questions[question](spoiled), answer, question);
    }
    assert.equal(t.summary(spoiled), t.summary(untouched));
    assert.equal(t.saveModel(spoiled), t.saveModel(untouched));
  });
}

for (const [name, make] of Object.entries(models)) {
  Deno.test(`a model is a value, whatever is written into its results: ${name}`, () => {
    const model = make(), before = t.summary(model), estimates = t.predict(model).toRecords();
    const results = [
      t.fixef(model),
      t.vcov(model),
      t.fitted(model),
      t.tidy(model),
      t.ranef(model),
      t.varCorr(model),
      t.confint(model),
      t.predict(model),
      t.simulate(model, { n: 1, seed: 1 }),
      t.simulateResiduals(model, { n: 20, seed: 1 }),
      t.anova(model),
      t.emmeans(model, model.parts[0].names.includes("Days") ? "~ Days" : "~ k"),
      t.equation(model),
      t.report(model),
    ];
    for (const result of results) {
      // a polars frame's own methods are its package's
      if ("toRecords" in result) {
        for (const key of Object.getOwnPropertySymbols(result)) {
          spoil((result as unknown as Record<symbol, unknown>)[key]);
        }
      } else spoil(result);
    }
    assert.equal(t.summary(model), before);
    same(t.predict(model).toRecords(), estimates, "predict");
  });
}

Deno.test("a model is a value: the caller's options are copied", async () => {
  const data = await t.dataset("Salamanders"),
    options = {
      family: "poisson" as const,
      levels: { mined: ["no", "yes"] },
      fixed: { cover: 0.2 } as Record<string, number>,
    };
  const model = t.fit("count ~ mined + cover + (1 | site)", data, options), again = t.refit(model).logLik;
  options.levels.mined.reverse();
  options.fixed.cover = 5;
  assert.equal(t.refit(model).logLik, again);
  assert.equal(model.options.fixed!.cover, 0.2);
});

Deno.test("a model prints as its summary in a console", async () => {
  const model = t.fit("Reaction ~ Days", await t.dataset("sleepstudy"));
  assert.equal(Deno.inspect(model), t.summary(model));
});
