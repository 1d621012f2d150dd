/** Distributions and links as tables: heights are R's densities, probabilities sum to one, slopes are derivatives. */
import * as registry from "../../../lib/model/links/mod.ts";
import assert from "node:assert/strict";
import {
  beta,
  distributions,
  type Frame,
  gamma,
  links,
  oneInflated,
  poisson,
  table,
  truncated,
  zeroInflated,
} from "../../../mod.ts";

/** Relative difference; absolute below 1. */
function close(actual: number, expected: number, tolerance: number, what: string) {
  const error = Math.abs(actual - expected) / Math.max(1, Math.abs(expected));
  assert.ok(error <= tolerance, `${what}: ${actual} and ${expected}`);
}

type Rows = Record<string, number>[];
const rowsOf = (frame: Frame) => frame.toRecords() as Rows;
const at = (frame: Frame, y: number) => rowsOf(frame).find((row) => Math.abs(row.y - y) < 1e-9)!;

Deno.test("heights are R's densities and probabilities", () => {
  const cases: [what: string, frame: Frame, y: number, column: string, height: number][] = [
    [
      "dnbinom(3, size = 2, mu = 6)",
      distributions({ family: "nbinom2", mean: 6, disp: 2 }),
      3,
      "probability",
      0.10546875,
    ],
    [
      "dbinom(5, 20, 0.5)",
      distributions({ family: "binomial", mean: 0.5, trials: 20 }),
      5,
      "probability",
      0.0147857666016,
    ],
    [
      "pbinom(5, 20, 0.5)",
      distributions({ family: "binomial", mean: 0.5, trials: 20 }),
      5,
      "cumulative",
      0.020694732666,
    ],
    [
      "dt(0, 3)",
      distributions({ family: "studentT", mean: 0, disp: 1, df: 3 }),
      0,
      "density",
      0.367552596948,
    ],
    [
      "0.2 + 0.8 * dpois(0, 4)",
      distributions({ family: zeroInflated(poisson()), mean: 4, zi: 0.2 }),
      0,
      "probability",
      0.214652511111,
    ],
  ];
  for (const [what, frame, y, column, height] of cases) close(at(frame, y)[column], height, 1e-11, what);
});

Deno.test("densities are the slopes of the cumulative probabilities, and integrate to what is shown", () => {
  const cases: [string, Frame][] = [
    ["gamma", distributions({ family: gamma("log"), mean: 2, disp: 4 })],
    ["beta", distributions({ family: "beta", mean: 0.3, disp: 12 })],
    ["normal", distributions({ family: "gaussian", mean: -3, disp: 2 })],
    ["Tweedie", distributions({ family: "tweedie", mean: 2, disp: 1, power: 1.5 })],
  ];
  for (const [what, frame] of cases) {
    const rows = rowsOf(frame).filter(({ density }) => Number.isFinite(density) && density !== null);
    for (let i = 1; i + 1 < rows.length; i++) { // Simpson's rule over two steps: its error is of the order of h⁴
      const [a, b, c] = rows.slice(i - 1, i + 2),
        area = (c.y - a.y) / 6 * (a.density + 4 * b.density + c.density);
      if (Math.abs(c.y - 2 * b.y + a.y) > 1e-9) continue;
      close(area, c.cumulative - a.cumulative, 2e-6, `${what} at ${b.y}`);
    }
  }
});

Deno.test("probabilities of all values sum to what is shown; a point mass is a probability among densities", () => {
  for (const family of [poisson(), truncated(poisson()), zeroInflated(poisson())]) {
    const frame = distributions({ family, mean: 3, ...(family.parts({}).length > 1 ? { zi: 0.1 } : {}) });
    const rows = rowsOf(frame), sum = rows.reduce((total, { probability }) => total + probability, 0);
    close(sum, rows[rows.length - 1].cumulative, 1e-12, family.noun);
    assert.ok(sum > 0.995);
  }
  const mass = rowsOf(distributions({ family: "tweedie", mean: 2, disp: 1, power: 1.5 })).filter((
    { probability },
  ) => Number.isFinite(probability) && probability !== null);
  assert.deepEqual(mass.map(({ y }) => y), [0]);
  close(
    mass[0].probability,
    Math.exp(-(2 ** 0.5) / 0.5),
    1e-12,
    "P(0) of a compound Poisson: exp(-μ^(2-p) / (φ(2-p)))",
  );
});

