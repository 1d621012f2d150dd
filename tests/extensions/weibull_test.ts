/**
 * A family of one's own with two parameters, of which the mean is neither: Weibull regression against survreg of R's survival, and with
 * random effects against its likelihood by quadrature (tests/reference/make/67_weibull.R), in the functions of a model, and the page of
 * the documentation that explains it.
 */
import assert from "node:assert/strict";
import {
  anova,
  bootstrap,
  checkPredictions,
  dataset,
  emmeans,
  fit,
  type Model,
  pl,
  predict,
  saveModel,
  simulate,
  simulateResiduals,
  testUniformity,
  tidy,
  zeroInflated,
} from "../../mod.ts";
import { executed } from "../docs/examples.ts";
import { weibull } from "./weibull.ts";

// deno-lint-ignore no-explicit-any
type Json = any;
const R: Json = JSON.parse(await Deno.readTextFile(new URL("./weibull.json", import.meta.url)));
const data = await dataset("sleepstudy"), family = weibull();
const mixed = fit("Reaction ~ Days + (1 | Subject)", data, { family });

const close = (got: number, expected: number, allowed: number, what: string) =>
  assert.ok(Math.abs(got - expected) <= allowed, `${what}: ${got}, expected ${expected} ± ${allowed}`);

/** Intercept, slope and log k with their standard errors: estimates 1e-4 standard errors, standard errors 1e-4 (3e-4 with quadrature). */
function compare(
  model: Model,
  expected: { logLik: number; estimate: number[]; se: number[] },
  allowed: number,
) {
  close(model.logLik, expected.logLik, 1e-6, "logLik");
  [...model.parts[0].beta, ...model.parts[1].beta].forEach((b, j) => {
    close(b, expected.estimate[j], 1e-4 * expected.se[j], `coefficient ${j}`);
    close(Math.sqrt(model.covariance.get(j, j)) / expected.se[j], 1, allowed, `standard error ${j}`);
  });
}

Deno.test("Weibull: survreg's estimates", () =>
  compare(fit("Reaction ~ Days", data, { family }), R.fixed, 1e-4));

Deno.test("Weibull: with random effects, the likelihood by quadrature, and the mean of a typical group", () => {
  const model = fit("Reaction ~ Days + (1 | Subject)", data, { family, quadrature: 25 });
  compare(model, R.mixed, 3e-4);
  close(Math.sqrt(model.random[0].covariance.get(0, 0)) / R.mixed.sd, 1, 1e-4, "sd");
  const [row] = (predict(model, pl.DataFrame({ Days: [5] }), { randomEffects: "none" }) as Json).toRecords();
  close(row.estimate, R.mixed.mean, 1e-4 * R.mixed.mean_se, "mean after 5 days");
  close(row.std_error / R.mixed.mean_se, 1, 3e-4, "its standard error");
  const [mean] = (emmeans(model, "Days", { component: "response", at: { Days: [5] } }) as Json).toRecords();
  close(mean.estimate, row.estimate, 1e-9, "emmeans");
});

Deno.test("Weibull: in another unit of time λ follows, k stays", () => {
  const seconds = data.withColumn(pl.col("Reaction").div(pl.lit(1000)).alias("Reaction") as Json);
  const other = fit("Reaction ~ Days + (1 | Subject)", seconds, { family });
  close(other.parts[0].beta[0], mixed.parts[0].beta[0] - Math.log(1000), 1e-6, "log λ");
  close(other.parts[1].beta[0], mixed.parts[1].beta[0], 1e-6, "log k");
  close(other.logLik, mixed.logLik + 180 * Math.log(1000), 1e-6, "logLik");
});

Deno.test("Weibull: residuals, simulations, checks, bootstrap, tests, hurdles", async () => {
  const residuals = simulateResiduals(mixed), [uniform] = (testUniformity(residuals) as Json).toRecords();
  assert.ok(uniform.p_value > 0 && uniform.p_value <= 1);
  for (const r of (checkPredictions(mixed) as Json).toRecords()) assert.ok(r.low < r.high, r.statistic);
  assert.ok([...simulate(mixed).getColumn("sim_1")].every((y) => Number(y) > 0));
  const draws = [...(await bootstrap(mixed, { n: 60, seed: 2 })).getColumn("Days")].map(Number);
  const mean = draws.reduce((sum, v) => sum + v / 60, 0),
    variance = draws.reduce((sum, v) => sum + (v - mean) ** 2 / 59, 0);
  // the standard deviation of 60 draws has a standard error of 9 %
  close(Math.sqrt(variance) / Math.sqrt(mixed.covariance.get(1, 1)), 1, 0.3, "bootstrap standard error");
  const changing = fit("Reaction ~ Days + (1 | Subject)", data, { family, dispersion: "~ Days" });
  const [, test] = (anova(mixed, changing) as Json).toRecords();
  close(test.statistic, 2 * (changing.logLik - mixed.logLik), 1e-8, "likelihood ratio");
  assert.ok(
    (tidy(changing) as Json).toRecords().some((r: Json) => r.component === "disp" && r.term === "Days"),
  );
  const zeros = data.withColumn(
    pl.Series("Reaction", [...data.getColumn("Reaction")].map((y, i) => i % 6 ? Number(y) : 0)),
  );
  const hurdle = fit("Reaction ~ Days", zeros, { family: zeroInflated(family), zeroInflation: "~ Days" });
  const rest = zeros.filter(pl.col("Reaction").gt(pl.lit(0)));
  const coin = fit("zero ~ Days", zeros.withColumn(pl.col("Reaction").eq(pl.lit(0)).alias("zero")), {
    family: "binomial",
  });
  close(
    hurdle.logLik,
    fit("Reaction ~ Days", rest, { family }).logLik + coin.logLik,
    1e-6,
    "a hurdle's logLik",
  );
  assert.throws(
    () => saveModel(mixed),
    /family "weibull": it is not built in, and functions cannot be written/,
  );
});

Deno.test("Weibull: the page of the documentation has this code, and runs", async () => {
  const page = await Deno.readTextFile(new URL("../docs/tasks/own_family.md", import.meta.url));
  const file = await Deno.readTextFile(new URL("./weibull.ts", import.meta.url));
  const plain = (code: string) =>
    code.replace("export function weibull", "function weibull").replace(/from "[^"]*"/, "").trim();
  assert.equal(
    plain(page.match(/```ts\n([^]*?)```/)![1]),
    plain(file),
    "copy tests/extensions/weibull.ts into the page",
  );
  const html = await executed("own_family", page);
  assert.match(html, /Reaction ~ Days \+ \(1 \| Subject\)/);
  assert.match(html, /it is not built in, and functions cannot be written as JSON/);
});
