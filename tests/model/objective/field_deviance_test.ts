/** A field by the means of its cells against the engine's own evaluation by random effects. */
import assert from "node:assert/strict";
import { fit, type Frame, pl } from "../../../mod.ts";
import { seed } from "../../../lib/math/random.ts";
import type { FitOptions } from "../../../lib/model/fit.ts";
import { planFit } from "../../../lib/model/fit.ts";
import { FieldDeviance } from "../../../lib/model/objective/field_deviance.ts";
import { ProfiledDeviance } from "../../../lib/model/objective/linear.ts";
import { rowSums } from "../../../lib/model/objective/row_sums.ts";

const random = seed(5), PLACES = 53; // more than the order from which there are tiles, and no multiple of 4
const place = Array.from({ length: PLACES }, () => [random.uniform() * 5, random.uniform() * 5]);
const y: number[] = [],
  x: number[] = [],
  pos: string[] = [],
  time: string[] = [],
  g: string[] = [],
  w: number[] = [];
for (let l = 0; l < 4; l++) {
  for (let k = 0; k < PLACES; k++) {
    const rows = l < 2 ? 1 + k % 2 : k % 5 === l ? 0 : 1; // two levels with the same cells; holes in the others
    for (let r = 0; r < rows; r++) {
      x.push(random.normal());
      y.push(3 + x.at(-1)! / 2 + Math.sin(place[k][0] + l) + 0.4 * random.normal());
      pos.push(`(${place[k].map((v) => v.toFixed(5))})`);
      time.push(`t${String(k).padStart(2, "0")}`);
      g.push(`g${l}`);
      w.push(1 + (k + r) % 3);
    }
  }
}
const data = pl.DataFrame({ y, x, pos, time, g, w });

const CASES: [term: string, options: FitOptions][] = [
  ["exp(0 + pos | g)", {}],
  ["exp(0 + pos | g)", { reml: false }],
  ["exp(0 + pos | g)", { weights: "w" }],
  ["gau(0 + pos | g)", {}],
  ["mat(0 + pos | g)", { reml: false }],
  ["homcs(0 + time | g)", {}],
  ["cs(0 + time | g)", {}],
  ["toep(0 + time | g)", {}],
];

for (const [term, options] of CASES) {
  Deno.test(`${term} ${JSON.stringify(options)}: value, gradient and variance as with random effects`, () => {
    const { design } = planFit(`y ~ x + ${term}`, data, options), reml = options.reml ?? true;
    const whole = new ProfiledDeviance(rowSums(design), reml), { byPattern } = whole, start = whole.start();
    assert.ok(byPattern instanceof FieldDeviance);
    for (const shift of [0, 0.03, -0.02]) {
      const theta = start.map((v, j) => v + shift * Math.cos(j)), [a, b] = [theta.slice(), theta.slice()];
      if (shift < 0) theta[0] = -theta[0]; // standard deviations count by their size
      const value = whole.evaluate(theta, a), other = byPattern.evaluate(theta, b);
      // sums in another order
      assert.ok(Math.abs(value - other) < 1e-10 * Math.abs(value), `${value} ${other}`);
      a.forEach((v, j) =>
        assert.ok(Math.abs(v - b[j]) < 1e-8 * (1 + Math.abs(v)), `gradient ${j}: ${v}, ${b[j]}`)
      );
      assert.ok(Math.abs(whole.sigma2At(theta) / whole.sigma2 - 1) < 1e-10);
    }
  });
}

Deno.test("few positions, other effects beside the field and rows of several positions have no cells", () => {
  const engine = (formula: string) =>
    new ProfiledDeviance(rowSums(planFit(formula, data, {}).design), true).byPattern;
  assert.equal(engine("y ~ x + exp(0 + pos | g) + (1 | time)"), null);
  assert.equal(engine("y ~ x + (1 | pos)"), null);
  const few = data.filter(pl.col("time").lt(pl.lit("t40")));
  assert.equal(
    new ProfiledDeviance(rowSums(planFit("y ~ x + exp(0 + pos | g)", few, {}).design), true).byPattern,
    null,
  );
});

Deno.test("a field over so many places that two threads share its matrices: the bits of one", () => {
  const random = seed(9),
    places = Array.from({ length: 520 }, () => ({ u: random.uniform(), v: random.uniform() }));
  const data = pl.DataFrame({
    y: places.map(({ u, v }) => Math.sin(9 * u) * Math.cos(7 * v) + 0.3 * random.normal()),
    u: places.map(({ u }) => u),
    v: places.map(({ v }) => v),
    g: places.map(() => "one"),
  }) as Frame;
  const [one, two] = [1, 2].map((threads) =>
    fit("y ~ 1 + gau(0 + numFactor(u, v) | g)", data, { control: { threads } })
  );
  assert.equal(one.logLik, two.logLik);
  assert.deepEqual(one.random[0].theta, two.random[0].theta);
});
