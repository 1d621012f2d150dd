/** Searches over the different rows: the fit is that of all rows, and of the different ones with their numbers as weights. */
import assert from "node:assert/strict";
import { type Frame, frameOf, pl } from "../../../lib/frame.ts";
import { seed } from "../../../lib/math/random.ts";
import { fit, type FitOptions, planFit } from "../../../lib/model/fit.ts";
import { differentRows } from "../../../lib/model/objective/equal_rows.ts";
import { augment, predict, ranef, tidy } from "../../../mod.ts";

const n = 6_000, r = seed(11), rows = Array.from({ length: n }, (_, i) => i);
const draw = (f: (i: number) => number) => rows.map(f);
const g = draw(() => Math.floor(20 * r.uniform())), b = Array.from({ length: 20 }, () => 0.6 * r.normal());
const x = draw(() => Math.floor(3 * r.uniform())), k = rows.map(() => `k${Math.floor(2 * r.uniform())}`);
const eta = draw((i) => 0.2 + 0.2 * x[i] + b[g[i]]);
const count = draw((i) => r.uniform() < 0.2 ? 0 : Math.floor(-Math.log(r.uniform()) * Math.exp(eta[i])));
const frame = frameOf({
  count,
  few: count.map((v) => Math.min(v, 4)),
  yes: draw((i) => +(r.uniform() < 1 / (1 + Math.exp(-eta[i])))),
  grade: draw((i) => 1 + (r.normal() < eta[i] ? 1 : 0) + (r.normal() < eta[i] - 1 ? 1 : 0)),
  x,
  k,
  g,
  w: draw(() => 1 + Math.floor(2 * r.uniform())),
  own: draw((i) => i),
});

/** The different rows of a frame and their numbers. */
function aggregated(frame: Frame, columns: readonly string[], weight?: string): Frame {
  const w = weight ? frame.getColumn(weight).toArray() as number[] : rows.map(() => 1);
  const all = columns.map((c) => frame.getColumn(c).toArray() as (string | number)[]);
  const sums = new Map<string, { at: number; sum: number }>();
  for (const i of rows) {
    const key = all.map((c) => c[i]).join(" "), found = sums.get(key);
    if (found) found.sum += w[i];
    else sums.set(key, { at: i, sum: w[i] });
  }
  const kept = [...sums.values()];
  return pl.DataFrame({
    ...Object.fromEntries(columns.map((c, j) => [c, kept.map(({ at }) => all[j][at])])),
    number: kept.map(({ sum }) => sum),
  });
}

const CASES: readonly (readonly [string, readonly string[], FitOptions])[] = [
  ["yes ~ k * x + (1 | g)", ["yes", "k", "x", "g"], { family: "binomial" }],
  ["yes ~ k + (1 | g)", ["yes", "k", "g"], { family: "binomial", quadrature: 9 }],
  ["yes ~ k + x", ["yes", "k", "x"], { family: "binomial" }],
  ["few ~ k + x + (x | g)", ["few", "k", "x", "g"], { family: "nbinom2", dispersion: "~ k" }],
  ["few ~ x + (1 | g)", ["few", "x", "k", "g"], { family: "poisson", zeroInflation: "~ k" }],
  ["few ~ k + (1 | g)", ["few", "k", "x", "g"], {
    family: "poisson",
    offset: "x",
    weights: { frequency: "w" },
  }],
  ["grade ~ x + (1 | g)", ["grade", "x", "g"], { family: "cumulative" }],
];

for (const [formula, columns, options] of CASES) {
  Deno.test(`${formula} ${JSON.stringify(options)}: all rows, and the different ones with their numbers`, () => {
    const model = fit(formula, frame, options), weight = options.weights ? "w" : undefined;
    const small = aggregated(frame, columns, weight),
      of = fit(formula, small, { ...options, weights: { frequency: "number" } });
    assert.match(model.certificate.text, new RegExp(`over the ${small.height} different rows of ${n},`));
    assert.doesNotMatch(of.certificate.text, /different rows/);
    // sums in another order
    assert.ok(
      Math.abs(model.logLik - of.logLik) < 1e-9 * Math.abs(of.logLik),
      `${model.logLik}, ${of.logLik}`,
    );
    const numbers = (m: typeof model, c: string) => tidy(m).getColumn(c).toArray() as (number | null)[];
    for (const c of ["estimate", "std_error"]) {
      const expected = numbers(of, c), errors = numbers(of, "std_error");
      numbers(model, c).forEach((v, j) => {
        if (v === null) return assert.equal(expected[j], null);
        const scale = errors[j] ?? Math.abs(v);
        assert.ok(Math.abs(v - expected[j]!) < 1e-3 * scale, `${c} ${j}: ${v}, ${expected[j]}`); // a certificate's tolerance
      });
    }
    if (options.family !== "cumulative") {
      const fitted = augment(model).getColumn("fitted").toArray() as number[];
      const again = predict(model, frame).getColumn("estimate").toArray() as number[];
      fitted.forEach((v, i) =>
        assert.ok(Math.abs(v - again[i]) < 1e-9 * (1 + Math.abs(v)), `row ${i}: ${v}, ${again[i]}`)
      );
    }
    if (formula.includes("|")) assert.equal(ranef(model).height, ranef(of).height);
  });
}

Deno.test("the different rows are the first of every kind, with the sums of their weights", () => {
  const { design } = planFit("yes ~ k + x + (1 | g)", frame, {
    family: "binomial",
    weights: { frequency: "w" },
  });
  const { rows: first, weights } = differentRows(design)!, w = frame.getColumn("w").toArray() as number[];
  const key = (i: number) => ["yes", "k", "x", "g"].map((c) => frame.getColumn(c).get(i)).join(" ");
  const sums = new Map<string, number>();
  for (const i of rows) sums.set(key(i), (sums.get(key(i)) ?? 0) + w[i]);
  assert.deepEqual(Array.from(first, key), [...sums.keys()]);
  assert.deepEqual(Array.from(weights), [...sums.values()]);
});

for (
  const [what, data, formula] of [
    ["rows that all differ", frame, "yes ~ own + (1 | g)"],
    ["few rows", frame.head(1_000), "yes ~ k + (1 | g)"],
  ] as const
) {
  Deno.test(`${what}: the search goes over all`, () => {
    assert.equal(differentRows(planFit(formula, data, { family: "binomial" }).design), null);
  });
}

Deno.test("rows of a kind that stand together are found as those that stand apart", () => {
  const sorted = frame.sort(["g", "k", "x", "yes"]);
  const { design } = planFit("yes ~ k + x + (1 | g)", sorted, { family: "binomial" });
  assert.equal(differentRows(design)!.rows.length, aggregated(frame, ["yes", "k", "x", "g"]).height);
});
