/** What a fit says of itself: one sentence per cause, with the cause; nothing where all is well. */
import assert from "node:assert/strict";
import { type Frame, pl } from "../../../lib/frame.ts";
import { fit, type FitOptions } from "../../../lib/model/fit.ts";
import { beyondMemory } from "../../../lib/model/result/messages.ts";
import type { Model } from "../../../lib/model/result/model.ts";

// deno-lint-ignore no-explicit-any
type Any = any;

/** Noise in [0, 1) that is the same everywhere. */
const noise = (i: number, salt = 1) => {
  const v = Math.sin(12.9898 * i + 78.233 * salt) * 43758.5453;
  return v - Math.floor(v);
};
const normal = (i: number, salt = 1) =>
  Math.sqrt(-2 * Math.log(1 - noise(i, salt))) * Math.cos(2 * Math.PI * noise(i, salt + 100));

const data = pl.DataFrame(
  Array.from({ length: 180 }, (_, i) => {
    const f = "abc"[i % 3], tg = i % 2, tt = Math.floor(i / 2) % 2, x = normal(i, 2);
    let binomial = 0;
    for (let k = 0; k < 10; k++) binomial += Number(noise(i, 10 + k) < 0.5);
    return {
      f,
      tg,
      tt,
      x,
      far: 1e6 + 1e5 * x,
      g: `g${i % 12}`,
      under: binomial, // less variable than Poisson
      extra: f === "b" ? (noise(i, 3) < 0.5 ? 0 : 3 + binomial) : 3 + binomial,
      none_b: f === "b" ? 0 : Number(noise(i, 4) < 0.4),
      cell: tg === 1 && tt === 0 ? 0 : Math.floor(4 * noise(i, 5)),
      step: Number(x > 0.3),
      both: f === "a" ? 1 : f === "b" ? 0 : Number(noise(i, 6) < 0.5),
      rare: Number(i % 60 === 0),
      steep: Number(noise(i, 7) < 1 / (1 + Math.exp(-4 * x))),
      y: normal(i, 8) + 0.8 * normal(i % 12, 9),
      w: i % 3,
    };
  }) as Any,
) as Frame;

