/** Responses of which effects leave nothing: where the estimates are, and what the fit says, against the data as they were made. */
import assert from "node:assert/strict";
import { fit, type FitOptions, type Frame, pl, tidy } from "../../../mod.ts";
import { seed } from "../../../lib/math/random.ts";
import { liveEngine } from "../../../lib/model/result/engines.ts";
import { planFit } from "../../../lib/model/fit.ts";
import { ProfiledDeviance } from "../../../lib/model/objective/linear.ts";
import { isReproduced } from "../../../lib/model/objective/reproduced.ts";
import { rowSums } from "../../../lib/model/objective/row_sums.ts";

const random = seed(12), GROUPS = 12, VISITS = 5, rows = Array.from({ length: GROUPS * VISITS }, (_, i) => i);
const means = Array.from({ length: GROUPS }, () => random.normal()),
  x = rows.map(() => random.normal()),
  noise = rows.map(() => random.normal());
const groups: Frame = pl.DataFrame({
  y: rows.map((i) => means[i % GROUPS]),
  yx: rows.map((i) => means[i % GROUPS] + x[i] / 2),
  x,
  noise,
  g: rows.map((i) => `g${i % GROUPS}`),
  h: rows.map((i) => `h${i % 7}`),
  t: rows.map((i) => `v${Math.floor(i / GROUPS)}`),
});
const mean = means.reduce((s, v) => s + v, 0) / GROUPS;

/** Two rows in every cell of three levels and sixty places: enough places for sums over cells. */
const PLACES = 60, LEVELS = 3;
const inCells = Array.from(
  { length: 2 * LEVELS * PLACES },
  (_, i) => ({ place: (i >> 1) % PLACES, level: Math.floor(i / 2 / PLACES) }),
);
const places = Array.from({ length: PLACES }, () => [5 * random.uniform(), 5 * random.uniform()]);
const heights = Array.from({ length: LEVELS * PLACES }, () => random.normal());
const ofCell = inCells.map(({ place, level }) => heights[level * PLACES + place]),
  xOfCells = inCells.map(() => random.normal());
const cells: Frame = pl.DataFrame({
  y: ofCell,
  yx: ofCell.map((v, i) => v + xOfCells[i] / 2),
  x: xOfCells,
  u: inCells.map(({ place }) => places[place][0]),
  v: inCells.map(({ place }) => places[place][1]),
  time: inCells.map(({ place }) => `t${String(place).padStart(2, "0")}`),
  g: inCells.map(({ level }) => `g${level}`),
});
const heightsMean = heights.reduce((s, v) => s + v, 0) / heights.length;

/** No certificate, nothing about a flat likelihood, and the coefficients. */
function isWithoutBound(
  formula: string,
  data: Frame,
  options: FitOptions,
  cause: RegExp,
  expected: number[],
  within = 1e-4,
) {
  const model = fit(formula, data, options), said = model.messages.join("\n");
  assert.equal(model.certificate.converged, false, said);
  assert.match(model.messages[0], /^The likelihood grows without bound: /);
  assert.match(model.messages[0], cause);
  assert.doesNotMatch(said, /hardly changes|flat/);
  const estimates = tidy(model, { effects: "fixed" }).toRecords().map(({ estimate }) => Number(estimate));
  // the search ends 1e-13 of y before its end, which is the square root of a difference of squares
  expected.forEach((v, j) =>
    assert.ok(Math.abs(estimates[j] - v) < within, `${estimates} in place of ${expected}`)
  );
}

for (const structure of ["homcs", "cs", "ar1", "hetar1", "us"]) {
  for (const reml of [true, false]) {
    Deno.test(`rows of a level that are alike, ${structure} in the residual's place, reml: ${reml}`, () => {
      const cause = /the rows of a level differ by the fixed effects alone/;
      isWithoutBound(`y ~ 1 + ${structure}(0 + t | g)`, groups, { dispersion: "~ 0", reml }, cause, [mean]);
      // the directions of us run to their ends by themselves: 1ᵀV⁻¹1 is then 7.5e-14 of V⁻¹, and an intercept rounds by 1e-16 beside that
      const within = structure === "us" ? 1e-3 : undefined;
      isWithoutBound("yx ~ x", groups, { residual: `${structure}(t | g)`, reml }, cause, [mean, 0.5], within);
    });
  }
}

