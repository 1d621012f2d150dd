/** Contrasts that are zero whatever the coefficients: estimate 0, standard error 0, nothing to test. */
import assert from "node:assert/strict";
import { DISPLAY } from "../../lib/display.ts";
import { type Frame, pl } from "../../lib/frame.ts";
import { contrast, pairs } from "../../lib/inference/means/contrast.ts";
import { effSize } from "../../lib/inference/means/effect_size.ts";
import { emmeans } from "../../lib/inference/means/emmeans.ts";
import { emtrends } from "../../lib/inference/means/trends.ts";
import { fit, type FitOptions } from "../../lib/model/fit.ts";
import { records } from "./close.ts";

// deno-lint-ignore no-explicit-any
type Any = any;
const text = (frame: Any) => String(frame[DISPLAY]()["text/plain"]);

/** Years and weights, far from 0; three and two levels that do not divide the rows evenly. */
const data = pl.DataFrame(
  Array.from({ length: 97 }, (_, i) => ({
    A: "abc"[i % 3],
    B: "uv"[Math.floor(i / 3) % 2],
    g: `g${i % 9}`,
    year: 1990 + (i * 7) % 23,
    w: 71.3 + 9.1 * Math.sin(i),
    y: 12 + Math.cos(2.3 * i) + 0.1 * (i % 3),
    k: Math.floor(3 + 2 * Math.sin(5 * i)),
  })) as Any,
) as Frame;

const MODELS: readonly (readonly [string, FitOptions])[] = [
  ["y ~ A + B + year + w", {}],
  ["y ~ A + B + poly(year, 2) + w + (1 | g)", {}],
  ["y ~ A + B + year + log(w) + (1 | g)", { contrasts: { A: "sum", B: "helmert" } }],
  ["k ~ A + B + year + w + (1 | g)", { family: "poisson" }],
  ["k ~ A + B + scale(year) + w + offset(log(w))", { family: "nbinom1" }],
];

for (const [formula, options] of MODELS) {
  Deno.test(`no interaction in ${formula}: nothing to test of it`, () => {
    const model = fit(formula, data, options);
    const tables = {
      "slopes of year": pairs(emtrends(model, "~ A", { var: "year" })),
      "slopes of w by two factors": pairs(emtrends(model, "~ A * B", { var: "w" })),
      interaction: contrast(emmeans(model, "~ A * B"), "pairwise", { interaction: true }),
      "differences of differences": contrast(pairs(emmeans(model, "~ A | B")), "pairwise", {
        by: "contrast",
      }),
      weighted: contrast(
        emmeans(model, "~ A * B", { weights: "proportional" }),
        { custom: [1, -1, 0, -1, 1, 0] } as Any,
      ),
    };
    for (const [what, table] of Object.entries(tables)) {
      for (const r of records(table)) {
        assert.deepEqual(
          [r.estimate, r.std_error, r.statistic, r.p_value, r.conf_low, r.conf_high].map((v) =>
            v === null ? null : v + 0
          ),
          [0, 0, null, null, 0, 0],
          `${what}: ${JSON.stringify(r)}`,
        );
      }
      assert.match(text(table), /not depend on the coefficients .* there is nothing to test/, what);
    }
    // what there is to test, still is
    for (const r of records(pairs(emmeans(model, "~ A")))) {
      assert.ok(r.std_error > 1e-3 && r.p_value > 0, JSON.stringify(r));
    }
  });
}

Deno.test("on the response scale the ratio is 1, and beside it real contrasts keep their adjustment", () => {
  const means = emmeans(fit("k ~ A + B + w", data, { family: "poisson" }), "~ A * B", { type: "response" });
  const same = contrast(means, { nothing: [1, -1, 0, -1, 1, 0], difference: [1, -1, 0, 0, 0, 0] } as Any, {
    adjust: "mvt",
  });
  const [nothing, difference] = records(same);
  assert.deepEqual([nothing.estimate, nothing.std_error, nothing.p_value, nothing.conf_low], [1, 0, null, 1]);
  assert.ok(difference.p_value > 0 && difference.std_error > 0);
});

Deno.test("contrasts of offsets alone are known, not tested; effect sizes of nothing are 0", () => {
  const model = fit("k ~ A + offset(log(w))", data, { family: "poisson" });
  const at = emmeans(model, "~ w", { at: { w: [60, 80] } }), [r] = records(pairs(at));
  assert.ok(Math.abs(r.estimate - Math.log(60 / 80)) < 1e-12);
  assert.deepEqual([r.std_error, r.p_value], [0, null]);
  const linear = fit("y ~ A + B", data),
    [d] = records(
      effSize(contrast(emmeans(linear, "~ A * B"), "pairwise", { interaction: true })),
    );
  assert.deepEqual([d.estimate + 0, d.std_error], [0, 0]);
});

Deno.test("small differences of large means are no zeros", () => {
  const model = fit("y ~ A + year", data),
    means = emmeans(model, "~ year", { at: { year: [2000, 2000.0001] } });
  const [r] = records(pairs(means)), [slope] = records(emtrends(model, "~ 1", { var: "year" }));
  assert.ok(Math.abs(r.estimate / -1e-4 - slope.estimate) < 1e-7 * Math.abs(slope.estimate));
  assert.ok(Math.abs(r.std_error / 1e-4 - slope.std_error) < 1e-7 * slope.std_error);
});
