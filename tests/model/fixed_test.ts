/** Parameters that are held at a value (`fixed`), and searches that begin where the caller says (`start`). */
import assert from "node:assert/strict";
import * as t from "../../mod.ts";
import { seed } from "../../lib/math/random.ts";
import { qnorm } from "../../lib/math/normal.ts";

const sleepstudy = await t.dataset("sleepstudy"), salamanders = await t.dataset("Salamanders");
const oats = await t.dataset("Oats");

const near = (a: number, b: number, tolerance: number, what: string) =>
  assert.ok(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b)), `${what}: ${a}, expected ${b}`);
// deno-lint-ignore no-explicit-any
const records = (f: { toRecords(): unknown[] }) => f.toRecords() as any[];

/** The name of a parameter in `fixed`, from a row of confint(). */
function nameOf(
  { component, group, term }: { component: string; group: string | null; term: string },
): string {
  const constant = component === "disp" && (term === "sigma" || term === "df");
  const prefix = component === "cond" || constant ? "" : `${component} `;
  if (group === "Residual") return "sigma";
  return group === null ? prefix + term : `${term}|${prefix}${group}`;
}

const MODELS: readonly (readonly [string, t.FitOptions, Parameters<typeof t.fit>[1]])[] = [
  ["Reaction ~ Days + (Days | Subject)", { reml: false }, sleepstudy],
  ["Reaction ~ Days + (Days || Subject)", { reml: false }, sleepstudy],
  ["Reaction ~ Days + ar1(0 + factor(Days) | Subject)", { reml: false }, sleepstudy],
  ["Reaction ~ Days + ar1(0 + factor(Days) | Subject)", { reml: false, dispersion: "~ 0" }, sleepstudy],
  ["Reaction ~ Days", { reml: false }, sleepstudy],
  ["Reaction ~ Days + (1 | Subject)", { dispersion: "~ Days" }, sleepstudy],
  ["count ~ mined + cover + (1 + cover | site)", { family: "poisson" }, salamanders],
  ["count ~ mined + (1 | site)", { family: "nbinom2", zeroInflation: "~ mined + (1 | spp)" }, salamanders],
  ["count ~ mined + (1 | site)", { family: "poisson", quadrature: 7 }, salamanders],
  ["Reaction ~ Days + (1 | Subject)", { family: "studentT" }, sleepstudy],
];

for (const [formula, options, data] of MODELS) {
  const title = `${formula}, ${JSON.stringify(options)}`;

  // An independent way to the same number: the profile finds the minimum under a constraint, here the parameter is no longer one.
  // Its limits are found to 1e-5 of the cut-off, so the deviance there to 2e-5 of 2.71.
  Deno.test(`fixed: at a limit of its profile a parameter loses z² of twice the log-likelihood: ${title}`, () => {
    const model = t.fit(formula, data, options), level = 0.9, z = qnorm(0.95);
    for (const row of records(t.confint(model, { method: "profile", level, df: "asymptotic" }))) {
      for (const end of [row.conf_low, row.conf_high]) {
        if (!Number.isFinite(end) || end === 0 || Math.abs(end) === 1) continue; // an edge of the range
        const residual = options.dispersion === "~ 0" && /^sd__|Residual/.test(`${row.term}${row.group}`);
        if (residual) continue; // the scale of a residual term is not held: an error says so, see below
        const held = t.fit(formula, data, { ...options, fixed: { [nameOf(row)]: end } });
        assert.ok(held.converged, `${nameOf(row)} = ${end}: ${held.certificate.text}`);
        assert.equal(held.npar, model.npar - 1);
        near(2 * (model.logLik - held.logLik), z * z, 1e-3, `${nameOf(row)} = ${end}`);
      }
    }
  });

  Deno.test(`fixed: at its estimate nothing changes but what is known: ${title}`, () => {
    const model = t.fit(formula, data, options);
    const names = records(t.confint(model, { method: "wald" })).map(nameOf);
    for (const [k, part] of model.parts.entries()) {
      if (!part.shown) continue;
      part.names.forEach((term, j) => {
        const name = (part.component === "cond" ? "" : `${part.component} `) + term, at = part.start + j;
        assert.ok(names.includes(name), `${name} among ${names.join(", ")}`);
        const held = t.fit(formula, data, { ...options, fixed: { [name]: part.beta[j] } });
        near(held.logLik, model.logLik, 1e-9, name);
        assert.deepEqual(held.parts[k].fixed, [term]);
        // cov given β_j: C_ab − C_aj C_jb / C_jj, to the accuracy of a differenced Hessian
        const C = model.covariance, G = held.covariance, scale = (a: number) => Math.sqrt(C.get(a, a));
        for (let a = 0; a < C.rows; a++) {
          for (let b = 0; b < C.rows; b++) {
            if (a === C.rows - 1 && model.method === "least squares") continue;
            const expected = a === at || b === at
              ? 0
              : C.get(a, b) - C.get(a, at) * C.get(at, b) / C.get(at, at);
            const gap = Math.abs(G.get(a, b) - expected) / (scale(a) * scale(b));
            assert.ok(gap < 2e-3, `${name}: cov ${a}, ${b} off by ${gap} of the variances`);
          }
        }
      });
    }
  });
}