Deno.test("distributions are named by what differs, what they share is said below", () => {
  const frame = distributions({ family: "poisson", mean: [2, 6] }, { family: "nbinom2", mean: 6, disp: 2 });
  assert.deepEqual([...new Set(frame.getColumn("distribution").toArray())], [
    "Poisson, mean 2",
    "Poisson, mean 6",
    "negative binomial (quadratic variance), mean 6",
  ]);
  assert.deepEqual(table(frame).notes, ["negative binomial (quadratic variance): size θ = 2."]);
  assert.ok(!frame.columns.includes("density"));
});

Deno.test("what cannot be drawn is refused, and what is missing named", () => {
  const refused: [() => unknown, RegExp][] = [
    [
      () => distributions({ family: "gamma", mean: 1 }),
      /RangeError: Cannot draw family "gamma" without disp \(its shape\): give disp/,
    ],
    [() => distributions({ family: "gama", mean: 1 }), /TypeError: .*did you mean "gamma"/],
    [
      () => distributions({ family: "studentT", mean: 1, disp: 1, DF: 3 }),
      /parameter "DF" of family "studentT".*did you mean "df"/,
    ],
    [
      () => distributions({ family: "beta", mean: 1.2, disp: 1 }),
      /mean: 1.2 of family "beta", it should be a number between 0 and 1/,
    ],
    [() => distributions({ family: "cumulative", mean: 1 }), /it has categories/],
    [() => links("lgit" as "logit"), /RangeError: Cannot find link "lgit".*did you mean "logit"/],
  ];
  for (const [call, words] of refused) assert.throws(call, words);
});

Deno.test("links: means where the link allows them, with their slopes", () => {
  const rows = rowsOf(links()), names = [...new Set(rows.map(({ link }) => String(link)))];
  assert.deepEqual(names, Object.keys(registry));
  for (const name of names) {
    const own = rows.filter(({ link }) => String(link) === name), h = own[1].eta - own[0].eta;
    assert.ok(own.every(({ mean }) => Number.isFinite(mean)));
    if (["1/mu^2", "inverse", "sqrt"].includes(name)) {
      assert.ok(own.every(({ eta }) => eta > 0), "one branch");
    } else assert.equal(own.length, 161);
    const middle = own[Math.floor(own.length / 2)], k = own.indexOf(middle);
    close((own[k + 1].mean - own[k - 1].mean) / (2 * h), middle.slope, 3e-3, name);
  }
});

Deno.test("exact zeros and ones are probabilities beside a density whose area is the rest", () => {
  const family = oneInflated(zeroInflated(beta()));
  const rows = rowsOf(distributions({ family, mean: 0.4, disp: 5, zi: 0.2, oi: 0.3 }));
  const single = rows.filter(({ y }) => y === 0 || y === 1);
  assert.deepEqual(single.map((r) => [r.y, r.probability.toFixed(12)]), [
    [0, (0.2).toFixed(12)],
    [1, (0.8 * 0.3).toFixed(12)],
  ]);
  assert.equal(rows.at(-1)!.y, 1);
  assert.equal(rows.at(-1)!.cumulative, 1);
  const ordered = distributions({
    family: "orderedBeta",
    mean: 0.4,
    disp: 5,
    threshold__lower: -1.5,
    threshold__upper: 1.5,
  });
  const ends = rowsOf(ordered).filter(({ y }) => y === 0 || y === 1);
  assert.equal(ends.length, 2);
});
