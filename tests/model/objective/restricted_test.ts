/**
 * Restricted likelihoods of Gaussian models with a dispersion formula: against the closed form where there is one, glmmTMB (REML = TRUE,
 * whose dispersion coefficients are those of log σ²), and dense algebra,
 *
 *   ℓ_R = −½ (log|V| + log|XᵀV⁻¹X| + rᵀV⁻¹r + (n − p) log 2π),   V = ZGZᵀ + diag σ²_i
 *
 * Log-likelihoods agree to 1e-8 (the flat prior's 1e-12 times n), estimates at their optima to 1e-6.
 */
import assert from "node:assert/strict";
import { choleskyFactor, choleskySolve, Matrix } from "../../../lib/math/dense.ts";
import {
  anova,
  bootstrap,
  confint,
  dataset,
  emmeans,
  fit,
  type Frame,
  loadModel,
  type Model,
  pl,
  saveModel,
} from "../../../mod.ts";
import { planFit } from "../../../lib/model/fit.ts";
import { engineAt } from "../../../lib/model/optimum/engine.ts";
import { optimumWhereStopped, stepAt } from "../../../lib/model/optimum/stopped.ts";
import { engineOf } from "../../../lib/model/result/model.ts";
import { close } from "../../math/close.ts";

const sleep = await dataset("sleepstudy");
const FORMULA = "Reaction ~ Days + (Days | Subject)";
const errors = (m: Model) =>
  Array.from({ length: m.covariance.rows }, (_, i) => Math.sqrt(m.covariance.get(i, i)));

Deno.test("with a slope of the dispersion held at 0 it is the closed form's", () => {
  const closed = fit(FORMULA, sleep),
    general = fit(FORMULA, sleep, { dispersion: "~ Days", reml: true, fixed: { "disp Days": 0 } });
  assert.ok(general.converged && general.reml && general.method === "REML");
  close(general.logLik, closed.logLik, 0, 1e-8, "log-likelihood");
  closed.parts[0].beta.forEach((b, j) => close(general.parts[0].beta[j], b, 1e-8, 0, `β${j}`));
  errors(closed).slice(0, 2).forEach((se, j) => close(errors(general)[j], se, 1e-6, 0, `SE ${j}`));
});

Deno.test("a dispersion formula beside random slopes as glmmTMB 1.1.5 has it", () => {
  const m = fit(FORMULA, sleep, { dispersion: "~ Days", reml: true });
  close(m.logLik, -865.825720755, 0, 1e-8, "log-likelihood");
  [252.86193, 10.08418, 5.62 / 2, 0.1701 / 2].forEach((b, j) => {
    close([...m.parts[0].beta, ...m.parts[1].beta][j], b, 1e-3, 0, `β${j}`); // as many digits as glmmTMB prints
  });
  [6.76581579, 1.59929649, 0.25887046 / 2, 0.04888759 / 2].forEach((se, j) =>
    close(errors(m)[j], se, 1e-5, 0, `SE ${j}`)
  );
});

/** Rows that are left out, in no order. */
const some = pl.DataFrame(Object.fromEntries(
  ["Reaction", "Days", "Subject"].map((name) => [
    name,
    (sleep.getColumn(name).toArray() as unknown[]).filter((_, i) => (i * 7) % 11 > 2).map((v) =>
      name === "Subject" ? String(v) : v
    ),
  ]),
)) as Frame;

/** ℓ_R by dense algebra at a model's estimates, with β of least squares. */
function dense(m: Model) {
  const column = (name: string) => some.getColumn(name).toArray() as (number | string)[];
  const x = column("Days") as number[],
    g = column("Subject"),
    y = column("Reaction") as number[],
    n = x.length;
  const [term] = m.random, G = term?.covariance, [d0, d1] = m.parts[1].beta;
  const V = Matrix.zeros(n, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const own = i === j ? Math.exp(2 * (d0 + d1 * x[i])) : 0;
      const shared = G && g[i] === g[j]
        ? G.get(0, 0) + G.get(0, 1) * (x[i] + x[j]) + G.get(1, 1) * x[i] * x[j]
        : 0;
      V.set(i, j, own + shared);
    }
  }
  const L = choleskyFactor(V)!, X = [new Float64Array(n).fill(1), Float64Array.from(x)];
  const solved = X.map((c) => choleskySolve(L, c)),
    inner = (a: ArrayLike<number>, b: Float64Array) => b.reduce((s, v, i) => s + v * a[i], 0);
  const A = new Matrix(X.map((c) => solved.map((s) => inner(c, s)))), LA = choleskyFactor(A)!;
  const beta = choleskySolve(LA, solved.map((s) => inner(y, s))),
    r = Float64Array.from(y, (v, i) => v - beta[0] - beta[1] * x[i]);
  const logDet = (F: Matrix) =>
    2 * Array.from({ length: F.rows }, (_, i) => Math.log(F.get(i, i))).reduce((a, b) => a + b);
  return {
    beta,
    logLik: -(logDet(L) + logDet(LA) + inner(r, choleskySolve(L, r)) + (n - 2) * Math.log(2 * Math.PI)) / 2,
  };
}