Deno.test("fixed: glmmTMB's answers with map and start (1.1.5)", () => {
  const both = t.fit("Reaction ~ Days + (Days | Subject)", sleepstudy, {
    fixed: { "sd__(Intercept) | Subject": 20, "sigma": 26 },
  });
  near(both.logLik, -876.246658541, 1e-11, "sleepstudy");
  near(both.random[0].parameters[1].estimate, 5.681, 1e-4, "sd Days");
  near(both.random[0].parameters[2].estimate, 0.151, 2e-3, "cor");
  // theirs and ours are inverses of differenced Hessians
  [[35.195960, -1.096583], [-1.096583, 2.248197]].forEach((row, i) =>
    row.forEach((v, j) => near(both.covariance.get(i, j), v, 5e-5, `cov ${i} ${j}`))
  );

  const zip = t.fit("count ~ mined + DOP + (1 | site)", salamanders, {
    family: "poisson",
    zeroInflation: "~ mined",
    fixed: { "sd__(Intercept)|site": 0.5, "zi minedno": -1.5, DOP: 0.1 },
  });
  near(zip.logLik, -949.911044985, 1e-11, "zip");
  [-0.195203106, 1.402405569, 0.1, 0.899598493, -1.5].forEach((v, i) =>
    near([...zip.parts[0].beta, ...zip.parts[1].beta][i], v, 1e-7, `zip coefficient ${i}`)
  );
  near(zip.covariance.get(0, 0), 0.04765797626763, 1e-5, "zip variance");
  near(zip.covariance.get(3, 1), -0.00567046918452, 1e-5, "zip covariance of the parts");

  const nb = t.fit("count ~ mined + (1 | site)", salamanders, { family: "nbinom2", fixed: { sigma: 2 } });
  near(nb.logLik, -908.831571184, 1e-11, "nbinom2");
  near(nb.random[0].parameters[0].estimate, 0.56021030222, 1e-6, "nbinom2 sd");
  near(Math.sqrt(nb.covariance.get(1, 1)), 0.280360783764, 1e-5, "nbinom2 se");
  assert.equal(nb.sigma.toPrecision(12), "2.00000000000");

  const wide = t.fit("count ~ mined + (1 | site)", salamanders, {
    family: "poisson",
    fixed: { "sd__(Intercept)|site": 10 },
  });
  near(wide.logLik, -1150.66459014, 1e-11, "wide");
  near(Math.sqrt(wide.covariance.get(1, 1)), 4.31391281582, 1e-5, "wide se");
});

Deno.test("fixed: strata of one choice each, by a Poisson model with a variance that is given (Muff, Signer & Fieberg 2020)", () => {
  // conditional logistic regression: the log-likelihood of the choice within strata, by Newton's method
  const random = seed(4), strata = 60, size = 8, x: number[] = [], used: number[] = [], id: string[] = [];
  for (let s = 0; s < strata; s++) {
    const own = Array.from({ length: size }, () => random.normal());
    const score = own.map((v) => 0.8 * v - Math.log(-Math.log(random.uniform()))),
      chosen = score.indexOf(Math.max(...score));
    own.forEach((v, i) => {
      x.push(v);
      used.push(Number(i === chosen));
      id.push(`s${s}`);
    });
  }
  let beta = 0, information = 0;
  for (let step = 0; step < 30; step++) {
    let slope = 0;
    information = 0;
    for (let s = 0; s < strata; s++) {
      const own = x.slice(s * size, (s + 1) * size),
        w = own.map((v) => Math.exp(beta * v)),
        sum = w.reduce((a, b) => a + b);
      const mean = own.reduce((a, v, i) => a + v * w[i] / sum, 0);
      slope += own[used.slice(s * size, (s + 1) * size).indexOf(1)] - mean;
      information += own.reduce((a, v, i) => a + (v - mean) ** 2 * w[i] / sum, 0);
    }
    beta += slope / information;
  }
  const model = t.fit("used ~ x + (1 | id)", t.pl.DataFrame({ used, x, id }), {
    family: "poisson",
    fixed: { "sd__(Intercept)|id": 1000 },
  });
  assert.ok(model.converged, model.certificate.text);
  near(model.parts[0].beta[1], beta, 1e-4, "slope"); // the prior of a stratum is wide, not flat
  near(Math.sqrt(model.covariance.get(1, 1)), 1 / Math.sqrt(information), 1e-3, "standard error");
});

