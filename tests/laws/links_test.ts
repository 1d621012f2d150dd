/** What must hold for every link of the registry. A new link is tested by its line in mod.ts. */
import assert from "node:assert/strict";
import { Jets, pair, triple } from "../../lib/math/jets.ts";
import type { Scale } from "../../lib/model/links/link.ts";
import { composeLink } from "../../lib/model/links/compose.ts";
import { ontoFromMean } from "../../lib/model/links/from_mean.ts";
import type { Link } from "../../lib/model/links/link.ts";
import * as links from "../../lib/model/links/mod.ts";
import { resolveLink, suits } from "../../lib/model/links/resolve.ts";
import { close } from "../math/close.ts";
import values from "../math/special_values.json" with { type: "json" };

const registry: readonly [string, Link][] = Object.entries(links);
const scales: readonly Scale[] = ["identity", "log", "logit"];
const means = {
  identity: [-4, -0.3, 0.2, 0.7, 5],
  log: [1e-6, 0.2, 0.7, 5, 1e4],
  logit: [1e-9, 0.01, 0.3, 0.5, 0.8, 0.999],
};
const zetaOf = {
  identity: (mu: number) => mu,
  log: Math.log,
  logit: (mu: number) => Math.log(mu) - Math.log1p(-mu),
};

for (const [name, link] of registry) {
  /** η of the test means that the link can take on this scale. */
  const etas = (scale: Scale) => means[scale].map(link.eta).filter((eta) => link.valid(eta, scale));
  const suited = scales.filter((scale) => suits(link, scale));

  Deno.test(`${name}: has its registry name, suits some scale, and has valid means there`, () => {
    assert.equal(link.name, name);
    assert.ok(suited.length > 0);
    for (const scale of suited) assert.ok(etas(scale).length >= 2, scale);
    assert.ok(!link.valid(NaN, suited[0]) && !link.valid(Infinity, suited[0]));
  });

  Deno.test(`${name}: the mean inverts the link, and slope is its derivative`, () => {
    for (const scale of suited) {
      for (const mu of means[scale]) {
        const eta = link.eta(mu);
        if (!link.valid(eta, scale)) continue;
        close(link.mean(eta), mu, 1e-13, 0, `mean(eta(${mu}))`);
        const h = 1e-4 * Math.min(1, Math.abs(eta) || 1),
          d = (s: number) => (link.mean(eta + s) - link.mean(eta - s)) / (2 * s);
        close((4 * d(h) - d(2 * h)) / 3, link.slope(eta), 1e-9, 1e-13 * Math.abs(mu) / h, `slope at ${eta}`);
      }
    }
  });

  Deno.test(`${name}: compositions are ζ(η), and each derivative is that of the one before`, () => {
    const out = new Float64Array(4),
      jet = (onto: NonNullable<ReturnType<Link["onto"]>>, eta: number) => {
        onto(eta, out);
        return [...out];
      };
    for (const scale of suited) {
      const onto = link.onto(scale);
      for (const eta of etas(scale)) {
        const zeta = zetaOf[scale](link.mean(eta));
        if (onto === null) {
          close(zeta, eta, 1e-9, 1e-9, `${scale} is canonical`); // μ near 1 has lost digits of 1 − μ
          continue;
        }
        // steps go with the distance to η = 0 and η = 1, where links end
        const at = jet(onto, eta), h = 2e-4 * Math.min(1, Math.abs(eta) || 1, Math.abs(1 - eta) || 1);
        close(at[0], zeta, 1e-9, 1e-9, `ζ on ${scale} at ${eta}`);
        const [up, down, up2, down2] = [h, -h, 2 * h, -2 * h].map((s) => jet(onto, eta + s));
        for (let k = 0; k < 3; k++) {
          const quotient = (8 * (up[k] - down[k]) - (up2[k] - down2[k])) / (12 * h);
          const noise = 1e-15 * Math.abs(at[k]) / h;
          close(quotient, at[k + 1], 1e-9, noise + 1e-15 / h, `derivative ${k + 1} on ${scale} at ${eta}`);
        }
      }
    }
  });

  Deno.test(`${name}: compositions stay numbers far out`, () => {
    const out = new Float64Array(4);
    for (const scale of suited) {
      const onto = link.onto(scale);
      for (const eta of [-700, -300, -40, 40, 300, 700]) {
        if (onto === null || !link.valid(eta, scale)) continue;
        onto(eta, out);
        assert.ok(out.every((value) => !Number.isNaN(value)), `${scale} at ${eta}: ${out}`);
        assert.ok(Number.isFinite(out[0]) && Number.isFinite(out[1]), `${scale} at ${eta}: ${out}`);
      }
    }
  });
}

Deno.test("compositions onto logit: high-precision values", () => {
  const out = new Float64Array(4);
  for (const name of ["probit", "cloglog", "log"] as const) {
    for (const [eta, ...expected] of values[`${name} onto logit`]) {
      links[name].onto("logit")!(eta, out);
      // The third derivative of probit at the edge of its tail is a hundredth of the terms it is made of.
      for (let k = 0; k < 4; k++) {
        close(out[k], expected[k], k < 3 ? 3e-15 : 5e-14, 0, `${name}, derivative ${k} at ${eta}`);
      }
    }
  }
});

