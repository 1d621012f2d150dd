/**
 * Ordered categories whose covariates are moved by a constant: P(Y ≤ k) = F((θ_k − βx)/exp ζx) is the same model with other thresholds
 * and, where x is in the scale, with all of the location exp ζc times as large. Nothing else may change that is said of it.
 */
import assert from "node:assert/strict";
import {
  bootstrap,
  confint,
  cumulative,
  emmeans,
  type Family,
  fit,
  fitAsync,
  fitFrom,
  type FitOptions,
  loadModel,
  type Model,
  nominalTest,
  pl,
  predict,
  ranef,
  saveModel,
  scaleTest,
  simulate,
  tidy,
  varCorr,
} from "../../mod.ts";
import { seed } from "../../lib/math/random.ts";
import { linksOf } from "./family_points.ts";

// deno-lint-ignore no-explicit-any
type Json = any;
const N = 240, GROUPS = 16;

/** Four categories in groups, with an effect of f, x and z on the location and one of z on the scale; x and z moved by `by`. */
function moved(by: number) {
  const random = seed(6),
    rows = Array.from({ length: N }, (_, i) => i),
    b: number[] = [],
    u = random.uniform.bind(random);
  const x = rows.map(() => random.normal()), z = rows.map(() => random.normal());
  const f = rows.map(() => "abc"[Math.floor(3 * u())]), g = rows.map((i) => i % GROUPS);
  const y = rows.map((i) => {
    const mean = 0.5 * x[i] + (f[i] === "b" ? 0.8 : 0) + 0.7 * (b[g[i]] ??= random.normal()), p = u();
    const latent = mean + Math.exp(0.2 * z[i]) * Math.log(p / (1 - p));
    return "pqrs"[[-1, 0.4, 1.6].filter((cut) => cut < latent).length];
  });
  const far = (v: number[]) => v.map((each) => each + by);
  return pl.DataFrame({ y, f, g: g.map((v) => `g${v}`), x: far(x), z: far(z), w: far(x) });
}

const HERE = moved(0);

/** How much of a standard error an estimate may differ by: where searches end, less than 1e-3 of one is left, and mostly far less. */
const ESTIMATE = 1e-3;
/** Relative difference of standard errors: those of a differenced Hessian. */
const ERROR = 2e-3;
/** Of what is between 0 and 1, or a statistic of order 1. */
const NUMBER = 1e-3;

const far = (scale: number) => (a: number, b: number) => Math.abs(a - b) <= scale || Object.is(a, b);

/** Are tables the same, but for the covariates? */
function same(ours: Json, theirs: Json, what: string) {
  const [rows, others] = [ours, theirs].map((t) => t.toRecords() as Json[]);
  assert.equal(rows.length, others.length, what);
  rows.forEach((row, i) => {
    for (const [name, value] of Object.entries(row)) {
      if ("xzw".includes(name)) continue;
      const other = others[i][name], text = `${what}, row ${i}, ${name}: ${value} beside ${other}`;
      if (typeof value === "number") {
        assert.ok(far(NUMBER * Math.max(1, Math.abs(value)))(value, other), text);
      } else assert.equal(other, value, text);
    }
  });
}

/** Estimates, standard errors and profiles of what the constant does not change. */
function sameParameters(
  a: Model,
  b: Model,
  components: readonly string[],
  profiles = true,
  some = (_term: string) => true,
) {
  const rows = (table: Json) =>
    (table.toRecords() as Json[]).filter((r) =>
      r.group === null && components.includes(r.component) && some(r.term)
    );
  const [ours, theirs] = [rows(tidy(a)), rows(tidy(b))];
  assert.ok(ours.length > 0 && ours.length === theirs.length);
  ours.forEach(({ term, estimate, std_error: se }, j) => {
    const other = theirs[j];
    assert.ok(far(ESTIMATE * se)(estimate, other.estimate), `${term}: ${estimate} beside ${other.estimate}`);
    assert.ok(
      far(ERROR * se)(se, other.std_error),
      `standard error of ${term}: ${se} beside ${other.std_error}`,
    );
  });
  if (!profiles) return;
  const [low, high] = [a, b].map((m) =>
    rows(confint(m, { method: "profile", terms: [...new Set(ours.map((r) => r.term))] }))
  );
  low.forEach(({ term, conf_low, conf_high }, j) => {
    assert.ok(
      far(ESTIMATE * ours[j].std_error)(conf_low, high[j].conf_low),
      `profile of ${term}: ${conf_low} beside ${high[j].conf_low}`,
    );
    assert.ok(far(ESTIMATE * ours[j].std_error)(conf_high, high[j].conf_high), `profile of ${term}`);
  });
}