for (const formula of ["Reaction ~ Days", "Reaction ~ Days + (Days | Subject)"]) {
  Deno.test(`${formula}, unbalanced: dense algebra at the estimates, which are a maximum`, () => {
    const m = fit(formula, some, { dispersion: "~ Days", reml: true }), at = dense(m);
    assert.ok(m.converged);
    close(m.logLik, at.logLik, 0, 1e-8, "log-likelihood");
    at.beta.forEach((b, j) => close(m.parts[0].beta[j], b, 1e-8, 0, `β${j}`));
    for (const [j, h] of [[0, 0.01], [0, -0.01], [1, 0.003], [1, -0.003]]) {
      const beta = m.parts[1].beta.slice();
      beta[j] += h;
      const beside = { ...m, parts: [m.parts[0], { ...m.parts[1], beta }] } as unknown as Model;
      assert.ok(dense(beside).logLik < m.logLik, `dispersion ${j} by ${h}`);
    }
  });
}

Deno.test("its statistics are normal; what compares means fits again by maximum likelihood; it is the same after saving, and by bootstrap", async () => {
  const m = fit(FORMULA, some, { dispersion: "~ Days", reml: true }),
    ml = fit(FORMULA, some, { dispersion: "~ Days" });
  assert.deepEqual(emmeans(m, "Days").getColumn("df").toArray(), [Infinity]);
  assert.throws(() => emmeans(m, "Days", { df: "satterthwaite" }), /one residual variance/);
  const [a, b] = [m, ml].map((model) =>
    confint(model, { method: "profile" }).getColumn("conf_low").toArray() as number[]
  );
  a.forEach((v, i) => close(v, b[i], 1e-6, 0, `profile ${i}`));
  const smaller = fit("Reaction ~ Days + (1 | Subject)", some, { dispersion: "~ Days", reml: true });
  const statistic = anova(m, smaller).getColumn("statistic").toArray() as number[];
  close(statistic[1], 2 * (m.logLik - smaller.logLik), 1e-9, 0, "restricted likelihoods are compared");
  const again = loadModel(saveModel(m));
  assert.deepEqual(
    emmeans(again, "Days").getColumn("std_error").toArray(),
    emmeans(m, "Days").getColumn("std_error").toArray(),
  );
  const draws = await bootstrap(m, { n: 20, seed: 3, workers: 2 }),
    here = await bootstrap(m, { n: 3, seed: 3, workers: 1 });
  const of = (frame: Frame, name: string) => frame.getColumn(name).toArray() as number[];
  assert.ok(
    of(draws, "Days").every((v) => Math.abs(v - m.parts[0].beta[1]) < 6 * errors(m)[1]),
    `${of(draws, "Days")}`,
  );
  of(here, "Days").forEach((v, i) => close(v, of(draws, "Days")[i], 1e-9, 0, `draw ${i}`));
});

Deno.test("families without such a likelihood are refused", () => {
  assert.throws(
    () => fit("Days ~ 1 + (1 | Subject)", sleep, { family: "poisson", reml: true }),
    /Cannot fit by REML/,
  );
});

Deno.test("a search that is stopped has the mean's coefficients that are best where it was", () => {
  const options = { dispersion: "~ Days", reml: true }, plan = planFit(FORMULA, some, options);
  const engine = engineOf(fit(FORMULA, some, options), "a test"),
    { optimum } = engine,
    free = [2, 3, 4, 5, 6];
  const step = stepAt(
    optimum.psi.map((v, i) => i < 2 ? 0 : v), // as the search holds them
    -optimum.value,
    9,
    { free, gradient: new Float64Array(5), hessian: optimum.hessian.selection(free, free) },
    { points: 1, held: [] },
  );
  const stopped = engineAt(plan, optimumWhereStopped(step)).optimum;
  assert.ok(stopped.stopped && !stopped.converged);
  assert.deepEqual([...stopped.free].sort(), [0, 1, ...free]);
  assert.deepEqual(stopped.fixed, []);
  for (const i of [0, 1]) {
    close(stopped.psi[i], optimum.psi[i], 1e-8, 0, `γ${i}`);
    assert.ok(stopped.covariance.get(i, i) > 0.9 * optimum.covariance.get(i, i), `variance of γ${i}`);
  }
});
