/**
 * Type III with combinations of levels that do not occur. Numbers from R 4.2 (lme4 1.1-31, lmerTest 3.1-3, emmeans 1.8.4) on the
 * same data: joint_tests() where equally weighted contrasts are estimable, anova(type = 3) of lmerTest, which has SAS's
 * functions, elsewhere.
 */
import assert from "node:assert/strict";
import { type Frame, pl } from "../../lib/frame.ts";
import { anova } from "../../lib/inference/tests/anova.ts";
import { jointTests } from "../../lib/inference/means/joint_tests.ts";
import { fit, type FitOptions } from "../../lib/model/fit.ts";
import { records } from "./close.ts";

// deno-lint-ignore no-explicit-any
type Any = any;

const rows = Array.from({ length: 120 }, (_, i) => {
  const a = 1 + i % 3, b = 1 + Math.floor(i / 3) % 4, g = i % 10;
  return {
    A: `a${a}`,
    B: `b${b}`,
    g: `g${g}`,
    x: Math.cos(1.3 * i),
    y: Math.sin(1.7 * i) + Math.cos(2.9 * g) + 0.4 * a + 0.2 * b * (a === 2 ? 1 : 0),
    k: Math.floor(3 + 2 * Math.sin(3.1 * i) + Math.cos(2.9 * g) * 0.8 + 0.5 * a),
  };
});
const frame = (keep: (r: typeof rows[number]) => boolean) => pl.DataFrame(rows.filter(keep) as Any) as Frame;
const empty = ({ A, B }: { A: string; B: string }) => A === "a3" && B === "b2";
const twelve = frame((r) => !empty(r)), six = frame((r) => !empty(r) && (r.B === "b1" || r.B === "b2"));

function expect(table: Any, expected: Record<string, readonly number[]>, tolerance: number) {
  const found = Object.fromEntries(records(table).map((r) => [r.term, r]));
  for (const [term, [statistic, df, residual]] of Object.entries(expected)) {
    const what = `${term}: ${JSON.stringify(found[term])}`;
    assert.ok(Math.abs(found[term].statistic - statistic) <= tolerance * Math.abs(statistic), what);
    assert.equal(found[term].df, df, what);
    if (residual) assert.ok(Math.abs(found[term].df_residual - residual) <= tolerance * residual, what);
  }
}

Deno.test("a linear mixed model: estimable contrasts as joint_tests(), Kenward-Roger", () => {
  const model = fit("y ~ A * B + x + (1 | g)", twelve), table = anova(model, { type: 3, test: "F" });
  // optima of lme4 and ours differ by 1e-7; A: 1 of 2 df by emmeans, x and A:B (5 of 6) by lmerTest
  expect(table, {
    A: [31.53101, 1, 90.0014],
    x: [0.0218129192, 1, 91.132612],
    "A:B": [1.0553928989, 5, 52.939058],
  }, 1e-5);
  const ours = records(table).filter((r) => r.term !== "(Intercept)");
  expect(
    jointTests(model),
    Object.fromEntries(ours.map((r) => [r.term, [r.statistic, r.df, r.df_residual]])),
    1e-8,
  );
  assert.match(
    String((table as Any)[Symbol.for("Jupyter.display")]()["text/plain"]),
    /A \(1 of 2\), B \(2 of 3\), A:B \(5 of 6\)/,
  );
});

Deno.test("where no equally weighted contrast is estimable: SAS's type III, as lmerTest", () => {
  const model = fit("y ~ A * B + (1 | g)", six), table = anova(model, { type: 3, test: "F" });
  expect(table, {
    A: [10.56008, 1, 37.0252],
    B: [0.02533837344, 1, 37.025164254],
    "A:B": [4.41169979226, 1, 9.001282442],
  }, 1e-5);
  const text = String((table as Any)[Symbol.for("Jupyter.display")]()["text/plain"]);
  assert.match(
    text,
    /for \(Intercept\), B \(combinations of levels without data\): the hypotheses are SAS's type III/,
  );
  assert.equal(records(jointTests(model)).find((r) => r.term === "B").df, 0);
});