/** The same model, but for constants: its likelihood, its certificate, and all that it says of rows. */
function sameModel(a: Model, b: Model, there: Json) {
  assert.ok(Math.abs(a.logLik - b.logLik) < 1e-6, `log-likelihood ${a.logLik} beside ${b.logLik}`);
  assert.ok(a.converged && b.converged);
  assert.equal(b.flat.directions.length, 0);
  assert.equal(a.npar, b.npar);
  same(predict(a), predict(b), "fitted values");
  same(predict(a, HERE), predict(b, there), "predictions");
  same(predict(a, HERE), predict(loadModel(saveModel(b)), there), "predictions of the saved model");
  same(simulate(a, { n: 2 }), simulate(b, { n: 2 }), "simulations");
  same(
    simulate(a, { randomEffects: "unconditional" }),
    simulate(b, { randomEffects: "unconditional" }),
    "of new groups",
  );
  same(emmeans(a, "f", { type: "response" } as Json), emmeans(b, "f", { type: "response" } as Json), "means");
}

const ordinal = (data: Json, formula: string, family: Family, options: FitOptions = {}) =>
  fit(formula, data, { ...options, family });

const AWAY = 1e6, THERE = moved(AWAY);

for (const link of linksOf(cumulative as Json)) {
  for (
    const [formula, options] of [
      ["y ~ f + x", {}],
      ["y ~ f + x", { nominal: "~ z" }],
      ["y ~ f + x + (1 | g)", {}],
      ["y ~ x + f + (x | g)", {}],
      ["y ~ x + f + (1 | g)", { dispersion: "~ f" }],
    ] as const
  ) {
    Deno.test(`${link.name}: ${formula}, ${JSON.stringify(options)} of covariates moved by 1e6`, () => {
      const [a, b] = [HERE, THERE].map((data) => ordinal(data, formula, cumulative(link), options));
      sameModel(a, b, THERE);
      sameParameters(a, b, "dispersion" in options ? ["cond", "disp"] : ["cond"]);
    });
  }
}

for (const thresholds of ["symmetric", "equidistant"] as const) {
  Deno.test(`${thresholds} thresholds and covariates moved by 1e6`, () => {
    const family = cumulative("logit", { thresholds });
    const [a, b] = [HERE, THERE].map((data) => ordinal(data, "y ~ f + x + (1 | g)", family));
    sameModel(a, b, THERE);
    sameParameters(a, b, ["cond"]);
    const spacings = (m: Model) =>
      (tidy(m).toRecords() as Json[]).filter((r) => r.term.startsWith("spacing"));
    spacings(a).forEach(({ estimate, std_error: se }, j) => {
      const other = spacings(b)[j];
      assert.ok(far(ESTIMATE * se)(estimate, other.estimate) && far(ERROR * se)(se, other.std_error));
    });
  });
}

Deno.test("tests of the assumptions, and the different rows alone, with covariates moved by 1e6", async () => {
  const [a, b] = [HERE, THERE].map((data) => ordinal(data, "y ~ f + x + (1 | g)", cumulative()));
  same(nominalTest(a), nominalTest(b), "nominal effects");
  const rounded = THERE.withColumns(pl.col("x").round(0)), options = { family: "cumulative" } as const;
  const whole = fit("y ~ f + x", rounded, options);
  const source = await fitFrom("y ~ f + x", rounded.lazy() as Json, options);
  assert.ok(far(1e-6)(whole.logLik, source.logLik));
  sameParameters(whole, source, ["cond", "threshold"], false);
});

/** Of the scale, as far as what it is at 0 and its square are numbers: it is e^20 to e^200 here. */
const FACTORS = [100, 500];

for (const link of linksOf(cumulative as Json)) {
  for (
    const [formula, options] of [
      ["y ~ f", { dispersion: "~ z" }],
      ["y ~ f + (1 | g)", { dispersion: "~ z" }],
      ["y ~ f + x + (x | g)", { dispersion: "~ z + f" }],
      ["y ~ f + (1 | g)", { dispersion: "~ z + (1 | g)" }],
      ["y ~ f", { dispersion: "~ z", nominal: "~ x" }],
      ["y ~ f + (1 | g)", { dispersion: "~ z * f", quadrature: 5 }],
    ] as [string, FitOptions][]
  ) {
    Deno.test(`${link.name}: ${formula}, ${JSON.stringify(options)} of covariates moved`, () => {
      const a = ordinal(HERE, formula, cumulative(link), options);
      for (const by of FACTORS) {
        const there = moved(by), b = ordinal(there, formula, cumulative(link), options);
        sameModel(a, b, there);
        sameParameters(a, b, ["disp"], options.quadrature === undefined, (term) => !term.includes("f"));
        multiples(a, b, by);
      }
    });
  }
}

