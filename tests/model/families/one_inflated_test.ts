/** Zero-one-inflated beta: three questions that are answered apart, whatever each has for predictors, random effects and offsets. */
import assert from "node:assert/strict";
import {
  adviseFamily,
  anova,
  beta,
  checkPredictions,
  emmeans,
  equation,
  fit,
  logLik,
  type Model,
  oneInflated,
  pl,
  predict,
  report,
  simulate,
  simulateResiduals,
  summary,
  testZeroInflation,
  tidy,
  zeroInflated,
} from "../../../mod.ts";
import { seed } from "../../../lib/math/random.ts";
import { expit } from "../../../lib/math/special.ts";
import { close } from "../../math/close.ts";

// deno-lint-ignore no-explicit-any
type Any = any;

const n = 500, random = seed(31), rows = Array.from({ length: n }, (_, i) => i);
const effects = Array.from({ length: 25 }, () => [0, 1, 2].map(() => 0.7 * random.normal()));
const x = rows.map(() => random.normal()),
  o = rows.map(() => 0.5 * random.normal()),
  g = rows.map((i) => i % 25);
const share = rows.map((i) => {
  const [u, v, w] = effects[g[i]], mu = expit(0.3 + 0.6 * x[i] + o[i] + u);
  if (random.uniform() < expit(-1 - 0.5 * x[i] + v)) return 0;
  return random.uniform() < expit(-1 + 0.8 * x[i] + o[i] + w) ? 1 : random.beta(5 * mu, 5 * (1 - mu));
});
const data = pl.DataFrame({
  share,
  x,
  o,
  g: g.map((l) => `g${String(l).padStart(2, "0")}`),
  f: rows.map((i) => "abc"[i % 3]),
  zero: share.map((y) => Number(y === 0)),
  one: share.map((y) => Number(y === 1)),
});
const is = (keep: (y: number) => boolean) => data.filter(pl.Series("keep", share.map(keep)) as Any);
const above = is((y) => y > 0), between = is((y) => y > 0 && y < 1);

const MEAN = "x + f + offset(o) + (1 | g)", ZERO = "x + (1 | g)", ONE = "x + offset(o) + (1 | g)";
const model: Model = fit(`share ~ ${MEAN}`, data, {
  family: "beta",
  zeroInflation: `~ ${ZERO}`,
  oneInflation: `~ ${ONE}`,
});
const apart = [
  fit(`share ~ ${MEAN}`, between, { family: "beta" }),
  fit(`one ~ ${ONE}`, above, { family: "binomial" }),
  fit(`zero ~ ${ZERO}`, data, { family: "binomial" }),
] as const;

Deno.test("the likelihood is the product of three: zeros, ones among the rest, and what is between", () => {
  close(logLik(model), apart.reduce((sum, m) => sum + logLik(m), 0), 1e-8, 0, "log-likelihood");
  // Newton's steps end at different places within the tolerance: 1e-5 of a standard error
  ([["cond", apart[0]], ["oi", apart[1]], ["zi", apart[2]]] as const).forEach(([part, own]) => {
    const table = (m: Model, component: string) =>
      (tidy(m) as Any).toRecords().filter((r: Any) => r.component === component);
    const all = table(model, part), alone = table(own, "cond");
    assert.equal(all.length, alone.length);
    alone.forEach((r: Any, k: number) => {
      assert.equal(all[k].term, r.term);
      const scale = r.std_error ?? Math.abs(r.estimate);
      assert.ok(Math.abs(all[k].estimate - r.estimate) <= 1e-4 * scale, `${part} ${r.term}`);
      if (r.std_error !== null) {
        assert.ok(Math.abs(all[k].std_error - r.std_error) <= 1e-4 * scale, `SE of ${part} ${r.term}`);
      }
    });
  });
});

Deno.test("predictions of every type follow from the three models", () => {
  const all = (type: string) =>
    [...(predict(model, data, { type }) as Any).getColumn("estimate")] as number[];
  const own = (m: Model) => [...(predict(m, data) as Any).getColumn("estimate")] as number[];
  const [m, p1, p0] = apart.map(own), mean = all("response");
  all("conditional").forEach((v, i) => close(v, m[i], 1e-5, 0, `mean between, row ${i}`));
  all("oprob").forEach((v, i) => close(v, p1[i], 1e-5, 0, `probability of a one, row ${i}`));
  all("zprob").forEach((v, i) => close(v, p0[i], 1e-5, 0, `probability of a zero, row ${i}`));
  all("olink").forEach((v, i) => close(expit(v), p1[i], 1e-5, 0, `its logit, row ${i}`));
  mean.forEach((v, i) => close(v, (1 - p0[i]) * (p1[i] + (1 - p1[i]) * m[i]), 1e-5, 0, `E y, row ${i}`));
});

