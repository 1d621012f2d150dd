/** Tests in sequence weigh rows as the fit does: against sums of squares, and against the same data written in another way. */
import assert from "node:assert/strict";
import { frameOf } from "../../../lib/frame.ts";
import { anova } from "../../../lib/inference/tests/anova.ts";
import { residuals } from "../../../lib/inference/predict/residuals.ts";
import { fit, type FitOptions } from "../../../lib/model/fit.ts";
import type { Model } from "../../../lib/model/result/model.ts";
import { records } from "../close.ts";
import { scattered } from "../../model/objective/dense.ts";

const n = 60, rows = Array.from({ length: n }, (_, i) => i);
/** Unbalanced: a level of A is in as many rows of B as the other is not, and weights follow both. */
const A = rows.map((i) => (i % 5 < 2 ? "a" : i % 5 < 4 ? "b" : "c")),
  B = rows.map((i) => (i % 7 < 3 + i % 2 ? "u" : "v"));
const x = scattered(n, 30).map((v, i) => v + (A[i] === "a" ? 1 : 0)),
  noise = scattered(n, 500),
  effect = scattered(9, 77);
const y = rows.map((i) =>
  x[i] + (A[i] === "b" ? 0.5 : 0) + (B[i] === "u" ? 0.4 : 0) + noise[i] + effect[i % 9]
);
const times = rows.map((i) => 1 + (i * 7 + (A[i] === "c" ? 3 : 0)) % 4),
  hits = rows.map((i) => Math.min(times[i], (i * 3) % 5));
const columns = { A, B, x, y, g: rows.map((i) => `g${i % 9}`), times, hits };
const frame = frameOf(columns);
/** Every row as often as `times` says. */
const written = rows.flatMap((i) => new Array<number>(times[i]).fill(i));
const of = (values: readonly unknown[]) => written.map((i) => values[i]);
const long = frameOf({
  ...Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, of([...values]) as number[]])),
  hit: rows.flatMap((i) => Array.from({ length: times[i] }, (_, k) => (k < hits[i] ? 1 : 0))),
});

const inSequence = (m: Model) => records(anova(m, { type: 1 }));

function close(found: Model, expected: Model, within: number) {
  const wanted = inSequence(expected);
  inSequence(found).forEach((row, k) =>
    assert.ok(
      Math.abs(row.statistic / wanted[k].statistic - 1) < within,
      `${row.term}: ${row.statistic}, ${wanted[k].statistic}`,
    )
  );
}

Deno.test("least squares by precision: what each term takes off the weighted sum of squares", () => {
  const by = { weights: { precision: "times" } } as const;
  const squares = (formula: string) =>
    Array.from(residuals(fit(formula, frame, by)) as Iterable<number>, (r, i) => times[i] * r * r).reduce(
      (s, v) => s + v,
      0,
    );
  const [none, one, two, all] = ["1", "A", "A + x", "A + x + B"].map((right) => squares(`y ~ ${right}`));
  const sigma2 = all / (n - 5), expected = [(none - one) / 2, one - two, two - all].map((v) => v / sigma2);
  inSequence(fit("y ~ A + x + B", frame, by)).forEach(({ term, statistic }, k) =>
    assert.ok(Math.abs(statistic / expected[k] - 1) < 1e-10, `${term}: ${statistic}, ${expected[k]}`)
  );
});

// 1e-6: searches end within a millionth of a standard error of each other, which statistics of some standard errors see
for (
  const [name, formula, other, options, within] of [
    ["least squares", "y ~ A + x + B", "y ~ A + x + B", { weights: { frequency: "times" } }, 1e-10],
    ["a mixed model", "y ~ A + x + B + (1 | g)", "y ~ A + x + B + (1 | g)", {
      weights: { frequency: "times" },
      reml: false,
    }, 1e-5],
    ["trials", "cbind(hits, times - hits) ~ A + x + B", "hit ~ A + x + B", { family: "binomial" }, 1e-6],
    ["trials in groups", "cbind(hits, times - hits) ~ A + x + B + (1 | g)", "hit ~ A + x + B + (1 | g)", {
      family: "binomial",
    }, 1e-5],
  ] as [string, string, string, FitOptions, number][]
) {
  Deno.test(`${name}: rows that stand for many are as good as these`, () => {
    const { weights: _, ...others } = options;
    close(fit(formula, frame, options), fit(other, long, others), within);
  });
}