Deno.test("a generalized linear mixed model: as joint_tests()", () => {
  const model = fit("k ~ A * B + x + (1 | g)", twelve, { family: "poisson" });
  // emmeans prints F with three decimals: χ² = F df
  const F: Record<string, readonly number[]> = {
    A: [1.964, 1],
    B: [0.004, 2],
    x: [0.091, 1],
    "A:B": [0.021, 5],
  };
  for (const r of records(anova(model, { type: 3 }))) {
    if (!F[r.term]) continue;
    assert.ok(Math.abs(r.statistic / r.df - F[r.term][0]) < 5.1e-4, JSON.stringify(r));
    assert.equal(r.df, F[r.term][1]);
  }
});

Deno.test("two by two with an empty cell: the model is additive, and nothing is missing from the table", () => {
  const square = frame((r) =>
    (r.A === "a1" || r.A === "a2") && (r.B === "b1" || r.B === "b2") && !(r.A === "a1" && r.B === "b1")
  );
  const whole = anova(fit("y ~ A * B", square), { type: 3 }),
    additive = anova(fit("y ~ A + B", square), { type: 3 });
  const expected = Object.fromEntries(records(additive).map((r) => [r.term, [r.statistic, 1]]));
  expect(whole, { A: expected.A, B: expected.B }, 1e-9);
});

const ORDERS = [["a1", "a2", "a3"], ["a3", "a1", "a2"], ["a2", "a3", "a1"]];
const HOLES: Record<string, (r: typeof rows[number]) => boolean> = {
  "one empty cell": (r) => !empty(r),
  "two empty cells": (r) => !empty(r) && !(r.A === "a1" && r.B === "b4"),
  "a diagonal of empty cells": (r) => r.A.slice(1) !== r.B.slice(1),
};
const MODELS: readonly (readonly [string, FitOptions, Any])[] = [
  ["y ~ A * B + x + (1 | g)", {}, { test: "F" }],
  ["y ~ A * B + (1 | g)", {}, { df: "satterthwaite" }],
  ["y ~ A * B * x", {}, {}],
  ["k ~ A * B + x + (1 | g)", { family: "poisson" }, {}],
];

for (const [hole, keep] of Object.entries(HOLES)) {
  for (const [formula, options, tests] of MODELS) {
    Deno.test(`type III of ${formula}, ${hole}: the same in any order and coding of levels`, () => {
      let first: Any[] | null = null;
      for (const A of ORDERS) {
        for (const contrasts of [{}, { A: "sum", B: "helmert" }, { A: "poly" }] as Any[]) {
          const table = records(
            anova(fit(formula, frame(keep), { ...options, levels: { A }, contrasts }), { ...tests, type: 3 }),
          );
          first ??= table;
          assert.ok(table.every((r) => r.statistic !== null && r.df > 0));
          table.forEach((r, k) => {
            for (const name of ["statistic", "df", "df_residual", "p_value"]) {
              if (r[name] === undefined) continue;
              // the optimum is found to 1e-7 of its scale
              const scale = Math.max(Math.abs(first![k][name]), 1e-3);
              assert.ok(
                Math.abs(r[name] - first![k][name]) <= 2e-5 * scale,
                `${r.term} ${name}: ${r[name]}, ${first![k][name]}`,
              );
            }
          });
        }
      }
    });
  }
}

Deno.test("nested factors: contrasts of the outer factor over the cells that occur, of the inner one within it", () => {
  const nested = pl.DataFrame(
    rows.map((r) => ({ ...r, inner: `${r.A}${Number(r.B.slice(1)) % 2}` })) as Any,
  ) as Frame;
  const table = records(anova(fit("y ~ A + A:inner", nested), { type: 3 })),
    other = records(
      anova(
        fit("y ~ A + A:inner", nested, { levels: { A: ["a3", "a2", "a1"] }, contrasts: { inner: "sum" } }),
        { type: 3 },
      ),
    );
  table.forEach((r, k) => {
    assert.ok(
      Math.abs(r.statistic - other[k].statistic) < 1e-8 * r.statistic && r.df === other[k].df && r.df > 0,
      r.term,
    );
  });
  assert.deepEqual(table.map((r) => [r.term, r.df]), [["(Intercept)", 1], ["A", 2], ["A:inner", 3]]);
});