Deno.test("canonical pairings need no composition", () => {
  assert.equal(links.identity.onto("identity"), null);
  assert.equal(links.log.onto("log"), null);
  assert.equal(links.logit.onto("logit"), null);
});

Deno.test("names and objects are resolved; unknown and unsuited links are refused with the possible ones", () => {
  assert.equal(resolveLink("probit", "beta", "logit"), links.probit);
  assert.equal(resolveLink(links.sqrt, "poisson", "log"), links.sqrt);
  const refused = (link: string, scale: Scale, possible: string) =>
    assert.throws(
      () => resolveLink(link as "log", "some", scale),
      (e: Error) =>
        e instanceof RangeError && e.message.startsWith(`Cannot use link "${link}" with family "some"`) &&
        e.message.includes(possible),
    );
  refused("cauchy", "logit", `"cauchit", "cloglog", "identity", "log", "logit", "loglog", "probit", or`);
  refused("probit", "log", `"1/mu^2", "identity", "inverse", "log", "sqrt", "power(λ)" with a number λ`);
  refused("power(x)", "log", `"power(λ)"`);
  refused("power(2)", "logit", `"probit"`);
  refused("constructor", "log", `"identity"`);
});

Deno.test("a user's link is composed from its mean and three derivatives", () => {
  // The logit link again, but from its mean: it must agree with the compositions written by hand.
  const onto = ontoFromMean((eta, out) => {
    const p = 1 / (1 + Math.exp(-eta)), d = p * (1 - p);
    out[0] = p;
    out[1] = d;
    out[2] = d * (1 - 2 * p);
    out[3] = d * (1 - 6 * d);
  });
  const got = new Float64Array(4), expected = new Float64Array(4);
  for (const eta of [-3, -0.4, 0, 2]) {
    onto("identity")(eta, got);
    links.logit.onto("identity")!(eta, expected);
    for (let k = 0; k < 4; k++) close(got[k], expected[k], 1e-13, 1e-15, `identity ${k}`);
    onto("logit")(eta, got);
    [eta, 1, 0, 0].forEach((value, k) => close(got[k], value, 1e-13, 1e-13, `logit ${k}`));
    onto("log")(eta, got);
    const p = 1 / (1 + Math.exp(-eta));
    [Math.log(p), 1 - p, -p * (1 - p), -p * (1 - p) * (1 - 2 * p)].forEach((value, k) =>
      close(got[k], value, 1e-13, 1e-14, `log ${k}`)
    );
  }
});

Deno.test("composeLink is the chain rule in the first predictor, mixed derivatives included", () => {
  // f(ζ, τ, κ) = exp(aζ + bτ + cκ) with ζ(η) given by its derivatives: every derivative is known.
  const [a, b, c] = [0.7, -1.3, 0.4], [z1, z2, z3] = [1.9, -0.8, 0.35], f = 2.5;
  const jets = new Jets(1, 3), slope = [a, b, c];
  jets.value[0] = f;
  for (let k = 0; k < 3; k++) {
    jets.d1[k][0] = f * slope[k];
    for (let l = 0; l <= k; l++) {
      jets.d2[pair(k, l)][0] = f * slope[k] * slope[l];
      for (let m = 0; m <= l; m++) jets.d3[triple(k, l, m)][0] = f * slope[k] * slope[l] * slope[m];
    }
  }
  composeLink(jets, 0, 3, Float64Array.of(z1), Float64Array.of(z2), Float64Array.of(z3));
  const first = a * z1,
    second = a * a * z1 * z1 + a * z2,
    third = a ** 3 * z1 ** 3 + 3 * a * a * z1 * z2 + a * z3;
  const expect = (got: number, value: number, what: string) => close(got, f * value, 1e-14, 0, what);
  [first, b, c].forEach((value, k) => expect(jets.d1[k][0], value, `d${k}`));
  const two = [[0, 0, second], [1, 0, b * first], [2, 0, c * first], [1, 1, b * b], [2, 1, b * c], [
    2,
    2,
    c * c,
  ]];
  for (const [k, l, value] of two) expect(jets.d2[pair(k, l)][0], value, `d${k}${l}`);
  const three = [
    [0, 0, 0, third],
    [1, 0, 0, b * second],
    [2, 0, 0, c * second],
    [1, 1, 0, b * b * first],
    [2, 1, 0, b * c * first],
    [2, 2, 0, c * c * first],
    [1, 1, 1, b ** 3],
    [2, 1, 1, b * b * c],
    [2, 2, 1, b * c * c],
    [2, 2, 2, c ** 3],
  ];
  for (const [k, l, m, value] of three) expect(jets.d3[triple(k, l, m)][0], value, `d${k}${l}${m}`);
});
