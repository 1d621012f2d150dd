/**
 * nominalTest() and scaleTest() against nominal_test() and scale_test() of R's ordinal (made by
 * tests/reference/make/64_ordinal_effects.R), to 1e-5 of the statistic; what R has not, mixed models, against the two fits.
 */
import assert from "node:assert/strict";
import { anova, cumulative, dataset, fit, nominalTest, pl, scaleTest, tidy, vcov } from "../../../mod.ts";
import { metaOf } from "../../../lib/display.ts";
import { ASSUMPTION_TEST } from "../../../lib/inference/tests/assumption_frame.ts";
import { Matrix, positiveInverse } from "../../../lib/math/dense.ts";

// deno-lint-ignore no-explicit-any
type Json = any;
const { sets, assumptions }: Json = JSON.parse(
  await Deno.readTextFile(new URL("../tables/ordinal_effects.json", import.meta.url)),
);
const rowsOf = (frame: unknown): Json[] => (frame as Json).toRecords();
const close = (got: number, expected: number, allowed: number, what: string) =>
  assert.ok(Math.abs(got - expected) <= allowed, `${what}: ${got}, expected ${expected}`);
const frameOf = (set: string) => pl.DataFrame(sets[set].data);
const wine = frameOf("wine"), { levels } = sets.wine;

for (const a of assumptions) {
  for (const test of ["nominal", "scale"] as const) {
    Deno.test(`${test}Test: ${a.case}, ${a.formula}`, () => {
      const model = fit(a.formula, frameOf(a.case), {
        family: cumulative(a.link),
        levels: sets[a.case].levels,
        ...a.case === "made" && { weights: "w" },
      });
      const [none, ...rows] = rowsOf((test === "nominal" ? nominalTest : scaleTest)(model));
      assert.equal(none.term, "<none>");
      assert.equal(none.log_lik, model.logLik);
      const expected = a[test];
      [expected.term].flat().forEach((term: string, k: number) => {
        const row = rows.find((r) => r.term === term), at = (name: string) => [expected[name]].flat()[k];
        assert.ok(row, `${term} is not among ${rows.map((r) => r.term)}`);
        assert.equal(row.df, at("df"), `df of ${term}`);
        close(row.log_lik, at("logLik"), 1e-5, `log-likelihood of ${term}`);
        close(row.statistic, at("statistic"), 2e-5, `statistic of ${term}`);
        close(row.p_value, at("p"), 1e-5, `p-value of ${term}`);
      });
    });
  }
}

const brant: Json[] = JSON.parse(await Deno.readTextFile(new URL("../tables/brant.json", import.meta.url)));
for (const b of brant) {
  Deno.test(`nominalTest by Brant: ${b.id}, ${b.formula}`, () => {
    const model = fit(b.formula.replace("offset(-o)", "offset(o)"), frameOf(b.set), {
      family: cumulative(b.link),
      levels: sets[b.set].levels,
      ...b.weights && { weights: b.weights },
    });
    const table = nominalTest(model, { method: "brant" }), rows = rowsOf(table);
    const all = rows.map((r) => r.term), expected = b.term.filter((term: string) => all.includes(term));
    assert.deepEqual(all, expected); // of crossed factors all terms that the largest contains
    rows.forEach((row) => {
      const k = b.term.indexOf(row.term);
      assert.equal(row.df, b.df[k]);
      close(row.statistic, b.statistic[k], 2e-5 * (1 + b.statistic[k]), `statistic of ${row.term}`);
      close(row.p_value, b.p[k], 2e-5, `p-value of ${row.term}`);
    });
    // the effects that the figure shows are those of the binary models
    const { effects } = metaOf(table, ASSUMPTION_TEST)!, slopes = [b.names].flat();
    const at = (field: string) => [b[field]].flat(2);
    const shown = effects.filter((e) => e.cut !== null), cuts = at("estimate").length / slopes.length;
    assert.equal(shown.length, cuts * slopes.length);
    slopes.forEach((name: string, j: number) =>
      shown.filter((e) => e.name === name).forEach((e, k) => {
        const place = b.estimate.length === slopes.length && Array.isArray(b.estimate[0])
          ? j * cuts + k
          : k * slopes.length + j;
        close(e.estimate, at("estimate")[place], 2e-5, `${name} at ${e.cut}`);
        close((e.high - e.low) / (2 * 1.959963984540054), at("se")[place], 2e-5, `its standard error`);
      })
    );
  });
}