Deno.test("means, tests and words of the part of ones are those of its own model", () => {
  const with_f = fit("share ~ x", data, { family: "beta", zeroInflation: "~ 1", oneInflation: "~ f + x" });
  const own = fit("one ~ f + x", above, { family: "binomial" });
  const column = (frame: unknown, name: string) => [...(frame as Any).getColumn(name)].map(Number);
  const at = { at: { x: 0 } };
  const got = emmeans(with_f, "~ f", { component: "oi", type: "response", ...at }),
    expected = emmeans(own, "~ f", { type: "response", ...at });
  for (const name of ["estimate", "std_error", "conf_low", "conf_high"]) {
    column(got, name).forEach((v, i) => close(v, column(expected, name)[i], 1e-5, 0, `${name} ${i}`));
  }
  column(anova(with_f, { component: "oi" }), "statistic").forEach((v, i) =>
    close(v, column(anova(own), "statistic")[i], 1e-4, 1e-8, `Wald test ${i}`)
  );
  assert.match(summary(model), /One inflation: {4}~ x \+ offset\(o\) \+ \(1 \| g\)/);
  assert.match(summary(model), /One-inflation model:/);
  assert.match(String(report(model)), /one inflation ~ x .*the odds of a one were/);
  assert.match(
    equation(model).latex,
    /begin\{cases\} 0 & \\text\{with probability \} p_i \\\\ 1 & \\text\{else with probability \} q_i \\\\ .*logit\}\(q_i\) &= \\omega_\{0\} \+ \\omega_\{1\}.*offset/s,
  );
});

Deno.test("simulated zeros and ones, and the checks that count them", () => {
  const checks = (checkPredictions(model, { n: 200 }) as Any).toRecords();
  for (const [statistic, value] of [["zeros", 0], ["ones", 1]] as const) {
    const row = checks.find((r: Any) => r.statistic === statistic);
    assert.equal(row.observed, share.filter((y) => y === value).length);
    assert.ok(row.low <= row.observed && row.observed <= row.high, statistic);
  }
  const residuals = simulateResiduals(model), test = (testZeroInflation(residuals) as Any).toRecords()[0];
  assert.ok(test.p_value > 0.05 && Math.abs(test.statistic - 1) < 0.1);
  const drawn = [...(simulate(model) as Any).getColumn("sim_1")] as number[];
  assert.ok(drawn.some((y) => y === 0) && drawn.some((y) => y === 1) && drawn.every((y) => y >= 0 && y <= 1));
});

Deno.test("in whatever order the two are added, it is the same family", () => {
  const options = { zeroInflation: "~ x", oneInflation: "~ x" };
  const one = fit("share ~ x", data, { family: oneInflated(zeroInflated(beta())), ...options });
  for (const family of [zeroInflated(oneInflated(beta())), "beta" as const, zeroInflated(beta())]) {
    assert.equal(logLik(fit("share ~ x", data, { family, ...options })), logLik(one));
  }
  assert.throws(() => oneInflated(oneInflated(zeroInflated(beta()))), /family "beta": it has it already/);
  const alone = fit("share ~ x", data, { family: oneInflated(zeroInflated(beta())) });
  assert.deepEqual([alone.formulas.zeroInflation, alone.formulas.oneInflation], ["~ 1", "~ 1"]);
});

Deno.test("without ones the other parts stay as they are, and the reason is said", () => {
  const family = "beta", few = is((y) => y < 1), zeroInflation = "~ x";
  const with_one = fit("share ~ x", few, { family, zeroInflation, oneInflation: "~ 1" }),
    without = fit("share ~ x", few, { family, zeroInflation });
  close(logLik(with_one), logLik(without), 1e-8, 0, "log-likelihood");
  assert.match(with_one.messages.join(), /there are no ones, and their probability is estimated as 0/);
  with_one.parts[0].beta.forEach((b, j) => close(b, without.parts[0].beta[j], 1e-6, 0, `coefficient ${j}`));
});