for (
  const options of [
    { dispersion: "~ z + w", fixed: { "disp z": 0.2 } },
    { dispersion: "~ w + offset(z / 5)" },
  ] as FitOptions[]
) {
  Deno.test(`what is held of the scale, ${JSON.stringify(options)}, and covariates moved`, () => {
    const there = moved(100),
      [a, b] = [HERE, there].map((data) => ordinal(data, "y ~ f", cumulative(), options));
    sameModel(a, b, there);
    sameParameters(a, b, ["disp"], false);
  });
}

/** The place of z in the scale among all coefficients, and its value. */
function scaleOf({ parts }: Model) {
  const { names, beta, start } = parts.find(({ part }) => part === "disp")!, j = names.indexOf("z");
  return { at: start + j, value: beta[j] };
}

/**
 * All of the location is a multiple, e^{ζc}: coefficients, whose covariance is that by the delta method
 *
 *   var(e^{ζc}β) = e^{2ζc} (var β + 2βc cov(β, ζ) + β²c² var ζ),
 *
 * standard deviations and modes. Where x moves with z, so do the thresholds: only the rest is looked at.
 */
function multiples(a: Model, b: Model, by: number) {
  const { at, value } = scaleOf(b), factor = Math.exp(by * value), C = a.covariance;
  a.parts.forEach(({ part, beta, names, start }, k) => {
    if (part === "disp" || names.some((name) => name.includes("x")) || part !== "cond" && hasX(a)) return;
    beta.forEach((v, j) => {
      const i = start + j, text = `${names[j]} (${part})`, se = Math.sqrt(C.get(i, i));
      const variance = C.get(i, i) + 2 * v * by * C.get(i, at) + (v * by) ** 2 * C.get(at, at);
      assert.ok(far(ESTIMATE * se)(v, b.parts[k].beta[j] / factor), `${text}: ${v}`);
      const ratio = Math.sqrt(b.covariance.get(i, i)) / factor / Math.sqrt(variance);
      assert.ok(far(ERROR)(ratio, 1), `standard error of ${text}: ${ratio} times as large`);
    });
  });
  const [ours, theirs] = [a, b].map((m) => varCorr(m).toRecords() as Json[]);
  ours.forEach(({ component, sdcor }, j) => {
    const other = theirs[j].sdcor / (component === "cond" ? factor : 1);
    if (!hasX(a)) {
      assert.ok(far(NUMBER * sdcor)(sdcor, other), `standard deviation ${sdcor} beside ${other}`);
    }
  });
  const [modes, others] = [a, b].map((m) => m.random.length > 0 ? ranef(m).toRecords() as Json[] : []);
  modes.forEach(({ component, estimate, std_error }, j) => {
    const unit = component === "cond" ? factor : 1;
    if (!hasX(a)) {
      assert.ok(far(ESTIMATE * std_error)(estimate, others[j].estimate / unit), `mode ${estimate}`);
    }
  });
}

const hasX = ({ parts }: Model) =>
  parts.some(({ part, names }) => part !== "disp" && names.some((n) => n.includes("x")));

Deno.test("what is fitted again from a model is about the same point of the scale as it", async () => {
  const there = moved(100), formula = "y ~ f + (1 | g)", options: FitOptions = { dispersion: "~ z" };
  const [a, b] = [HERE, there].map((data) => ordinal(data, formula, cumulative(), options));
  const cold = b.certificate.evaluations, { value } = scaleOf(b);
  const start = {
    ...Object.fromEntries(b.parts[0].names.map((name, j) => [name, b.parts[0].beta[j]])),
    ...Object.fromEntries(b.parts.slice(1, -1).map(({ names, beta }) => [`threshold ${names[0]}`, beta[0]])),
    "disp z": value,
    "sd__(Intercept) | g": (varCorr(b).toRecords() as Json[])[0].sdcor,
  };
  const again = ordinal(there, formula, cumulative(), { ...options, start });
  assert.ok(far(1e-6)(again.logLik, b.logLik) && again.certificate.evaluations < cold);
  const other = await fitAsync(formula, there, { ...options, family: cumulative() });
  assert.ok(far(1e-9)(other.logLik, b.logLik) && far(1e-9)(scaleOf(other).value, value));
  const draws = await Promise.all([a, b].map((m) => bootstrap(m, { n: 5, seed: 3 })));
  const [ours, theirs] = draws.map((t) => t.toRecords() as Json[]);
  ours.forEach((row, i) => assert.ok(far(NUMBER)(row["disp z"], theirs[i]["disp z"]), `draw ${i}`));
  const [plain, far100] = [HERE, there].map((data) => ordinal(data, "y ~ f + z", cumulative()));
  same(scaleTest(plain), scaleTest(far100), "tests of scale effects");
});

Deno.test("a scale that is no number where its covariate is 0 is said to be so", () => {
  assert.throws(
    () => ordinal(THERE, "y ~ f", cumulative(), { dispersion: "~ z" }),
    /^RangeError: Cannot say what the coefficients are: where "z" is 0, .* such as scale\(x\)$/,
  );
});
