/**
 * Σ w ℓ of rows and its derivatives against densities written out, for links, weights and units of the response. Derivatives in the mean's
 * predictor are per unit of η: a step of t there is one of unit · t. They are compared with differences of those an order below,
 * of which the value is the density's own.
 */
import assert from "node:assert/strict";
import * as families from "../../../lib/model/families/mod.ts";
import type { Family } from "../../../lib/model/families/family.ts";
import { pair, triple } from "../../../lib/math/jets.ts";
import { Likelihood } from "../../../lib/model/objective/likelihood.ts";
import { unitsOf } from "../../../lib/model/objective/units.ts";
import { difference } from "../../laws/differences.ts";
import { type Formulas, inflatedIf, middle, smallDesign } from "../../laws/small_designs.ts";
import { scattered } from "./dense.ts";
import * as densities from "./densities.ts";

const NATURAL = {
  identity: (mu: number) => mu,
  log: Math.log,
  logit: (mu: number) => Math.log(mu / (1 - mu)),
  own: (mu: number) => mu,
};

/** Family, density, what y is multiplied by, further predictors. */
type Case = readonly [Family, densities.Density, number, readonly number[], Formulas?];
const CASES: readonly Case[] = [
  [families.poisson(), densities.poisson, 1, []],
  [families.poisson("sqrt"), densities.poisson, 1, []],
  [families.poisson("identity"), densities.poisson, 1, []],
  [families.binomial(), densities.binomial, 1, []],
  [families.binomial("probit"), densities.binomial, 1, []],
  [families.binomial("cloglog"), densities.binomial, 1, []],
  [families.nbinom2(), densities.nbinom2, 1, [0.7]],
  [families.beta("probit"), densities.beta, 1, [1.2]],
  [families.gaussian(), densities.gaussian, 1, [0.3]],
  [families.gaussian(), densities.gaussian, 3000, [Math.log(3000) + 0.3]],
  [families.gaussian("log"), densities.gaussian, 3000, [Math.log(3000) + 0.3]],
  [families.gaussian("sqrt"), densities.gaussian, 0.001, [Math.log(0.001) + 0.3]],
  [families.poisson(), densities.inflated(densities.poisson), 1, [-0.5], { cond: "x", zi: "~ w" }],
];

for (const [base, density, by, further, formulas = { cond: "x", disp: "~ w" }] of CASES) {
  for (const weights of base.usesTrials ? [undefined] : [undefined, { frequency: "wt" }]) {
    const title = `${base.name}(${base.link.name})${formulas.zi ? ", inflated" : ""}, y in units of ${by}${
      weights ? ", weighted" : ""
    }`;

    Deno.test(`${title}: the value is that of the densities, and derivatives are those of each other`, () => {
      const small = smallDesign(base, formulas, { weights }),
        family = inflatedIf(base, formulas),
        { n } = small;
      const design = { ...small, response: { ...small.response, y: small.response.y.map((v) => v * by) } };
      const units = unitsOf(design, family),
        likelihood = new Likelihood(design, family, units),
        { jets, K } = likelihood;
      const [{ link, scale }] = family.parts(design.response),
        { spread } = middle(base),
        { response: { y, trials } } = design;
      // means near the middle of the range, times the unit
      const eta = [
        scattered(n).map((v) => link.eta(by * link.mean(middle(base).eta + 0.5 * spread * v))),
        ...further.map((v, k) => scattered(n, 50 * (k + 1)).map((z) => v + 0.2 * z)),
      ];
      const value = eta[0].reduce((s, _, i) => {
        const at = eta.map((e, k) => k === 0 ? NATURAL[scale](link.mean(e[i])) : e[i]);
        return s + (design.weights?.[i] ?? 1) * density(y[i], trials?.[i] ?? 1, at);
      }, 0);
      assert.ok(
        Math.abs(likelihood.evaluate(eta, 0) - value) < 1e-11 * (n + Math.abs(value)),
        `by densities ${value}`,
      );
      /** One row's array after a move of predictor k. */
      const moved = (k: number, order: 0 | 1 | 2, read: () => Float64Array) => {
        const known = new Map<number, Float64Array>(), h = 1e-3;
        for (const t of [h, -h, 2 * h, -2 * h]) {
          const unit = k === 0 ? units.eta : 1;
          likelihood.evaluate(eta.map((e, l) => l === k ? e.map((v) => v + t * unit) : e), order);
          known.set(t, read().slice());
        }
        return eta[0].map((_, i) => difference((t) => known.get(t)![i], h));
      };
      const same = (read: () => Float64Array, expected: Float64Array, what: string) => {
        likelihood.evaluate(eta, 3);
        const got = read(), size = 1 + Math.max(...expected.map(Math.abs));
        got.forEach((v, i) =>
          assert.ok(
            Math.abs(v - expected[i]) < 1e-7 * size,
            `${what}, row ${i}: ${v}, difference ${expected[i]}`,
          )
        );
      };
      for (let k = 0; k < K; k++) {
        same(() => jets.d1[k], moved(k, 0, () => jets.value), `∂${k}`);
        for (let l = 0; l <= k; l++) {
          same(() => jets.d2[pair(k, l)], moved(k, 1, () => jets.d1[l]), `∂${k}${l}`);
          for (let m = 0; m <= l; m++) {
            same(
              () => jets.d3[triple(k, l, m)],
              moved(k, 2, () => jets.d2[pair(l, m)]),
              `∂${k}${l}${m}`,
            );
          }
        }
      }
    });
  }
}
