/**
 * A model fitted again to other responses, from its own optimum on and with what depends on its design alone: the optimum is that of a
 * fit made anew. Both searches end within 1.4e-6 standard errors of it (a predicted decrease of 1e-12), so log-likelihoods agree to
 * rounding, 1e-10 of them, and estimates to 1e-5 of their size.
 */
import assert from "node:assert/strict";
import { dataset } from "../../lib/datasets.ts";
import { frameOf, readColumn, readNumeric } from "../../lib/frame.ts";
import { fit } from "../../lib/model/fit.ts";
import { modelAt, warmPlan, withResponse } from "../../lib/model/refits.ts";
import { scattered } from "./objective/dense.ts";

const sleepstudy = await dataset("sleepstudy"),
  Days = readNumeric(sleepstudy, "Days"),
  reaction = readNumeric(sleepstudy, "Reaction"),
  Subject = labels();

function labels(): string[] {
  const column = readColumn(sleepstudy, "Subject");
  assert.ok(column.kind === "factor");
  return Array.from(column.codes, (c) => column.levels[c]);
}

const frame = (y: Float64Array) => frameOf({ y, Days, Subject });

/** The response without what its subjects differ by: residuals of every subject about its own line. */
function withoutSubjects(y: Float64Array): Float64Array {
  const out = new Float64Array(y.length);
  for (const subject of new Set(Subject)) {
    const rows = [...Days.keys()].filter((i) => Subject[i] === subject), n = rows.length;
    const mean = (v: Float64Array) => rows.reduce((s, i) => s + v[i], 0) / n;
    const x = mean(Days), sxy = rows.reduce((s, i) => s + (Days[i] - x) * y[i], 0);
    const slope = sxy / rows.reduce((s, i) => s + (Days[i] - x) ** 2, 0), level = mean(y);
    for (const i of rows) out[i] = 250 + 10 * Days[i] + y[i] - level - slope * (Days[i] - x);
  }
  return out;
}

const noise = (size: number, from: number) => scattered(reaction.length, from).map((v) => size * v);
const plus = (a: Float64Array, b: Float64Array) => a.map((v, i) => v + b[i]);
const RESPONSES: Record<string, Float64Array> = {
  "near the first": plus(reaction, noise(20, 1)),
  "far from it": plus(reaction.map((v) => 3 * v + 1000), noise(300, 50)),
  "without variance between subjects": withoutSubjects(plus(reaction, noise(30, 90))),
  "the first again": reaction,
};

for (const reml of [true, false]) {
  for (const random of ["(Days | Subject)", "(Days || Subject)", "(1 | Subject) + (1 | Days)"]) {
    const formula = `y ~ Days + ${random}`,
      model = fit(formula, frame(reaction), { reml }),
      plan = warmPlan(model);
    for (const [what, y] of Object.entries(RESPONSES)) {
      Deno.test(`${reml ? "REML" : "ML"}: ${random}: a refit to a response ${what} is a fit made anew`, () => {
        const refit = modelAt(model, withResponse(plan, y)), anew = fit(formula, frame(y), { reml });
        assert.ok(refit.converged);
        assert.equal(refit.singular, anew.singular);
        if (what.startsWith("without")) assert.ok(refit.singular);
        assert.ok(Math.abs(refit.logLik / anew.logLik - 1) < 1e-10, `${refit.logLik}, anew ${anew.logLik}`);
        assert.deepEqual(Object.keys(refit.parameters), Object.keys(anew.parameters));
        for (const [name, value] of Object.entries(anew.parameters)) {
          const got = refit.parameters[name], away = Math.abs(got - value);
          assert.ok(Object.is(got, value) || away < 1e-5 * Math.abs(value), `${name} ${got}, anew ${value}`);
        }
      });
    }
  }
}