Deno.test("fixed: a variance that is given and very wide, in strata without any count", () => {
  const model = t.fit("count ~ mined + (1 | site)", salamanders, {
    family: "poisson",
    fixed: { "sd__(Intercept)|site": 1000 },
  });
  assert.ok(Number.isFinite(model.logLik) && model.logLik > -1253, `${model.logLik}`); // glmmTMB stops at −1250.95, its gradient is not 0
  near(model.random[0].parameters[0].estimate, 1000, 1e-12, "held");
});

Deno.test("fixed: least squares with a known slope is lm with an offset", () => {
  const held = t.fit("Reaction ~ Days", sleepstudy, { fixed: { Days: 10 } });
  const offset = t.fit("Reaction ~ 1 + offset(10 * Days)", sleepstudy);
  assert.equal(held.method, "least squares");
  near(held.logLik, offset.logLik, 1e-12, "logLik");
  near(held.covariance.get(0, 0), offset.covariance.get(0, 0), 1e-12, "variance");
  assert.equal(held.dfResidual, 179);
});

Deno.test("fixed: REML with a known slope, and with a known correlation of neighbours", () => {
  const held = t.fit("Reaction ~ Days + (Days | Subject)", sleepstudy, { fixed: { Days: 10 } });
  const offset = t.fit("Reaction ~ 1 + offset(10 * Days) + (Days | Subject)", sleepstudy);
  assert.ok(held.reml);
  near(held.logLik, offset.logLik, 1e-10, "logLik");
  near(records(t.tidy(held))[0].std_error, records(t.tidy(offset))[0].std_error, 1e-6, "Kenward-Roger se");
  near(records(t.tidy(held))[0].df, records(t.tidy(offset))[0].df, 1e-4, "df");
  const grid = t.pl.DataFrame({ Days: [3, 20], Subject: ["308", "new"] });
  const [a, b] = [held, offset].map((m) =>
    records(t.predict(m, grid, { newLevels: "population", interval: "prediction" }))
  );
  a.forEach((row, i) => {
    for (const column of ["estimate", "std_error", "conf_low", "conf_high"]) {
      near(row[column], b[i][column], 1e-5, column);
    }
  });

  const formula = "Reaction ~ Days + ar1(0 + factor(Days) | Subject)", free = t.fit(formula, sleepstudy);
  const known = t.fit(formula, sleepstudy, { fixed: { "rho__ar1|Subject": 0.9 } });
  assert.ok(known.reml && known.logLik < free.logLik && known.npar === free.npar - 1);
  near(known.random[0].parameters[1].estimate, 0.9, 1e-12, "rho");
});

