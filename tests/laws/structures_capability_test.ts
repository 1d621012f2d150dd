/**
 * Every covariance structure of the registry in every function of a model, Gaussian and Poisson: each cell is a number that another
 * function or another way gives too. Tolerances: 1e-8 where it is the same computation by another way, else stated.
 */
import assert from "node:assert/strict";
import * as t from "../../mod.ts";
import * as structures from "../../lib/model/structures/mod.ts";
import { seed } from "../../lib/math/random.ts";

type Row = Record<string, number> & { term: string; group: string; level: string; effect: string };

const frame = (() => {
  const random = seed(21),
    columns: Record<string, (number | string)[]> = { y: [], count: [], x: [], time: [], id: [] };
  for (let g = 0; g < 20; g++) {
    let carry = random.normal();
    for (let k = 0; k < 5; k++) {
      carry = 0.7 * carry + 0.7 * random.normal();
      const x = random.normal();
      columns.y.push(3 + 0.4 * x + 1.5 * carry + 0.5 * random.normal());
      columns.count.push(
        Math.max(0, Math.round(Math.exp(1.2 + 0.4 * x + 0.5 * carry) + 0.3 * random.normal())),
      );
      columns.x.push(x);
      columns.time.push(k);
      columns.id.push(`i${String(g).padStart(2, "0")}`);
    }
  }
  return t.pl.DataFrame(columns);
})();

const near = (a: number, b: number, tolerance: number, what: string) =>
  assert.ok(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b)), `${what}: ${a}, expected ${b}`);
const rows = (f: unknown) => (f as { toRecords(): unknown[] }).toRecords() as Row[];

for (const name of Object.keys(structures)) {
  for (const [family, response] of [["gaussian", "y"], ["poisson", "count"]] as const) {
    const formula = `${response} ~ x + ${name}(0 + factor(time) | id)`;
    // free positions beside a residual would be one parameter too many
    const dispersion = family === "gaussian" && ["us", "diag"].includes(name) ? "~ 0" : undefined;

    Deno.test(`capability: ${formula}, ${family}`, () => {
      const model = t.fit(formula, frame, { family, dispersion }), [term] = model.random;
      assert.ok(model.converged, model.certificate.text);
      const parameters = rows(t.tidy(model)).filter((r) => r.effect === "ran_pars" && r.group === "id");
      assert.deepEqual(parameters.map((r) => r.term), term.parameters.map((p) => p.name));
      rows(t.varCorr(model)).filter((r) => r.group === "id").forEach((r, k) =>
        near(r.sdcor, parameters[k].estimate, 1e-12, "varCorr")
      );
      const printed = t.summary(model);
      assert.ok(
        printed.includes(parameters[0].estimate.toPrecision(3).slice(0, 3)),
        `summary lacks ${parameters[0].estimate}`,
      );

      const fixed = rows(t.tidy(model, { effects: "fixed" }));
      for (const method of ["wald", "profile"] as const) {
        for (const r of rows(t.confint(model, { method }))) {
          const all = [...fixed, ...parameters].find((p) => p.term === r.term);
          if (all && !model.reml) near(r.estimate, all.estimate, 1e-6, `${method} ${r.term}`);
          assert.ok(
            r.conf_low <= r.estimate && r.estimate <= r.conf_high,
            `${method} ${r.term}: ${r.conf_low} ${r.estimate} ${r.conf_high}`,
          );
        }
      }
      near(rows(t.anova(model))[0].statistic, (fixed[1].estimate / fixed[1].std_error) ** 2, 1e-6, "anova");

      const predicted = rows(t.predict(model)), fitted = t.fitted(model);
      predicted.forEach((r, i) => near(r.estimate, fitted[i], 1e-8, `fitted ${i}`));
      const grid = t.pl.DataFrame({ x: [0], time: [2], id: ["i03"] });
      const [population] = rows(t.predict(model, grid, { randomEffects: "none", type: "link" }));
      near(
        rows(t.emmeans(model, "~ x", { at: { x: [0] }, type: "link" }))[0].estimate,
        population.estimate,
        1e-10,
        "emmeans",
      );
      const [own] = rows(t.predict(model, grid, { type: "link" })),
        mode = rows(t.ranef(model)).find((r) => r.level === "i03" && /2$/.test(r.term))!;
      near(own.estimate - population.estimate, mode.estimate, 1e-8, "ranef");
      // a new group: the variance of its position on top of the mean's, which in closed form holds the uncertainty of θ too (under 0.5 %)
      const tolerance = model.reml ? 5e-3 : 1e-6;
      const [stranger] = rows(
        t.predict(model, t.pl.DataFrame({ x: [0], time: [2], id: ["new"] }), {
          type: "link",
          newLevels: "population",
        }),
      );
      near(
        stranger.std_error ** 2,
        population.std_error ** 2 + term.covariance.get(2, 2),
        tolerance,
        "new group",
      );

      assert.equal(t.simulate(model, { n: 3, seed: 1 }).height, frame.height);
      const scaled =
        (t.simulateResiduals(model, { seed: 1, n: 100, randomEffects: "unconditional" }) as unknown as {
          getColumn(n: string): { toArray(): number[] };
        }).getColumn("residual").toArray();
      near(scaled.reduce((s, v) => s + v, 0) / scaled.length, 0.5, 0.1, "mean of the scaled residuals");
      assert.ok(t.checkModel(model, { n: 30, seed: 1 }).height > 5);
      assert.ok(String(t.report(model)).includes("20 levels"));
      assert.ok(t.equation(model).latex.includes("x"));
      const again = t.loadModel(t.saveModel(model));
      assert.deepEqual(rows(t.predict(again, frame)), rows(t.predict(model, frame)));
      assert.equal(t.summary(again), printed);
    });
  }
}