Deno.test("rows of a level that are alike where some visits were missed", () => {
  const holes = groups.filter(pl.Series("seen", rows.map((i) => (7 * i) % 11 !== 0))) as Frame;
  isWithoutBound("yx ~ x", holes, { residual: "homcs(t | g)" }, /differ by the fixed effects alone/, [
    mean,
    0.5,
  ]);
});

for (
  const term of [
    "exp(0 + numFactor(u, v) | g)",
    "gau(0 + numFactor(u, v) | g)",
    "mat(0 + numFactor(u, v) | g)",
    "homcs(0 + time | g)",
  ]
) {
  Deno.test(`cells of a field that reproduce the response, ${term}`, () => {
    const cause = /the random effects reproduce the response/;
    isWithoutBound(`y ~ 1 + ${term}`, cells, {}, cause, [heightsMean]);
    isWithoutBound(`yx ~ x + ${term}`, cells, {}, cause, [heightsMean, 0.5]);
  });
}

Deno.test("crossed factors of which one reproduces the response", () => {
  isWithoutBound("yx ~ x + (1 | g) + (1 | h)", groups, {}, /the random effects reproduce the response/, [
    mean,
    0.5,
  ]);
});

Deno.test("where little is left, but something, a fit is certified", () => {
  const near = groups.withColumns(
    pl.Series("near", rows.map((i) => means[i % GROUPS] + x[i] / 2 + 1e-5 * Math.cos(3 * i))),
    pl.Series("scaled", rows.map((i) => (i < GROUPS ? 1e-6 : 1) * (means[i % GROUPS] + noise[i]))),
  ) as Frame;
  for (
    const [formula, options] of [
      ["near ~ x + (1 | g)", {}],
      ["near ~ x", { residual: "homcs(t | g)" }],
      ["scaled ~ t", { residual: "us(t | g)" }], // one of the visits in another unit
    ] as const
  ) {
    const model = fit(formula, near, options), engine = liveEngine(model)!;
    assert.ok(model.converged, `${formula}: ${model.certificate.text}`);
    assert.ok(
      engine.kind === "gaussian" &&
        engine.objective.s2 * engine.objective.N < 1e-7 * engine.objective.sums.yty,
    );
    assert.equal(engine.objective.reproduces, false);
  }
});

Deno.test("levels with one row each reproduce nothing, nor do effects that are held", () => {
  const asks = (formula: string, options: FitOptions = {}) => {
    const sums = rowSums(planFit(formula, groups, options).design);
    return isReproduced(sums, 1e-9 * sums.yty);
  };
  assert.equal(asks("y ~ 1", { residual: "homcs(t | g)" }), true);
  assert.equal(asks("y ~ x + (1 | g)"), true);
  assert.equal(asks("yx ~ 1 + (1 | g)"), false);
  assert.equal(asks("noise ~ x + (1 | g:t)"), false); // as many levels as rows
  assert.equal(asks("y ~ x + (0 + x | g)"), false);
});

Deno.test("nothing profiled out: a search towards a variance of 0 ends there", () => {
  for (const term of ["(1 | g)", "(1 | g) + (1 | h)"]) {
    const objective = new ProfiledDeviance(
      rowSums(planFit(`y ~ 1 + ${term}`, groups, { reml: false }).design),
      false,
    );
    const theta = objective.start(), { sums: { yty }, unit, N } = objective;
    objective.evaluate(theta);
    const gamma = objective.gamma.slice(), sd = (share: number) => unit * Math.sqrt(share * yty / N);
    const at = (share: number) =>
      objective.evaluateAt(gamma, Math.log(sd(share)), theta.map((v, j) => j > 0 ? v : 1 / Math.sqrt(share)));
    assert.ok(at(1e-24) < at(1e-20) && at(1e-20) < at(1e-16));
    assert.equal(at(1e-27), Infinity, term);
  }
});
