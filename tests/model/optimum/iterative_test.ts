/** Searches by estimated gradients against those by factors: the same optimum where there is a factor at the end, near it where there is none. */
import assert from "node:assert/strict";
import { frameOf } from "../../../lib/frame.ts";
import { seed } from "../../../lib/math/random.ts";
import * as families from "../../../lib/model/families/mod.ts";
import { fit, type FitOptions, planFit } from "../../../lib/model/fit.ts";
import { Laplace } from "../../../lib/model/objective/laplace.ts";
import type { ProfiledDeviance } from "../../../lib/model/objective/linear.ts";
import { exactly, isDear } from "../../../lib/model/objective/make_factor.ts";
import { type Engine, objectiveOf } from "../../../lib/model/optimum/engine.ts";
import { optimiseIteratively } from "../../../lib/model/optimum/iterative.ts";
import { optimise } from "../../../lib/model/optimum/optimise.ts";
import type { Optimum } from "../../../lib/model/optimum/optimum.ts";
import {
  gaussianProblem,
  generalProblem,
  searchGaussian,
  searchGeneral,
} from "../../../lib/model/optimum/search.ts";
import { engineAgain } from "../../../lib/model/fit.ts";
import { makeModel } from "../../../lib/model/result/make_model.ts";
import { fitAsync, predict, ranef, simulateResiduals, summary, tidy } from "../../../mod.ts";
import { close } from "../../math/close.ts";

const n = 12_000, levels = { g: 1200, h: 1000, k: 12 }, r = seed(8);
const column = (f: (i: number) => number) => Float64Array.from({ length: n }, (_, i) => f(i));
const at = Object.fromEntries(
  Object.entries(levels).map(([name, count]) => [name, column(() => Math.floor(count * r.uniform()))]),
);
const effect = (name: keyof typeof levels, sd: number) => {
  const b = Float64Array.from({ length: levels[name] }, () => sd * r.normal());
  return (i: number) => b[at[name][i]];
};
const x = column(() => r.normal()),
  g = effect("g", 0.6),
  slope = effect("g", 0.3),
  h = effect("h", 0.5),
  k = effect("k", 0.3);
const eta = column((i) => 0.4 + 0.3 * x[i] + g(i) + slope(i) * x[i] + h(i) + k(i));
const frame = frameOf({
  y: column((i) => eta[i] + 0.7 * r.normal()),
  yes: column((i) => families.binomial().simulate(r, [eta[i]], 1)),
  count: column((i) => families.nbinom2().simulate(r, [eta[i], 0.8], 1)),
  x,
  ...at,
});

const MODELS: readonly (readonly [string, FitOptions])[] = [
  ["y ~ x + (1 | g) + (1 | h)", {}],
  ["y ~ x + (x | g) + (1 | h) + (1 | k)", { reml: false }],
  ["yes ~ x + (1 | g) + (1 | h)", { family: "binomial" }],
  ["count ~ x + (0 + x | g) + (1 | h)", { family: "nbinom2" }],
];

/** The optimum by a factor at every step. */
function byFactors(formula: string, options: FitOptions): Optimum {
  const plan = planFit(formula, frame, options), objective = objectiveOf(plan, undefined, exactly);
  return objective instanceof Laplace
    ? searchGeneral(plan, objective, generalProblem(plan, objective))
    : searchGaussian(plan, objective, gaussianProblem(plan, objective, objective, true));
}

const distance = (a: Optimum, b: Optimum) =>
  Math.max(...a.free.map((i) => Math.abs(b.psi[i] - a.psi[i]) / Math.sqrt(a.covariance.get(i, i))));

