import * as t from "./mod.ts";
import { seed } from "./lib/math/random.ts";
const r = seed(5), n = 240;
const g = Array.from({ length: n }, (_, i) => `g${i % 12}`),
  b = Array.from({ length: 12 }, () => 0.5 * r.normal());
const x = Array.from({ length: n }, () => r.normal()), f = Array.from({ length: n }, (_, i) => "abc"[i % 3]);
const eta = x.map((v, i) => 0.6 + 0.4 * v + (f[i] === "b" ? 0.5 : f[i] === "c" ? -0.3 : 0) + b[i % 12]);
const trials = x.map((_, i) => 3 + i % 8);
const cases: [string, t.Family, (i: number) => any, any][] = [
  ["betabinomial", t.betabinomial(), (i) => {
    const mu = 1 / (1 + Math.exp(-eta[i]));
    return r.binomial(trials[i], r.beta(mu * 4, (1 - mu) * 4));
  }, {}],
  ["tweedie", t.tweedie(), (i) => {
    const mu = Math.exp(eta[i]);
    const k = r.poisson(mu ** .5 / (.8 * .5));
    return k === 0 ? 0 : r.gamma(k * 1, .8 * .5 * mu ** .5);
  }, {}],
  ["hurdle", t.hurdle(t.nbinom2()), (i) => {
    if (r.uniform() < 1 / (1 + Math.exp(0.5 - 0.7 * x[i]))) return 0;
    for (;;) {
      const y = r.negativeBinomial(2, Math.exp(eta[i]));
      if (y > 0) return y;
    }
  }, { zeroInflation: "~ x" }],
  ["truncatedNbinom2", t.truncatedNbinom2(), (i) => {
    for (;;) {
      const y = r.negativeBinomial(2, Math.exp(eta[i]));
      if (y > 0) return y;
    }
  }, {}],
  ["cumulative", t.cumulative("probit"), (i) => {
    const z = eta[i] + r.normal();
    return z < -.5 ? "low" : z < .6 ? "middle" : z < 1.5 ? "quite high" : "very high";
  }, { levels: { y: ["low", "middle", "quite high", "very high"] } }],
];
for (const [name, family, draw, options] of cases) {
  const y = x.map((_, i) => draw(i));
  const cols: any = { y, x, f, g, trials };
  const data = t.pl.DataFrame(cols);
  const formula = name === "betabinomial" ? "cbind(y, trials - y) ~ x + f + (1 | g)" : "y ~ x + f + (1 | g)";
  const m = t.fit(formula, data, { family, ...options });
  const m0 = t.fit(formula.replace("x + ", ""), data, { family, ...options });
  console.log("=====", name, m.converged, m.logLik, m.messages);
  const tries: [string, () => any][] = [
    ["summary", () => t.summary(m)],
    ["tidy", () => String(t.tidy(m))],
    ["glance", () => String(t.glance(m))],
    ["confint", () => String(t.confint(m, { method: "wald" }))],
    ["profile", () => String(t.confint(m, { method: "profile" }))],
    ["predict", () => String(t.predict(m).head(3))],
    ["predict none", () => String(t.predict(m, t.dataGrid(m, { x: t.range(2) }), { randomEffects: "none" }))],
    ["predict link", () => String(t.predict(m, undefined, { type: "link" }).head(2))],
    ["predict cond", () => String(t.predict(m, undefined, { type: "conditional" }).head(2))],
    [
      "predict pop",
      () =>
        String(t.predict(m, t.dataGrid(m, { f: true }), { randomEffects: "none", average: "population" })),
    ],
    ["predict pi", () => String(t.predict(m, undefined, { interval: "prediction" }).head(3))],
    ["predict mean", () => String(t.predict(m, undefined, { type: "mean" }).head(3))],
    ["predict disp", () => String(t.predict(m, undefined, { type: "disp" }).head(2))],
    ["predict power", () => String(t.predict(m, undefined, { type: "power" }).head(2))],
    ["zprob", () => String(t.predict(m, undefined, { type: "zprob" }).head(2))],
    ["emmeans", () => String(t.emmeans(m, "~ f"))],
    ["emmeans resp", () => String(t.emmeans(m, "~ f", { type: "response" }))],
    ["emm response", () => String(t.emmeans(m, "pairwise ~ f", { component: "response" }))],
    ["emm pop", () => String(t.emmeans(m, "~ f", { component: "response", average: "population" }))],
    ["emm prob", () => String(t.emmeans(m, "~ f", { component: "probability" }))],
    ["emm prob pop", () => String(t.emmeans(m, "~ f", { component: "probability", average: "population" }))],
    ["emm disp", () => String(t.emmeans(m, "~ 1", { component: "disp", type: "response" }))],
    ["pairs", () => String(t.pairs(t.emmeans(m, "~ f")))],
    [
      "pairs prob",
      () => String(t.pairs(t.emmeans(m, "~ f", { component: "probability" }), { by: "y" } as any)),
    ],
    ["emtrends", () => String(t.emtrends(m, "~ f", { var: "x" }))],
    ["emtrends resp", () => String(t.emtrends(m, "~ f", { var: "x", averageOn: "response" }))],
    ["cld", () => String(t.cld(t.emmeans(m, "~ f")))],
    ["jointTests", () => String(t.jointTests(m))],
    ["anova", () => String(t.anova(m))],
    ["anova3", () => String(t.anova(m, { type: 3 }))],
    ["anovaLR", () => String(t.anova(m, { test: "LR" }))],
    ["anova2", () => String(t.anova(m0, m))],
    ["drop1", () => String(t.drop1(m))],
    ["simulate", () => String(t.simulate(m, { n: 2 }).head(3))],
    ["simres", () => String(t.simulateResiduals(m, { n: 50 }).head(2))],
    ["tests", () => String(t.testResiduals(t.simulateResiduals(m, { n: 100 })))],
    ["check", () => {
      const c = t.checkModel(m);
      (c as any).plot();
      return String(c).slice(0, 1500);
    }],
    ["report", () => t.report(m)],
    ["equation", () => String(t.equation(m))],
    ["equation est", () => String(t.equation(m, { estimates: true }))],
    ["r2", () => String(t.r2(m))],
    ["icc", () => String(t.icc(m))],
    [
      "resid",
      () =>
        [
          ...t.residuals(m).slice(0, 3),
          ...t.residuals(m, { type: "pearson" }).slice(0, 3),
          ...t.residuals(m, { type: "working" }).slice(0, 2),
        ].join(" "),
    ],
    ["dev", () => [...t.residuals(m, { type: "deviance" }).slice(0, 3)].join(" ")],
    ["augment", () => String(t.augment(m).head(2))],
    ["fixef", () => String(t.fixef(m))],
    ["vcov", () => String(t.vcov(m, { component: "all" }).rows)],
    ["ranef", () => String(t.ranef(m).head(2))],
    ["varCorr", () => String(t.varCorr(m))],
    ["save", () => {
      const l = t.loadModel(t.saveModel(m));
      return t.summary(l) === t.summary(m) &&
        String(t.predict(l, data.head(3))) === String(t.predict(m, data.head(3))) &&
        String(t.emmeans(l, "~ f")) === String(t.emmeans(m, "~ f"));
    }],
    ["vif", () => String(t.vif(m))],
    ["influence", () => String(t.influence(m)).slice(0, 600)],
    ["plot tidy", () => (t.tidy(m) as any).plot().outerHTML.length],
    [
      "plot predict",
      () =>
        (t.predict(m, t.dataGrid(m, { x: t.range(5), f: true }), { randomEffects: "none" }) as any).plot()
          .outerHTML.length,
    ],
    ["plot emm", () => (t.emmeans(m, "~ f") as any).plot().outerHTML.length],
    ["plot prob", () => (t.emmeans(m, "~ f", { component: "probability" }) as any).plot().outerHTML.length],
    ["plot profile", () => (t.confint(m, { method: "profile" }) as any).plot().outerHTML.length],
    [
      "advise",
      () =>
        String(
          t.adviseFamily(formula, data, { n: 20, ...(options.levels ? { levels: options.levels } : {}) }),
        ),
    ],
  ];
  const only = Deno.args[0]?.split(",");
  for (const [what, run] of tries) {
    if (only && !only.includes(what)) continue;
    try {
      const out = run();
      if (Deno.args[1]) console.log("--", what, "\n", out);
    } catch (e) {
      console.log("!!", name, what, String(e).slice(0, 300), (e as Error).stack?.split("\n")[1]);
    }
  }
  try {
    const w = await t.fitAsync(formula, data, { family, ...options });
    if (Math.abs(w.logLik - m.logLik) > 1e-8) console.log("!! async differs");
  } catch (e) {
    console.log("!! async", String(e).slice(0, 300));
  }
  if (!only || only.includes("boot")) {
    try {
      const bs = await t.bootstrap(m, { n: 4 });
      if (Deno.args[1]) console.log(String(bs));
      console.log(String(t.confint(m, { method: "bootstrap", draws: bs } as any)).slice(0, 900));
    } catch (e) {
      console.log("!! bootstrap", String(e).slice(0, 300));
    }
  }
}