Deno.test("fixed: every function of a model knows what is held", async () => {
  const model = t.fit("count ~ mined + DOP + (1 | site)", salamanders, {
    family: "poisson",
    zeroInflation: "~ mined",
    fixed: { "sd__(Intercept)|site": 0.5, "zi minedno": -1.5, DOP: 0.1 },
  });
  const rows = records(t.tidy(model));
  const dop = rows.find((r) => r.term === "DOP");
  assert.deepEqual([dop.estimate, dop.std_error, dop.statistic, dop.p_value], [0.1, 0, null, null]);
  assert.match(t.summary(model), /DOP\s+0\.1000\s+0\.0000\s+NA\s+NA/);
  assert.match(t.summary(model), /Held at given values, not estimated: sd__\(Intercept\) \| site = 0\.5/);
  assert.match(
    String(t.report(model)),
    /DOP more count was 1\.11 times as high \(a given value, not estimated\)/,
  );
  for (const method of ["wald", "profile"] as const) {
    for (const [name, value] of [["DOP", 0.1], ["sd__(Intercept)", 0.5]] as const) {
      const row = records(t.confint(model, { method })).find((r) => r.term === name);
      assert.deepEqual(
        [row.estimate, row.conf_low, row.conf_high],
        [value, value, value],
        `${method} ${name}`,
      );
    }
  }
  assert.deepEqual(records(t.anova(model)).map((r) => r.term), ["mined"]);
  assert.deepEqual(records(t.anova(model, { test: "LR" })).map((r) => r.term), ["mined"]);
  assert.deepEqual(records(t.drop1(model)).map((r) => r.term), ["<none>", "mined"]);
  const [, without] = records(t.drop1(model, { effects: "random" }));
  assert.deepEqual(
    [without.df, without.p_value],
    [0, null],
    "a variance that is not estimated is not tested",
  );
  assert.ok(records(t.influence(model)).every((r) => r.cooks_distance >= 0));
  const draws = await t.bootstrap(model, { n: 4 });
  assert.deepEqual(draws.getColumn("DOP").toArray(), [0.1, 0.1, 0.1, 0.1]);
  assert.equal((await t.fitAsync(model.formula, salamanders, model.options)).logLik, model.logLik);
  const loaded = t.loadModel(t.saveModel(model));
  assert.deepEqual(records(t.tidy(loaded)), rows);
  assert.equal(t.summary(loaded), t.summary(model));
  assert.ok(!records(t.checkModel(model)).some((r) => r.check === "collinearity"));
});

Deno.test("fixed: correlations of a term, alone and all of them", () => {
  const formula = "Reaction ~ Days + I(Days^2) + (Days + I(Days^2) | Subject)";
  const pairs = {
    "cor__(Intercept).Days|Subject": 0,
    "cor__(Intercept).I(Days^2)|Subject": 0,
    "cor__Days.I(Days^2)|Subject": 0,
  };
  const held = t.fit(formula, sleepstudy, { reml: false, fixed: pairs });
  const independent = t.fit("Reaction ~ Days + I(Days^2) + (Days + I(Days^2) || Subject)", sleepstudy, {
    reml: false,
  });
  near(held.logLik, independent.logLik, 1e-9, "no correlation is ||");
  assert.equal(held.npar, independent.npar);
  const one = t.fit(formula, sleepstudy, { reml: false, fixed: { "cor__Days.I(Days^2)|Subject": -0.5 } });
  near(
    one.random[0].parameters.find((p) => p.name === "cor__Days.I(Days^2)")!.estimate,
    -0.5,
    1e-10,
    "correlation",
  );
});

Deno.test("start: a search that begins elsewhere ends in the same place", () => {
  const cases:
    readonly (readonly [string, t.FitOptions, Parameters<typeof t.fit>[1], Record<string, number>])[] = [
      ["Reaction ~ Days + (Days | Subject)", {}, sleepstudy, {
        "cor__(Intercept).Days|Subject": 0.9,
        "sd__Days|Subject": 60,
      }],
      ["count ~ mined + (1 | site)", { family: "nbinom2" }, salamanders, {
        "sd__(Intercept)|site": 2,
        sigma: 3,
        minedno: 1,
      }],
      ["yield ~ nitro + (1 | Block)", { family: "gaussian", reml: false }, oats, {
        "sd__(Intercept)|Block": 40,
      }],
    ];
  for (const [formula, options, data, start] of cases) {
    const free = t.fit(formula, data, options), begun = t.fit(formula, data, { ...options, start });
    near(begun.logLik, free.logLik, 1e-9, formula);
    assert.notEqual(
      begun.certificate.evaluations,
      free.certificate.evaluations,
      `${formula}: the start makes no difference`,
    );
  }
});