for (const [formula, options] of MODELS) {
  const name = `${formula} ${options.family ?? "gaussian"}`;
  Deno.test(`${name}: by estimates with exact steps at the end the optimum is that by factors`, () => {
    const expected = byFactors(formula, options),
      plan = planFit(formula, frame, options),
      { optimum } = optimise(plan);
    if (!isDear(objectiveOf(plan).effects.pattern)) return assert.equal(optimum.iterative, undefined); // slopes of so few levels
    assert.ok(optimum.iterative?.exact && optimum.converged && expected.converged);
    close(optimum.value, expected.value, 0, 1e-8, "log-likelihood");
    // by factors it ends within 1.4e-5 of the optimum, or by differences of the gradient; so does this
    assert.ok(distance(expected, optimum) < 6e-5, `${distance(expected, optimum)}`);
    // curvatures are differences of gradients here and there, good to some 1e-5
    for (const i of expected.free) {
      close(optimum.covariance.get(i, i), expected.covariance.get(i, i), 1e-4, 0, `variance ${i}`);
    }
  });

  Deno.test(`${name}: without any factor it is as near as it says`, () => {
    const expected = byFactors(formula, options),
      plan = planFit(formula, frame, { ...options, control: { crossed: "iterative" } });
    const { optimum } = optimiseIteratively(plan, optimise, () => false)!,
      { exact, logLik, shift } = optimum.iterative!;
    assert.equal(exact, false);
    assert.ok(logLik < 0.05 && shift < 0.05, `${logLik}, ${shift}`);
    close(optimum.value, expected.value, 0, 3 * logLik + 0.05 ** 2, "log-likelihood"); // at a point that far from the optimum
    assert.ok(
      distance(expected, optimum) < Math.max(0.05, 4 * shift),
      `${distance(expected, optimum)} for ${shift}`,
    );
    for (const i of expected.free) {
      close(optimum.covariance.get(i, i), expected.covariance.get(i, i), 0.02, 0, `variance ${i}`);
    }
  });
}

Deno.test("the option: one factor at the end, and the certificate says so", () => {
  const [formula, options] = MODELS[2],
    model = fit(formula, frame, { ...options, control: { crossed: "iterative" } });
  const { certificate } = model, { iterative } = certificate;
  assert.deepEqual({ exact: iterative?.exact, logLik: iterative?.logLik }, { exact: false, logLik: 0 });
  assert.ok(iterative!.shift < 0.02 && certificate.gradient < 1e-3 && model.converged);
  assert.match(
    certificate.text,
    /^Converged: the estimated gradient is .*\n.*\nSearched by estimates of determinant and inverse .*; the log-likelihood is exact, .* within about \S+ of their standard errors/,
  );
  const expected = byFactors(formula, options), rows = tidy(model).toRecords();
  close(-model.logLik, expected.value, 0, 0.02 ** 2, "log-likelihood");
  fit(formula, frame, options).parts[0].beta.forEach((v, i) =>
    close(Number(rows[i].estimate), v, 0, 0.02 * Number(rows[i].std_error), `${i}`)
  );
});

/** The model of an engine that has no factor. */
function withoutFactor([formula, given]: (typeof MODELS)[number]) {
  const options: FitOptions = { ...given, control: { crossed: "iterative" } },
    plan = planFit(formula, frame, options);
  const engine: Engine = optimiseIteratively(plan, optimise, () => false)!;
  return makeModel(
    formula,
    frame,
    plan.family,
    engine,
    plan.options,
    engineAgain(formula, frame, plan, engine),
  );
}

