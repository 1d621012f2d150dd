/**
 * The deviance at the limits of a profile: where the t interval is exact (linear models, strata of balanced designs) the profile is that
 * interval.
 */
import assert from "node:assert/strict";
import { dataset } from "../../lib/datasets.ts";
import { type Frame, frameOf } from "../../lib/frame.ts";
import { confint } from "../../lib/inference/intervals/confint.ts";
import { tidy } from "../../lib/inference/intervals/tidy.ts";
import { seed } from "../../lib/math/random.ts";
import { fit, type FitOptions } from "../../lib/model/fit.ts";
import { records } from "./close.ts";

/** Groups of five, whose means differ. */
function oneWay(groups: number): Frame {
  const random = seed(groups), b = Array.from({ length: groups }, () => 2 * random.normal());
  const rows = Array.from({ length: 5 * groups }, (_, i) => ({ k: Math.floor(i / 5), x: i % 5 - 2 }));
  return frameOf({
    x: rows.map((r) => r.x),
    t: rows.map((r) => r.k % 2 ? "yes" : "no"),
    g: rows.map((r) => `g${r.k}`),
    w: rows.map((_, i) => 1 + i % 3),
    y: rows.map((r) => b[r.k] + 0.3 * r.x + random.normal()),
  });
}

/** Four blocks of three whole plots of four. */
function splitPlot(start: number): Frame {
  const random = seed(start),
    normal = (n: number, s: number) => Array.from({ length: n }, () => s * random.normal());
  const [block, plot] = [normal(4, 1.5), normal(12, 1.2)];
  const rows = Array.from(
    { length: 48 },
    (_, i) => ({ b: Math.floor(i / 12), p: Math.floor(i / 4), s: i % 4 }),
  );
  return frameOf({
    block: rows.map((r) => `r${r.b}`),
    whole: rows.map((r) => `a${r.p % 3}`),
    sub: rows.map((r) => `b${r.s}`),
    y: rows.map((r) => block[r.b] + plot[r.p] + 0.5 * r.s + random.normal()),
  });
}

const teeth = await dataset("ToothGrowth"), plots = splitPlot(3);
const exact: [string, string, Frame, FitOptions, (term: string) => boolean][] = [
  ["a linear model of 60 rows", "len ~ supp * dose", teeth, {}, () => true],
  ["a linear model with 3 df", "len ~ dose", teeth.head(25).tail(5) as Frame, {}, () => true],
  ["frequency weights", "y ~ x", oneWay(6), { weights: { frequency: "w" } }, () => true],
  ["six groups, within and between", "y ~ x + (1 | g)", oneWay(6), {}, () => true],
  ["eight groups, half of them treated", "y ~ t + (1 | g)", oneWay(8), {}, () => true],
  // the intercept, with treatment coding, is a sum over strata
  [
    "a split plot",
    "y ~ whole + sub + (1 | block) + (1 | block:whole)",
    plots,
    {},
    (term) => term !== "(Intercept)",
  ],
];

for (const [name, formula, data, options, holds] of exact) {
  Deno.test(`the profile of ${name} is the t interval`, () => {
    const m = fit(formula, data, options),
      rows = records(tidy(m, { effects: "fixed" })).filter((r) => holds(r.term));
    assert.ok(!m.singular);
    const terms = rows.map((r) => r.term), limits = records(confint(m, { method: "profile", terms }));
    rows.forEach((r, i) => {
      // profiles are followed until the root deviance is within 1e-5 of its cut-off
      const tolerance = 1e-5 * (r.conf_high - r.conf_low);
      assert.ok(
        Math.abs(limits[i].conf_low - r.conf_low) < tolerance,
        `${r.term}: ${limits[i].conf_low}, ${r.conf_low}`,
      );
      assert.ok(
        Math.abs(limits[i].conf_high - r.conf_high) < tolerance,
        `${r.term}: ${limits[i].conf_high}, ${r.conf_high}`,
      );
    });
  });
}