const REFUSED: readonly (readonly [string, t.FitOptions, RegExp])[] = [
  [
    "count ~ mined + (1 | site)",
    { family: "poisson", fixed: { minednoo: 1 } },
    /no such parameter, it has "\(Intercept\)", "minedno".*did you mean "minedno"/,
  ],
  [
    "count ~ mined + (1 | site)",
    { family: "poisson", fixed: { minedno: NaN } },
    /"minedno": NaN \}: it should be a number/,
  ],
  [
    "count ~ mined + (1 | site)",
    { family: "poisson", fixed: { "sd__(Intercept)|site": -1 } },
    /between 0 and Infinity/,
  ],
  [
    "count ~ mined + (1 | site)",
    { family: "poisson", fixed: { minedno: "1" as unknown as number } },
    /each value a number/,
  ],
  [
    "count ~ mined + (1 | site)",
    { family: "poisson", fixed: { minedno: 1 }, start: { minedno: 1 } },
    /fixed holds it/,
  ],
  [
    "count ~ mined + (cover | site)",
    { family: "poisson", fixed: { "cor__(Intercept).cover|site": 1 } },
    /between -1 and 1/,
  ],
  ["count ~ mined + (1 | site)", { reml: true, fixed: { sigma: 1 } }, /REML/],
  ["count ~ mined + (1 | site)", { family: "nbinom2", fixed: { sigma: 0 } }, /between 0 and Infinity/],
];

for (const [formula, options, message] of REFUSED) {
  Deno.test(`fixed, start: refused with a reason: ${formula}, ${JSON.stringify(options)}`, () => {
    assert.throws(() => t.fit(formula, salamanders, options), message);
  });
}

Deno.test("fixed: what stands in the residual's place keeps its scale", () => {
  const formula = "Reaction ~ Days + ar1(0 + factor(Days) | Subject)";
  assert.throws(
    () => t.fit(formula, sleepstudy, { dispersion: "~ 0", fixed: { "sd__ar1|Subject": 10 } }),
    /stands in the residual's place/,
  );
});

Deno.test("fixed, start: fits in threads know them", async () => {
  const formula = "Reaction ~ Days + ar1(0 + factor(Days) | Subject)", fixed = { "rho__ar1|Subject": 0.8 };
  const model = t.fit(formula, sleepstudy, { fixed });
  const elsewhere = await t.fitAsync(formula, sleepstudy, { fixed });
  near(elsewhere.logLik, model.logLik, 1e-12, "fitAsync");
  assert.equal(elsewhere.npar, model.npar);
  const draws = await t.bootstrap(model, { n: 3 });
  for (const rho of draws.getColumn("rho__ar1 | Subject").toArray()) {
    near(Number(rho), 0.8, 1e-12, "bootstrap");
  }

  const options: t.FitOptions = { family: "nbinom2", start: { "sd__(Intercept)|site": 2, minedno: 1 } };
  const begun = t.fit("count ~ mined + (1 | site)", salamanders, options);
  const begunThere = await t.fitAsync("count ~ mined + (1 | site)", salamanders, options);
  assert.equal(begunThere.certificate.evaluations, begun.certificate.evaluations);
});

Deno.test("fixed: a correlation keeps its sign, and its value, whatever the data say of it (glmmTMB 1.1.5)", () => {
  const gaussian = [[-0.9, -888.367018], [-0.5, -878.052128], [0.5, -876.840683], [0.99, -880.325980]];
  for (const [rho, logLik] of gaussian) {
    const model = t.fit("Reaction ~ Days + (Days | Subject)", sleepstudy, {
      reml: false,
      fixed: { "cor__(Intercept).Days|Subject": rho },
    });
    near(model.logLik, logLik, 1e-8, `${rho}`);
    near(model.random[0].parameters[2].estimate, rho, 1e-10, "correlation");
  }
  // the free correlation by a sweep: the same optimum within the sweep's step, and both others stay where they are held
  const formula = "Reaction ~ Days + (Days + I(Days^2) | Subject)";
  const names = ["(Intercept).Days", "(Intercept).I(Days^2)", "Days.I(Days^2)"].map((n) =>
    `cor__${n}|Subject`
  );
  for (const values of [[-0.3, NaN, -0.7], [NaN, 0.9, -0.9], [0.3, 0.3, NaN]]) {
    const fixed = Object.fromEntries(names.flatMap((n, i) => isNaN(values[i]) ? [] : [[n, values[i]]]));
    const model = t.fit(formula, sleepstudy, { reml: false, fixed }),
      [free] = names.filter((_, i) => isNaN(values[i]));
    assert.ok(model.converged, model.certificate.text);
    const cor = model.random[0].parameters.slice(3).map((p) => p.estimate);
    cor.forEach((r, i) => isNaN(values[i]) || near(r, values[i], 1e-9, names[i]));
    const own = cor[names.indexOf(free)];
    for (const by of [-0.02, 0.02]) {
      const beside = t.fit(formula, sleepstudy, { reml: false, fixed: { ...fixed, [free]: own + by } });
      assert.ok(beside.logLik < model.logLik && beside.logLik > model.logLik - 0.1, `${free} ${own + by}`);
    }
  }
  const contrary = { [names[0]]: 0.9, [names[1]]: 0.9, [names[2]]: -0.9 };
  assert.throws(() => t.fit(formula, sleepstudy, { fixed: contrary }), /contradict each other/);
});