Deno.test("levels with no ones, and with nothing but zeros and ones, are named, and their probabilities are the limits", () => {
  const inner = share.map((y) => y > 0 && y < 1 ? y : 0.4);
  const level = rows.map((i) => "abc"[i % 3]);
  const y = rows.map((i) =>
    i % 7 === 0 ? 0 : level[i] === "c" || level[i] === "a" && i % 5 === 0 ? 1 : inner[i]
  );
  const edges = fit("y ~ x", pl.DataFrame({ y, x, f: level }), {
    family: "beta",
    zeroInflation: "~ 1",
    oneInflation: "~ f",
  });
  assert.ok(edges.converged);
  assert.match(
    edges.messages.join(),
    /there are no ones where f = b, and their probability is estimated as 0, every response where f = c that is not 0 is a one/,
  );
  const chances = (emmeans(edges, "f", { component: "oi", type: "response" }) as Any).toRecords();
  assert.deepEqual(chances.slice(1).map((r: Any) => r.estimate), [0, 1]);
  assert.ok(chances[1].conf_low === 0 && chances[1].conf_high > 0 && chances[1].conf_high < 0.1);
  assert.ok(chances[2].conf_high === 1 && chances[2].conf_low > 0.9);
});

Deno.test("advice on families: what it names is fitted, and a density is not compared with probabilities", () => {
  const all = (adviseFamily("share ~ x", data, { n: 20 }) as Any).toRecords();
  const find = (name: string) => all.find((r: Any) => r.family === name);
  const proposed = find("beta with zero and one inflation");
  assert.equal(
    proposed.code,
    'fit("share ~ x", data, { family: beta(), zeroInflation: "~ 1", oneInflation: "~ 1" })',
  );
  const made = fit("share ~ x", data, { family: beta(), zeroInflation: "~ 1", oneInflation: "~ 1" });
  close(proposed.aicc, -2 * logLik(made) + 2 * 5 * n / (n - 6), 1e-6, 0, "AICc"); // five parameters
  assert.ok(find("orderedBeta").possible && !find("beta").possible);
  for (const name of ["gaussian", "studentT", "tweedie"]) assert.ok(!find(name).possible, name);
  const zeros = share.filter((y) => y === 0).length, ones = share.filter((y) => y === 1).length;
  assert.equal(
    find("gaussian").reason,
    `the response has ${zeros} exact zeros and ${ones} exact ones: a density has no likelihood that can be compared with their probability`,
  );
  const rain = data.withColumn(pl.Series("mm", share.map((y) => y === 1 ? 7.3 : 5 * y)));
  const amounts = (adviseFamily("mm ~ x", rain, { n: 20 }) as Any).toRecords();
  for (const name of ["gamma hurdle", "lognormal hurdle", "inverseGaussian hurdle", "tweedie"]) {
    assert.ok(amounts.find((r: Any) => r.family === name)?.possible, name);
  }
  assert.ok(!amounts.find((r: Any) => r.family === "gaussian").possible);
});

Deno.test("averages over random effects in all three parts are the exact integral", () => {
  const newdata = pl.DataFrame({ x: [0.4], o: [0.3], f: ["b"] });
  const [typical] = (predict(model, newdata, { randomEffects: "none" }) as Any).toRecords();
  const [average] = (predict(model, newdata, { randomEffects: "none", average: "population" }) as Any)
    .toRecords();
  const eta = (part: string) => {
    const { names, beta } = model.parts.find((p) => p.part === part)!;
    const value: Record<string, number> = { "(Intercept)": 1, x: 0.4, fb: 1, fc: 0 };
    return names.reduce((sum, name, j) => sum + beta[j] * value[name], part === "zi" ? 0 : 0.3);
  };
  const sd = (part: string) => Math.sqrt(model.random.find((t) => t.part === part)!.covariance.get(0, 0));
  // trapezoid rule over three independent normal effects, exact to rounding for such smooth functions
  const z = Array.from({ length: 33 }, (_, k) => -8 + k / 2),
    w = z.map((v) => Math.exp(-v * v / 2) / Math.sqrt(2 * Math.PI) / 2);
  const over = (part: string) => z.reduce((sum, v, k) => sum + w[k] * expit(eta(part) + sd(part) * v), 0);
  const [m, p1, p0] = ["cond", "oi", "zi"].map(over);
  close(average.estimate, (1 - p0) * (p1 + (1 - p1) * m), 1e-6, 0, "population");
  assert.ok(Math.abs(average.estimate - typical.estimate) > 1e-3);
});