const CASES: readonly (readonly [string, FitOptions, RegExp])[] = [
  [
    "under ~ x",
    { family: "nbinom2" },
    /\(Intercept\) \(disp\): no overdispersion: .*Poisson.*family "poisson" fits as well/,
  ],
  ["under ~ x", { family: "nbinom1" }, /no overdispersion/],
  [
    "under ~ x",
    { family: "nbinom2", dispersion: "~ f" },
    /\(Intercept\) \(disp\), fb \(disp\), fc \(disp\): no overdispersion: /,
  ],
  [
    "under ~ x",
    { family: "poisson", zeroInflation: "~ 1" },
    /\(Intercept\) \(zi\): zero inflation is estimated as 0: /,
  ],
  [
    "extra ~ x",
    { family: "poisson", zeroInflation: "~ f" },
    /zero inflation is estimated as 0 where f = a; f = c: /,
  ],
  ["none_b ~ f + x", { family: "binomial" }, /direction of fb: no successes where f = b \(separation/],
  [
    "none_b ~ f + x",
    { family: "binomial", contrasts: { f: "sum" } },
    /\(Intercept\), f1, f2: no successes where f = b/,
  ],
  ["none_b ~ f + x + (1 | g)", { family: "binomial" }, /no successes where f = b/],
  ["both ~ f + x", { family: "binomial" }, /no successes where f = b, no failures where f = a/],
  ["cell ~ x + tg * tt", { family: "poisson" }, /direction of tg, tg:tt: only zeros where tg = 1 and tt = 0/],
  [
    "step ~ x",
    { family: "binomial" },
    /no successes where x is at most 0\.2\d+, no failures where x is at least 0\.3\d+ \(complete separation/,
  ],
  [
    "y ~ f",
    { weights: { frequency: "w" }, family: "studentT" },
    /informs this coefficient|in other combinations only/,
  ],
];

for (const [formula, options, words] of CASES) {
  Deno.test(`flat: ${formula} ${JSON.stringify(options)}`, () => {
    const { messages, converged } = fit(formula, data, options);
    assert.ok(converged);
    const flat = messages.filter((text) => text.includes("flat in the direction of"));
    assert.equal(flat.filter((text) => words.test(text)).length, 1, messages.join("\n"));
    assert.ok(flat.length <= 2);
  });
}

Deno.test("regular models are not flat, whatever the scales: steep, rare, far from 0, strong offsets, tiny units", () => {
  const models: readonly (readonly [string, FitOptions])[] = [
    ["steep ~ x", { family: "binomial" }],
    ["steep ~ x + f + (1 | g)", { family: "binomial" }],
    ["steep ~ far", { family: "binomial" }],
    ["steep ~ far + I(far^2)", { family: "binomial" }],
    ["rare ~ x", { family: "poisson" }],
    ["under ~ far + f", { family: "poisson" }],
    ["under ~ x + offset(20 * x)", { family: "poisson" }],
    ["extra ~ f", { family: "nbinom2" }],
    ["extra ~ 1", { family: "poisson", zeroInflation: "~ 1" }],
    ["y ~ far + (1 | g)", { dispersion: "~ f" }],
    ["I(1e9 * y) ~ far + f", { dispersion: "~ f" }],
    ["I(1e-9 * y) ~ far + f", { dispersion: "~ f" }],
  ];
  for (const [formula, options] of models) {
    const model = fit(formula, data, options);
    assert.deepEqual(model.messages.filter((text) => text.includes("flat")), [], formula);
    assert.equal(model.flat.directions.length, 0, formula);
  }
});

const singular = ({ messages }: Model) => messages.filter((text) => /singular/.test(text));

Deno.test("singular: one sentence for every term, none without", () => {
  let seen = 0;
  for (let salt = 1; salt <= 12; salt++) {
    const frame = pl.DataFrame(
      Array.from({ length: 60 }, (_, i) => ({
        y: normal(i, salt) + 0.7 * normal(i % 6, salt + 50),
        f: "pqr"[Math.floor(i / 6) % 3],
        a: normal(i, salt + 60),
        b: normal(i, salt + 70),
        g: `g${i % 6}`,
      })) as Any,
    ) as Frame;
    for (
      const formula of [
        "y ~ f + (f | g)",
        "y ~ a + b + (a + b | g)",
        "y ~ a + (a + b || g)",
        "y ~ a + (a | g)",
      ]
    ) {
      const model = fit(formula, frame);
      assert.equal(
        singular(model).length,
        Number(model.singular),
        `${formula}: ${model.messages.join("\n")}`,
      );
      const rank = model.certificate.boundary.join().match(/rank (\d of 3)/)?.[1];
      if (rank) {
        assert.match(model.messages.join("\n"), new RegExp(`rank ${rank}`));
        seen++;
      }
    }
  }
  assert.ok(seen > 5, `only ${seen} covariances of reduced rank`);
});

Deno.test("more random effects than rows: both numbers", () => {
  const rows = Array.from({ length: 96 }, (_, i) => i).filter((i) => i % 6 !== 5);
  const frame = pl.DataFrame({
    y: rows.map((i) => normal(i, 3)),
    c: rows.map((i) => "abc"[Math.floor(i / 2) % 3]),
    t: rows.map((i) => `t${i % 2}`),
    id: rows.map((i) => `s${Math.floor(i / 6)}`),
  } as Any) as Frame;
  const { messages } = fit("y ~ c * t + (1 + c * t | id)", frame);
  assert.equal(
    messages.filter((text) => /96 random effects for 80 rows/.test(text)).length,
    1,
    messages.join("\n"),
  );
  assert.ok(messages.length <= 3);
});

Deno.test("zero inflation of single trials: an extra zero and a failure look alike", () => {
  const x = Array.from({ length: 120 }, (_, i) => normal(i, 22));
  const b = x.map((v, i) => Number(noise(i, 21) < 0.6 / (1 + Math.exp(-4 * v))));
  const say = (formula: string) =>
    fit(formula, pl.DataFrame({ b, x }), { family: "binomial", zeroInflation: "~ 1" }).messages.filter((m) =>
      /look alike/.test(m)
    );
  assert.equal(say("b ~ 1").length, 1);
  assert.match(say("b ~ 1")[0], /every row has one trial/);
  assert.match(say("b ~ x")[0], /^Zero inflation here: every row has one trial/);
});

Deno.test("a dispersion with a coefficient for every row says so, shortly", () => {
  const d = data.head(40).withColumns(
    pl.Series("id", Array.from({ length: 40 }, (_, i) => `i${i}`)),
  ) as Frame;
  for (const [formula, family] of [["y ~ x", "gaussian"], ["under ~ x", "nbinom2"]] as const) {
    const [first] = fit(formula, d, { family, dispersion: "~ id", reml: false }).messages;
    assert.match(first, /the formula of the dispersion has 40 coefficients for 40 rows/, formula);
    assert.ok(first.length < 400, first);
  }
});

Deno.test("a dense block that WebAssembly cannot address says so, smaller ones do not", () => {
  assert.deepEqual(beyondMemory({ tiles: 2 ** 29 }), []);
  assert.match(
    beyondMemory({ tiles: 2 ** 30 })[0],
    /takes 8\.0 GiB where levels cross, more than WebAssembly addresses \(4\)/,
  );
});