Deno.test("Brant's test says where a binary model has no estimates, and what it cannot be of", () => {
  const model = fit("rating ~ temp + contact", wine, { family: cumulative(), levels });
  const table = nominalTest(model, { method: "brant" });
  assert.deepEqual(rowsOf(table).map((r) => [r.term, r.p_value]), [["<all>", null], ["temp", null], [
    "contact",
    null,
  ]]);
  assert.match(JSON.stringify((table as Json)[Symbol.for("Jupyter.display")]()), /at 1\|2 has no estimates/);
  const refused = (formula: string, options: Json, why: RegExp) =>
    assert.throws(
      () =>
        nominalTest(fit(formula, wine, { family: cumulative(), levels, ...options }), { method: "brant" }),
      why,
    );
  refused("rating ~ temp + (1 | judge)", {}, /"brant" with random effects.*likelihood-ratio/);
  refused("rating ~ temp", { dispersion: "~ contact" }, /with scale effects/);
  refused("rating ~ temp", { nominal: "~ contact" }, /with nominal effects/);
  refused(
    "rating ~ temp",
    { family: cumulative("logit", { thresholds: "symmetric" }) },
    /with symmetric thresholds/,
  );
});

Deno.test("the figures show the effects of the larger models, at every threshold", () => {
  const options = { family: cumulative(), levels }, model = fit("rating ~ temp + contact", wine, options);
  const nominal = fit("rating ~ temp", wine, { ...options, nominal: "~ contact" });
  assert.ok(nominal.converged, nominal.messages[0]);
  const { effects } = metaOf(nominalTest(model, { terms: "contact" }), ASSUMPTION_TEST)!;
  assert.deepEqual(effects.map((e) => e.cut), ["1|2", "2|3", "3|4", "4|5", null]);
  const at = rowsOf(tidy(nominal, { effects: "fixed" })).filter((r) => /contactyes$/.test(r.term));
  at.forEach((r, k) => {
    close(effects[k].estimate, -r.estimate, 1e-5, r.term);
    close(effects[k].high, -r.conf_low, 1e-4, r.term);
  });
  const [common] = rowsOf(tidy(model, { effects: "fixed" })).filter((r) => r.term === "contactyes");
  close(effects[4].estimate, common.estimate, 1e-9, "common");
  close(effects[4].low, common.conf_low, 1e-9, "common");
  // equally distant thresholds: the effect at the third is the first's and twice the spacing's
  const even = { family: cumulative("logit", { thresholds: "equidistant" }), levels };
  const spaced = fit("rating ~ temp", wine, { ...even, nominal: "~ contact" });
  const found = metaOf(
    nominalTest(fit("rating ~ temp + contact", wine, even), { terms: "contact" }),
    ASSUMPTION_TEST,
  )!;
  const [first, spacing] = rowsOf(tidy(spaced, { effects: "fixed" })).filter((r) =>
    /contactyes$/.test(r.term)
  );
  close(found.effects[2].estimate, -(first.estimate + 2 * spacing.estimate), 1e-5, "equidistant");
  const scale = fit("rating ~ temp + contact", wine, { ...options, dispersion: "~ temp" });
  const [spread] = metaOf(scaleTest(model, { terms: "temp" }), ASSUMPTION_TEST)!.effects;
  const [zeta] = rowsOf(tidy(scale, { effects: "fixed" })).filter((r) => r.component === "disp");
  close(spread.estimate, zeta.estimate, 1e-5, "scale");
  close(spread.low, zeta.conf_low, 1e-4, "scale");
});

Deno.test("nominalTest and scaleTest of mixed models are likelihood ratios of the two fits", () => {
  const options = { family: cumulative("probit"), levels }, formula = "rating ~ temp + contact + (1 | judge)";
  const model = fit(formula, wine, options);
  const nominal = fit("rating ~ temp + (1 | judge)", wine, { ...options, nominal: "~ contact" });
  const scale = fit(formula, wine, { ...options, dispersion: "~ temp" });
  const [, row] = rowsOf(nominalTest(model, { terms: "contact" }));
  close(row.statistic, 2 * (nominal.logLik - model.logLik), 1e-6, "nominal");
  assert.equal(row.df, 3);
  close(
    rowsOf(scaleTest(model, { terms: ["temp"] }))[1].statistic,
    2 * (scale.logLik - model.logLik),
    1e-6,
    "scale",
  );
  const [, compared] = rowsOf(anova(model, nominal));
  close(compared.statistic, row.statistic, 1e-6, "anova(m0, m1)");
  close(compared.p_value, row.p_value, 1e-9, "anova(m0, m1): p");
});