Deno.test("fixed: a standard deviation of 0 is the model without it: parameters, messages", () => {
  const none = t.fit("Reaction ~ Days + (Days | Subject)", sleepstudy, {
    fixed: { "sd__(Intercept)|Subject": 0 },
  });
  const without = t.fit("Reaction ~ Days + (0 + Days | Subject)", sleepstudy, { reml: false });
  near(none.logLik, without.logLik, 1e-10, "logLik");
  assert.equal(none.npar, without.npar);
  const ar1 = t.fit("Reaction ~ Days + ar1(0 + factor(Days) | Subject)", sleepstudy, {
    fixed: { "sd__ar1|Subject": 0 },
  });
  assert.equal(ar1.npar, 3);
  for (const model of [none, ar1]) {
    assert.ok(!model.messages.some((m) => /flat|estimated as 0|rank/.test(m)), model.messages.join());
  }
  assert.deepEqual(
    t.fit("Reaction ~ Days", sleepstudy, { fixed: {} }).messages,
    t.fit("Reaction ~ Days", sleepstudy).messages,
  );
});

Deno.test("fixed: thresholds, also far from where they are", () => {
  const rows = t.pl.DataFrame({
    y: Array.from({ length: 200 }, (_, i) => "abcd"[Math.min(3, Math.floor((i % 20) / 5 + (i % 7) / 7))]),
    x: Array.from({ length: 200 }, (_, i) => (i % 20) / 10),
  });
  const free = t.fit("y ~ x", rows, { family: "cumulative" });
  for (const [name, value] of [["a|b", 9], ["b|c", -3], ["c|d", 0]] as const) {
    const held = t.fit("y ~ x", rows, { family: "cumulative", fixed: { [`threshold ${name}`]: value } });
    assert.ok(
      held.converged && held.npar === free.npar - 1 && held.logLik < free.logLik,
      `${name} = ${value}`,
    );
    const row = records(t.tidy(held)).find((r) => r.term === name);
    assert.deepEqual([row.estimate, row.std_error, row.statistic, row.p_value], [value, 0, null, null]);
    const [interval] = records(t.confint(held, { method: "profile" })).filter((r) => r.term === name);
    assert.deepEqual([interval.conf_low, interval.conf_high], [value, value]);
  }
});

Deno.test("fixed: what is not estimated has its value for an interval and no test", () => {
  const yields = t.fit("yield ~ nitro * Variety + (1 | Block)", oats, { fixed: { nitro: 70 } });
  const nitro = records(t.tidy(yields)).find((r) => r.term === "nitro");
  assert.deepEqual([nitro.conf_low, nitro.conf_high, nitro.p_value], [70, 70, null]);
  // cover is standardised: its mean is 0 but for rounding
  const mined = t.fit("count ~ mined * cover + (1 | site)", salamanders, {
    family: "poisson",
    fixed: { minedno: 1.5 },
  });
  const [pair] = records(t.pairs(t.emmeans(mined, "mined")));
  assert.deepEqual([pair.std_error, pair.statistic, pair.p_value], [0, null, null]);
  assert.equal(records(t.jointTests(mined)).find((r) => r.term === "mined").p_value, null);
  const all = { family: "poisson", fixed: { "(Intercept)": 0, minedno: 1 } } as const;
  assert.throws(
    () => t.influence(t.fit("count ~ mined + (1 | site)", salamanders, all)),
    /all coefficients .* are held/,
  );
  const twice = {
    family: "poisson",
    fixed: { "sd__(Intercept)|site": 1, "sd__(Intercept) | site": 2 },
  } as const;
  assert.throws(() => t.fit("count ~ mined + (1 | site)", salamanders, twice), /same parameter/);
});