for (const which of [0, 2]) {
  Deno.test(`${MODELS[which][0]}: everything that a fit is asked works without a factor`, () => {
    const [formula, options] = MODELS[which],
      model = withoutFactor(MODELS[which]),
      exact = fit(formula, frame, options);
    assert.ok(
      model.messages.some((text) => /more than 4 GiB.*standard error of.*within about/.test(text)),
      model.messages.join(),
    );
    assert.match(String(summary(model)), /Number of obs/);
    const rows = (m: typeof model) => tidy(m).toRecords(), expected = rows(exact);
    rows(model).forEach((row, i) => {
      const { std_error: se, df } = expected[i] as Record<string, number>;
      close(Number(row.estimate), Number(expected[i].estimate), 0, 0.05 * (se ?? 0.02), String(row.term));
      if (se !== null) close(Number(row.std_error), se, 0.01, 0, `${row.term}: standard error`);
      if (Number.isFinite(df)) close(Number(row.df), df, 0.02, 0, `${row.term}: df`);
    });
    const [modes, known] = [model, exact].map((m) => ranef(m).toRecords());
    modes.forEach((row, i) => {
      const { std_error: se } = known[i] as Record<string, number>;
      close(Number(row.estimate), Number(known[i].estimate), 0, 0.05 * se, `mode ${i}`);
      close(Number(row.std_error), se, 0.02, 0, `its standard error ${i}`); // estimated with 32 vectors
    });
    const grid = frameOf({ x: [0, 1], g: [3, 5], h: [7, 11] }),
      [p, q] = [model, exact].map((m) => predict(m, grid).toRecords());
    p.forEach((row, i) => {
      const { std_error: se } = q[i] as Record<string, number>;
      close(Number(row.estimate), Number(q[i].estimate), 0, 0.05 * se, `prediction ${i}`);
      close(Number(row.std_error), se, 0.02, 0, `its standard error ${i}`);
    });
    const { height, columns } = simulateResiduals(model, { n: 50, seed: 1 });
    assert.ok(height === n, columns.join());
  });
}

Deno.test("degrees of freedom where a factor is dear, by differences of estimates, are those of factors", () => {
  const [formula, options] = MODELS[0],
    model = fit(formula, frame, options),
    engine = optimise(planFit(formula, frame, options));
  const objective = engine.objective as ProfiledDeviance, near = objective.forDifferences;
  assert.notEqual(near, objective);
  const theta = engine.optimum.psi, h = 1e-2; // central differences of both
  for (const j of [0, 1]) {
    const slopes = [objective, near].map((by) => {
      const [up, down] = [h, -h].map((step) => {
        const gradient = new Float64Array(2);
        by.evaluate(theta.map((v, i) => i === j ? v + step : v), gradient);
        return gradient;
      });
      return up.map((v, i) => (v - down[i]) / (2 * h));
    });
    slopes[0].forEach((v, i) =>
      close(slopes[1][i], v, 1e-3, 1e-3 * Math.abs(slopes[0][j]), `curvature ${i}, ${j}`)
    );
  }
  assert.ok(Number(tidy(model).toRecords()[0].df) > 100);
});

Deno.test("in a thread the same numbers come out", async () => {
  const [formula, options] = MODELS[0], control = { crossed: "iterative" } as const;
  const [here, there] = [
    fit(formula, frame, { ...options, control }),
    await fitAsync(formula, frame, { ...options, control }),
  ];
  assert.equal(there.logLik, here.logLik);
  assert.deepEqual(there.certificate.iterative, here.certificate.iterative);
});

const few = frameOf({
  y: x.subarray(0, 90),
  g: at.k.subarray(0, 90),
  h: at.k.subarray(90, 180),
  n: x.subarray(0, 90).map(() => 1),
});

Deno.test("where there is nothing to gain the fit is exact, and a message says so", () => {
  const model = fit("y ~ 1 + (1 | g) + (1 | h)", few, { control: { crossed: "iterative" } });
  assert.equal(model.logLik, fit("y ~ 1 + (1 | g) + (1 | h)", few).logLik);
  assert.ok(model.messages.some((text) => text.includes("was not needed")));
  assert.equal(model.certificate.iterative, undefined);
  assert.ok(
    !fit("y ~ 1 + (1 | g)", few, { control: { crossed: "exact" } }).messages.some((text) =>
      text.includes("needed")
    ),
  );
});

Deno.test("what cannot be searched so is refused with a reason", () => {
  const control = { crossed: "iterative" } as const;
  assert.throws(
    () => fit("y ~ 1 + (1 | g) + (1 | h)", few, { dispersion: "~ g", reml: true, control }),
    /Cannot fit with the option control.crossed: "iterative" by REML beside a dispersion formula: use reml: false, or leave crossed out/,
  );
  assert.throws(
    () => fit("y ~ 1 + (1 | g)", few, { control: { crossed: "sometimes" as "exact" } }),
    /Cannot use crossed: "sometimes", known are "exact", "iterative"/,
  );
});