Deno.test("terms that stand in the formula of the thresholds or of the scale already are kept there", () => {
  const model = fit("rating ~ temp", wine, {
    family: cumulative(),
    levels,
    nominal: "~ contact",
    dispersion: "~ temp",
  });
  assert.deepEqual(rowsOf(nominalTest(model)).map((r) => r.term), ["<none>", "temp"]);
  assert.deepEqual(rowsOf(scaleTest(model)).map((r) => r.term), ["<none>", "contact"]);
  const interaction = fit("rating ~ temp * contact", wine, { family: cumulative(), levels });
  assert.deepEqual(rowsOf(nominalTest(interaction)).map((r) => r.term), [
    "<none>",
    "temp + contact + temp:contact",
  ]);
  assert.deepEqual(rowsOf(scaleTest(interaction)).map((r) => r.term), [
    "<none>",
    "temp",
    "contact",
    "temp:contact",
  ]);
});

Deno.test("a term whose larger model has no optimum has no test, and a note says why", () => {
  const data = frameOf("wine"),
    rating = sets.wine.data.rating as string[],
    temp = sets.wine.data.temp as string[];
  const made = data.withColumns(
    pl.Series("rating", rating.map((r, i) => temp[i] === "warm" && r === "3" ? "4" : r)),
  );
  const model = fit("rating ~ temp", made, { family: cumulative(), levels });
  const table = nominalTest(model), [, row] = rowsOf(table);
  assert.deepEqual([row.statistic, row.p_value, row.log_lik], [null, null, null]);
  assert.match(
    String((table as Json).inspect?.() ?? table) +
      JSON.stringify((table as Json)[Symbol.for("Jupyter.display")]()),
    /meet where temp = warm/,
  );
});

Deno.test("what cannot be tested is refused", () => {
  const other = fit(
    "rating ~ temp",
    wine.withColumns(pl.Series("rating", (sets.wine.data.rating as string[]).map(Number))),
    {},
  );
  assert.throws(() => nominalTest(other), /of family "gaussian", it should be of cumulative\(\)/);
  const model = fit("rating ~ temp", wine, { family: cumulative(), levels });
  assert.throws(() => nominalTest(model, { terms: "contact" }), /Cannot find term "contact".*"temp"/);
  assert.throws(
    () => scaleTest(fit("rating ~ 1", wine, { family: cumulative(), levels })),
    /has no term that could be tested/,
  );
});

Deno.test("anova of the scale and of the thresholds: Wald tests of all coefficients of a term", () => {
  const model = fit("rating ~ temp", wine, {
    family: cumulative(),
    levels,
    nominal: "~ contact",
    dispersion: "~ temp",
  });
  const [scale] = rowsOf(anova(model, { component: "disp" })),
    at = model.parts.find((p) => p.part === "disp")!;
  close(scale.statistic, at.beta[0] ** 2 / vcov(model, { component: "disp" }).get(0, 0), 1e-9, "scale");
  const V = vcov(model, { component: "threshold" }), own = [1, 3, 5, 7];
  const b = model.parts.filter((p) => p.component === "threshold").map((p) => p.beta[1]);
  const S = positiveInverse(new Matrix(own.map((i) => own.map((j) => V.get(i, j)))))!;
  const expected = b.reduce((sum, x, i) => sum + b.reduce((s, y, j) => s + x * S.get(i, j) * y, 0), 0);
  for (const type of [1, 2, 3] as const) {
    const [row, ...more] = rowsOf(anova(model, { component: "threshold", type }));
    assert.deepEqual([row.term, row.df, more.length], ["contact", 4, 0]);
    if (type < 3) close(row.statistic, expected, 1e-8, `type ${type}`);
  }
});

Deno.test("effects that the data drive to infinity are said to be infinite, and not drawn", async () => {
  const all = await dataset("wine"); // no warm wine is rated 1, no cold one 5
  for (const formula of ["rating ~ temp + contact", "rating ~ temp + contact + (1 | judge)"]) {
    const test = nominalTest(fit(formula, all, { family: "cumulative" }));
    const { effects } = metaOf(test, ASSUMPTION_TEST)!;
    const infinite = effects.filter((e) => !Number.isFinite(e.estimate));
    assert.deepEqual(infinite.map((e) => [e.name, e.cut, e.estimate]), [
      ["tempwarm", "1|2", Infinity],
      ["tempwarm", "4|5", Infinity],
    ]);
    assert.match(
      test.plot().outerHTML,
      /Not drawn, without a finite estimate: tempwarm at 1\|2, tempwarm at 4\|5\./,
    );
  }
});