Deno.test("fixed: differences held at 0 leave a joint test of the others, held elsewhere nothing to test", async () => {
  const breaks = await t.dataset("warpbreaks"), family = "poisson";
  const tension = (model: ReturnType<typeof t.fit>) =>
    records(t.jointTests(model)).find((r) => r.term === "tension");
  const text = (model: ReturnType<typeof t.fit>) => displayed(t.jointTests(model));
  const merged = breaks.withColumns(
    t.pl.Series("tension", breaks.getColumn("tension").toArray().map((v) => v === "M" ? "L" : String(v))),
  );
  const one = t.fit("breaks ~ wool + tension", breaks, { family, fixed: { tensionM: 0 } });
  const levels = { tension: ["L", "H"] };
  const same = tension(t.fit("breaks ~ wool + tension", merged as typeof breaks, { family, levels }));
  assert.equal(tension(one).df, 1);
  near(tension(one).statistic, same.statistic, 1e-9, "levels taken together");
  for (const fixed of [{ tensionM: -0.3 }, { tensionM: 0, tensionH: 0 }] as Record<string, number>[]) {
    const model = t.fit("breaks ~ wool + tension", breaks, { family, fixed });
    assert.equal(tension(model).p_value, null);
    assert.match(text(model), /tension is not tested: .* held/);
  }
  const all = t.fit("breaks ~ wool + tension", breaks, { family, fixed: { tensionM: -0.3, tensionH: -0.5 } });
  const letters = records(t.cld(t.emmeans(all, "tension"))).map((r) => r.letters);
  assert.deepEqual(letters, ["a", "b", "c"], "known to differ");
});

Deno.test("fixed: held correlations whose third runs to the edge are certified there", () => {
  // (1, x, z): what is held of x and z with 1 leaves their own within [0.62, 1], the data want −1
  const random = seed(4),
    n = 1200,
    groups = 60,
    each = <T>(f: (i: number) => T) => Array.from({ length: n }, (_, i) => f(i));
  const x = each(() => random.normal()), z = each(() => random.normal());
  const effects = Array.from({ length: groups }, () => [random.normal(), random.normal()]);
  const rows = t.pl.DataFrame({
    x,
    z,
    g: each((i) => `g${i % groups}`),
    y: each((i) => {
      const [a, b] = effects[i % groups];
      return a + b * x[i] - b * z[i] + random.normal();
    }),
  });
  const names = ["(Intercept).x", "(Intercept).z", "x.z"].map((name) => `cor__${name}|g`);
  for (const [first, second] of [[0, 1], [0, 2], [1, 2]]) {
    const fixed = { [names[first]]: 0.9, [names[second]]: 0.9 };
    const model = t.fit("y ~ x + z + (1 + x + z | g)", rows, { reml: false, fixed });
    assert.ok(model.converged, `${first}, ${second}: ${model.certificate.text}`);
    const free = names[3 - first - second], own = model.random[0].parameters[6 - first - second].estimate;
    for (const r of [0.63, 0.7, 0.8, 0.9, 0.98]) {
      const held = t.fit("y ~ x + z + (1 + x + z | g)", rows, {
        reml: false,
        fixed: { ...fixed, [free]: r },
      });
      assert.ok(held.logLik < model.logLik + 1e-6, `${first}, ${second}: ${own} beaten at ${r}`);
    }
  }
});

const displayed = (frame: object): string =>
  // deno-lint-ignore no-explicit-any
  (frame as any)[Symbol.for("Jupyter.display")]()["text/plain"];

Deno.test("fixed: beside held correlations a deviation of 0 is 0, and start begins at correlations too", () => {
  const formula = "Reaction ~ Days + (Days + I(Days^2) | Subject)";
  const [first, second, third] = ["(Intercept).Days", "(Intercept).I(Days^2)", "Days.I(Days^2)"].map((n) =>
    `cor__${n}|Subject`
  );
  const edges = [[{ [first]: -0.9, [third]: 0.5 }, 1], [{ [second]: 0.9, [third]: 0.9 }, 2]] as const;
  for (const [fixed, gone] of edges) {
    const model = t.fit(formula, sleepstudy, { reml: false, fixed });
    assert.equal(model.random[0].parameters[gone].estimate, 0, JSON.stringify(fixed));
    assert.ok(model.converged && model.singular);
  }
  const fixed = { [first]: -0.3 }, free = t.fit(formula, sleepstudy, { reml: false, fixed });
  const begun = t.fit(formula, sleepstudy, { reml: false, fixed, start: { [third]: -0.9 } });
  near(begun.logLik, free.logLik, 1e-9, "the same optimum");
  assert.notEqual(
    begun.certificate.evaluations,
    free.certificate.evaluations,
    "the start makes no difference",
  );
});
