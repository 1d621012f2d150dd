/** Densities, deviances and limits of the single families, against R and on paper. */
import assert from "node:assert/strict";
import type { Family } from "../../../lib/model/families/family.ts";
import { pgamma } from "../../../lib/math/distributions.ts";
import { seed } from "../../../lib/math/random.ts";
import { Jets, pair } from "../../../lib/math/jets.ts";
import * as families from "../../../lib/model/families/mod.ts";
import { adviseFamily, fit, pl } from "../../../mod.ts";
import { close } from "../../math/close.ts";

/** Jets of one response at one mean, given by its ζ, and parts. */
function jetsOf(family: Family, y: number, zeta: number, eta: readonly number[], trials = 1): Jets {
  const jets = new Jets(1, 1 + eta.length), columns = [zeta, ...eta].map((value) => Float64Array.of(value));
  const response = {
    name: "y",
    y: Float64Array.of(y),
    trials: family.usesTrials ? Float64Array.of(trials) : null,
  };
  family.kernel(response, columns.map(() => true)).evaluate(columns, 3, jets);
  return jets;
}

const zetaOf = {
  identity: (mu: number) => mu,
  log: Math.log,
  logit: (mu: number) => Math.log(mu) - Math.log1p(-mu),
};

/** The first part's ζ of a mean, on the family's own scale. */
const meanZeta = (family: Family, mu: number) => zetaOf[family.parts({})[0].scale as keyof typeof zetaOf](mu);

/** A row's predictors from the parameters of its parts. */
const predictors = (family: Family, mu: number, phi: readonly number[]) =>
  family.parts({}).map(({ link }, k) => link.eta(k === 0 ? mu : phi[k - 1]));

/** family, y, mean, exp of the parts, trials, log-density from R 4.2.2 (dpois, dbinom, dnorm, dgamma, dbeta, dt, dnbinom). */
const densities: [keyof typeof families, number, number, number[], number, number][] = [
  ["poisson", 0, 0.3, [], 1, -0.29999999999999999],
  ["poisson", 3, 2.5, [], 1, -1.5428872736055899],
  ["poisson", 120, 90, [], 1, -7.8352275416463728],
  ["binomial", 0, 0.3, [], 5, -1.7833747196936622],
  ["binomial", 3, 0.25, [], 7, -1.7542633116773811],
  ["binomial", 40, 0.9, [], 41, -2.8034336526027896],
  ["gaussian", -1.2, 0.3, [2.5], 1, -2.0152292650788279],
  ["gaussian", 40, 1, [0.5], 1, -3042.2257913526446],
  ["gamma", 0.2, 1.3, [2.5], 1, -1.4486389552227945],
  ["gamma", 40, 41, [300], 1, -1.8469151340451755],
  ["gamma", 1e-5, 2, [0.1], 1, 7.8093465393836015],
  ["beta", 0.2, 0.3, [2.5], 1, 0.40080485468497712],
  ["beta", 0.5, 0.51, [3000], 1, 3.1770690069743388],
  ["beta", 1e-5, 0.01, [0.1], 1, 4.5837678564125355],
  ["studentT", -1.2, 0.3, [2.5, 4], 1, -2.1125642254885122],
  ["studentT", 40, 1, [0.5, 1.1], 1, -9.4829594531831116],
  ["studentT", 0.1, 0.2, [3, 400], 1, -2.0187327648926576],
  ["nbinom2", 0, 2.5, [1.4], 1, -1.4343060431201429],
  ["nbinom2", 17, 3, [0.2], 1, -5.4470402174981931],
  ["nbinom2", 60, 55, [900], 1, -3.2073911354228795],
  ["nbinom1", 0, 2.5, [1.4], 1, -1.563337030989107],
  ["nbinom1", 17, 3, [4.2], 1, -5.8675634697006682],
  ["nbinom1", 60, 55, [0.01], 1, -3.1913579310497706],
  // dlnorm with var(log y) = log(1 + φ²/μ²); the inverse Gaussian by its formula
  ["lognormal", 0.2, 1.3, [2.5], 1, 8.2519813061535663e-02],
  ["lognormal", 40, 41, [3], 1, -2.0369376964560022],
  ["lognormal", 1e-5, 2, [0.1], 1, -29815.180369944679],
  ["lognormal", 3, 2, [400], 1, -4.7328925120873251],
  ["inverseGaussian", 0.2, 1.3, [2.5], 1, -2.5214883696223618],
  ["inverseGaussian", 40, 41, [300], 1, -3.6025972920385536],
  ["inverseGaussian", 1e-5, 2, [0.1], 1, -4984.7508430072466581],
  ["inverseGaussian", 3, 2, [400], 1, -16.2377913593195125],
];

Deno.test("log-densities are R's, with all their constants", () => {
  for (const [name, y, mu, phi, trials, expected] of densities) {
    const family = families[name](),
      jets = jetsOf(family, y, meanZeta(family, mu), phi.map(Math.log), trials);
    // R's own densities are exact to some 1e-14 of the largest term
    close(jets.value[0], expected, 1e-13, 2e-14, `${name} at ${y}`);
  }
});

const deviance = (family: Family, y: number, mu: number, phi: readonly number[], trials = 1) =>
  family.unitDeviance!(y, predictors(family, mu, phi), trials);

/** The same from the sums and gamma functions themselves in 60 digits (mpmath 1.3); of the Tweedie (p − 1)/(2 − p) for p. */
const exact: typeof densities = [
  ["tweedie", 0, 2, [1.3, 1.0], 1, -2.17571317288168469],
  ["tweedie", 0.8, 2, [1.3, 1.0], 1, -1.35264429833326632],
  ["tweedie", 0.0001, 3, [0.5, 0.25], 1, -25.3175139360697543],
  ["tweedie", 40, 3, [0.5, 9.0], 1, -27.3639480174215241],
  ["tweedie", 7.3, 7, [0.001, 1.0], 1, -1.33506053372840315],
  ["tweedie", 250, 260, [0.0002, 0.020408163265306122], 1, -871.284754844180296],
  ["tweedie", 3, 2, [0.8, 99.0], 1, -2.08494377756735935],
  ["tweedie", 1e5, 1e5, [0.3, 1.5], 1, -9.52757260387666401],
  ["betabinomial", 0, 0.3, [2.5], 5, -1.04936435383378282],
  ["betabinomial", 3, 0.25, [0.4], 7, -3.36849361400498007],
  ["betabinomial", 40, 0.9, [1e8], 41, -2.80343318593628416],
  ["betabinomial", 500, 0.4, [30], 1200, -5.64530940157580015],
  ["genpois", 0, 2.5, [1.4], 1, -2.11288563682129144],
  ["genpois", 17, 3, [4.2], 1, -6.18367371777601694],
  ["genpois", 60, 55, [0.9], 1, -3.1558877833102015],
  ["genpois", 3, 40, [30], 1, -5.00311342911524543],
  ["genpois", 1000000, 1000300, [2.5], 1, -8.30272674859414481],
  ["genpois", 0, 1e-9, [3], 1, -5.77350269189625765e-10],
  ["compois", 0, 2.5, [1.4], 1, -2.15246235734243412],
  ["compois", 17, 3, [4.2], 1, -8.40419756231358705],
  ["compois", 3, 2.9, [0.05], 1, -0.14999147686553043],
  ["compois", 60, 55, [0.3], 1, -3.09852941326126179],
  ["compois", 1, 0.01, [2], 1, -4.6192763965205403],
  ["compois", 120, 400, [12], 1, -16.0721956574940948],
];

Deno.test("log-densities that R has no function for", () => {
  for (const [name, y, mu, phi, trials, expected] of exact) {
    const family = families[name]();
    const jets = jetsOf(family, y, meanZeta(family, mu), phi.map(Math.log), trials);
    close(jets.value[0], expected, 1e-12, 1e-12, `${name} at ${y}`); // rounding of the largest term, some thousand times ε
  }
});

Deno.test("distribution functions of wide distributions, where terms are taken from few points", () => {
  const genpois = families.genpois(), at = predictors(genpois, 3000, [400]);
  const sums: [number, number][] = [ // all terms in 40 digits (mpmath 1.3)
    [500, 1.88409505883088142e-7],
    [2000, 0.17026723201843559],
    [5000, 0.946882702537982545],
  ];
  for (const [y, expected] of sums) {
    close(genpois.cdf(y, at, 1), expected, 1e-11, 0, `P(Y <= ${y})`);
    assert.equal(genpois.quantile(expected, at, 1), y);
    assert.equal(genpois.quantile(expected * (1 + 1e-9), at, 1), y + 1);
  }
});

Deno.test("genpois below φ = 1: what its probabilities sum to, and quantities that are honest about it", () => {
  const genpois = families.genpois();
  const sums: [number, number, number][] = [ // all terms in 40 digits
    [0.2, 0.5, 0.75363831644376479],
    [1, 0.5, 0.999800732057023913],
    [3, 0.5, 1.00000000002889417],
    [3, 0.3, 1.00000258248564974],
  ];
  for (const [mu, phi, expected] of sums) {
    const eta = predictors(genpois, mu, [phi]);
    close(genpois.improper!.total(eta), expected, 1e-13, 0, `${mu}, ${phi}`);
    const inflated = families.truncatedGenpois(), zeros = Math.exp(-mu / Math.sqrt(phi));
    close(
      inflated.improper!.total(eta),
      (expected - zeros) / (1 - zeros),
      1e-12,
      1e-13,
      `truncated, ${mu}, ${phi}`,
    );
    assert.equal(genpois.cdf(1000, eta, 1), 1);
    const first = jetsOf(genpois, 0, Math.log(mu), [Math.log(phi)]).value[0];
    close(genpois.cdf(0, eta, 1), Math.exp(first) / expected, 1e-12, 0, "P(Y = 0)");
  }
  assert.equal(genpois.improper!.total(predictors(genpois, 0.2, [1])), 1);
});

Deno.test("compois is the Poisson at φ = 1, geometric as φ → ∞ and on two numbers as φ → 0", () => {
  const compois = families.compois();
  for (const mu of [0.03, 0.8, 4.2, 700]) {
    for (const y of [0, 1, 5, 640]) {
      const poisson = jetsOf(families.poisson(), y, Math.log(mu), []),
        own = jetsOf(compois, y, Math.log(mu), [0]);
      close(own.value[0], poisson.value[0], 1e-12, 1e-13, `Poisson, ${mu}, ${y}`);
      for (const d of ["d1", "d2", "d3"] as const) close(own[d][0][0], poisson[d][0][0], 1e-10, 1e-12, d);
      const geometric = y * Math.log(mu) - (y + 1) * Math.log1p(mu);
      close(
        jetsOf(compois, y, Math.log(mu), [60]).value[0],
        geometric,
        1e-12,
        1e-13,
        `geometric, ${mu}, ${y}`,
      );
    }
  }
  const two = predictors(compois, 3.3, [1e-4]);
  close(compois.cdf(3, two, 1), 0.7, 1e-12, 0, "P(Y <= 3)");
  close(compois.variance(two, 1), 0.21, 1e-12, 0, "variance of a single chance");
});

Deno.test("compois of large means: quantiles, distribution function and simulations from few points", () => {
  const compois = families.compois(), at = predictors(compois, 1e6, [4]), random = seed(3);
  close(compois.variance(at, 1), 4e6, 1e-5, 0, "variance");
  const median = compois.quantile(0.5, at, 1);
  assert.ok(Math.abs(median - 1e6) < 2, String(median));
  assert.ok(compois.cdf(median, at, 1) >= 0.5 && compois.cdf(median - 1, at, 1) < 0.5);
  const draws = Array.from({ length: 200 }, () => compois.simulate(random, at, 1));
  const mean = draws.reduce((s, y) => s + y, 0) / 200;
  assert.ok(Math.abs(mean - 1e6) < 5 * 2000 / Math.sqrt(200), String(mean));
});

Deno.test("a genpois fit of underdispersed counts says where its probabilities do not sum to 1", () => {
  const rows = Array.from({ length: 120 }, (_, i) => i);
  const data = pl.DataFrame({
    y: rows.map((i) => i % 10 === 0 ? 2 : i % 10 === 1 ? 0 : 1),
    x: rows.map((i) => Math.sin(3 * i)),
    z: rows.map((i) => 9 + i % 3),
  });
  const sparse = fit("y ~ x", data, { family: "genpois" });
  assert.ok(sparse.parameters.disp < 0.5);
  assert.match(
    sparse.messages.join("\n"),
    /probabilities of family "genpois" do not sum to 1 in 120 of 120 rows .*at least 1.*family compois\(\)/,
  );
  const advice = adviseFamily("y ~ x", data, { n: 20 }).toRecords();
  const reason = (name: string) => String(advice.find(({ family }) => family === name)!.reason);
  assert.equal(advice[0].family, "compois");
  assert.match(reason("genpois"), /probabilities do not sum to 1 here/);
  assert.doesNotMatch(reason("compois"), /sum to 1/);
  const dense = fit("z ~ x", data, { family: "genpois" });
  assert.ok(dense.parameters.disp < 0.2 && dense.converged);
  const inflated = fit("y ~ x", data, { family: "truncatedGenpois", zeroInflation: "~ 1" });
  assert.match(inflated.messages.join("\n"), /sum to 1 .*truncated\(compois\(\)\)/);
  const over = fit("y ~ x", data.withColumn(pl.Series("y", rows.map((i) => i % 7 === 0 ? i % 11 : 0))), {
    family: "genpois",
  });
  assert.ok(over.parameters.disp > 1 && !over.messages.some((m) => m.includes("sum to 1")));
});

Deno.test("unit deviances are R's dev.resids", () => {
  const d = (name: keyof typeof families, y: number, mu: number, phi: number[], trials = 1) =>
    deviance(families[name](), y, mu, phi, trials);
  const rows: [number, number][] = [
    [d("poisson", 4, 2.5, []), 0.76002903396588506],
    [d("poisson", 0, 2.5, []), 5],
    [d("binomial", 3, 0.2, [], 7), 1.88106241931167584],
    [d("binomial", 0, 0.2, [], 5), 2.23143551314209754],
    [d("gamma", 2, 3.1, [1]), 0.16683244250747187],
    [d("nbinom2", 6, 2.2, [1.7]), 1.56387116021524086],
    [d("nbinom2", 0, 2.2, [1.7]), 2.82318422704966343],
    [d("gaussian", 3, 1, [9]), 4],
  ];
  rows.forEach(([got, expected], i) => close(got, expected, 1e-13, 0, `row ${i}`));
});

Deno.test("saturated means that are not y: the deviance is 0 there and grows on both sides", () => {
  const beta = families.beta(), nbinom1 = families.nbinom1();
  for (
    const [family, y, phi] of [[beta, 0.02, [3]], [beta, 0.7, [0.4]], [nbinom1, 7, [2]], [nbinom1, 1, [
      9,
    ]]] as const
  ) {
    const at = (mu: number) => deviance(family, y, mu, phi);
    const grid = Array.from({ length: 999 }, (_, i) => (i + 1) / 1000 * (family === beta ? 1 : 8 * y));
    const lowest = grid.reduce((best, mu) => at(mu) < at(best) ? mu : best);
    assert.ok(
      at(lowest) < 1e-3 && grid.every((mu) => at(mu) >= 0),
      `y ${y}: ${at(lowest)} at ${lowest}`,
    );
    assert.ok(
      at(lowest * 0.5) > 1e-3 && at((lowest + (family === beta ? 1 : 20 * y)) / 2) > 1e-3,
    );
  }
  assert.equal(deviance(families.nbinom1(), 0, 0, [2]), 0);
});

Deno.test("nbinom2 tends to the Poisson as θ → ∞, its derivative in log θ keeping all digits", () => {
  const family = families.nbinom2(), theta = 1e10, mu = 3.7;
  for (const y of [0, 1, 2, 9, 16, 17, 60]) {
    const jets = jetsOf(family, y, Math.log(mu), [Math.log(theta)]);
    const poisson = jetsOf(families.poisson(), y, Math.log(mu), []);
    const leading = -((y - mu) ** 2 - y) / (2 * theta); // the next term is smaller by about y/θ
    close(jets.d1[1][0], leading, 1e-7, 0, `y ${y}`);
    close(jets.d2[pair(1, 1)][0], -leading, 1e-7, 0, `y ${y}, second`);
    close(jets.value[0] + leading, poisson.value[0], 1e-14, 1e-15, `y ${y}, value`);
    close(jets.d3[0][0], poisson.d3[0][0], 1e-7, 0, `y ${y}, third in the mean`);
  }
  const limit = jetsOf(family, 5, Math.log(mu), [1000]); // θ = ∞ on the computer
  close(limit.value[0], jetsOf(families.poisson(), 5, Math.log(mu), []).value[0], 1e-15, 0, "θ = ∞");
  assert.equal(limit.d1[1][0], 0);
});

Deno.test("nbinom1 tends to the Poisson as φ → 0", () => {
  const family = families.nbinom1(), phi = 1e-10, mu = 3.7;
  for (const y of [0, 1, 2, 9, 16, 17, 60]) {
    const jets = jetsOf(family, y, Math.log(mu), [Math.log(phi)]);
    close(jets.d1[1][0], phi * ((y - mu) ** 2 - y) / (2 * mu), 1e-7, 0, `y ${y}`);
  }
  const limit = jetsOf(family, 5, Math.log(mu), [-1000]);
  close(limit.value[0], jetsOf(families.poisson(), 5, Math.log(mu), []).value[0], 1e-15, 0, "φ = 0");
  assert.equal(limit.d1[1][0], 0);
});

Deno.test("studentT tends to the normal as ν → ∞", () => {
  const family = families.studentT(), nu = 1e10;
  for (const r of [0, 0.3, 1.7, 4]) {
    const jets = jetsOf(family, r, 0, [0, Math.log(nu)]);
    // log t − log normal = (r⁴ − 2r² − 1)/(4ν) + O(1/ν²)
    close(jets.d1[2][0], -(r ** 4 - 2 * r * r - 1) / (4 * nu), 1e-7, 0, `r ${r}`);
    close(jets.value[0], jetsOf(families.gaussian(), r, 0, [0]).value[0], 1e-14, 1e-8, `r ${r}, value`);
  }
  const limit = jetsOf(family, 1.2, 0, [0, 1000]);
  close(limit.value[0], jetsOf(families.gaussian(), 1.2, 0, [0]).value[0], 1e-15, 0, "ν = ∞");
});

Deno.test("gamma and beta keep their digits at large precision", () => {
  for (const shape of [1e8, 1e12]) {
    const jets = jetsOf(families.gamma(), 2, Math.log(2), [Math.log(shape)]);
    close(jets.value[0], 0.5 * Math.log(shape / (2 * Math.PI)) - Math.log(2), 1e-9, 0, "gamma at its mean");
    close(jets.d1[1][0], 0.5, 1e-8, 0, "gamma: half a logarithm of the shape");
    const beta = jetsOf(families.beta(), 0.3, Math.log(3 / 7), [Math.log(shape)]);
    close(beta.value[0], 0.5 * Math.log(shape / (2 * Math.PI * 0.21)), 1e-7, 0, "beta at its mean");
    close(beta.d1[1][0], 0.5, 1e-7, 0, "beta: half a logarithm of the precision");
  }
});

Deno.test("studentT with fixed degrees of freedom is the free one without its last predictor", () => {
  const free = families.studentT(), fixed = families.studentT({ df: 4, link: "log" });
  assert.deepEqual(fixed.parts({}).map((part) => part.name), ["cond", "disp"]);
  assert.deepEqual(free.parts({}).map((part) => part.name), ["cond", "disp", "df"]);
  assert.equal(fixed.link.name, "log");
  const a = jetsOf(free, 1.3, 0.4, [0.2, Math.log(4)]), b = jetsOf(fixed, 1.3, 0.4, [0.2]);
  close(b.value[0], a.value[0], 1e-15, 0, "value");
  b.d1.forEach((d, k) => close(d[0], a.d1[k][0], 1e-15, 0, `d${k}`));
  b.d2.forEach((d, k) => close(d[0], a.d2[k][0], 1e-15, 0, `second ${k}`));
  b.d3.forEach((d, k) => close(d[0], a.d3[k][0], 1e-15, 0, `third ${k}`));
  close(variance(fixed, 0, [3], 1), 18, 1e-15, 0, "variance");
  assert.throws(() => families.studentT({ df: 0 }), /df: 0, it should be a positive number/);
});

function variance(family: Family, mu: number, phi: readonly number[], trials: number): number {
  return family.variance(predictors(family, mu, phi), trials);
}

Deno.test("sigma() and the variance are glmmTMB's", () => {
  close(families.gamma().sigma([4]), 0.5, 0, 0, "gamma: shape^-1/2");
  close(families.beta().sigma([7]), 7, 0, 0, "beta: precision");
  close(families.nbinom1().sigma([2]), 2, 0, 0, "nbinom1: φ");
  close(families.gaussian().sigma([2]), 2, 0, 0, "gaussian: σ");
  close(variance(families.nbinom2(), 3, [2], 1), 7.5, 1e-15, 0, "μ + μ²/θ");
  close(variance(families.nbinom1(), 3, [2], 1), 9, 1e-15, 0, "μ (1 + φ)");
  close(variance(families.beta(), 0.5, [4], 1), 0.05, 1e-15, 0, "μ(1 − μ)/(1 + φ)");
  close(variance(families.binomial(), 0.5, [], 10), 0.025, 1e-15, 0, "of the proportion");
});

Deno.test("default links are R's", () => {
  const expected = {
    beta: "logit",
    binomial: "logit",
    gamma: "inverse",
    gaussian: "identity",
    nbinom1: "log",
    nbinom2: "log",
    poisson: "log",
    studentT: "identity",
  };
  for (const [name, link] of Object.entries(expected)) {
    assert.equal(families[name as "beta"]().link.name, link);
  }
});

Deno.test("refusals say what to do", () => {
  const refused = (family: Family, y: number, trials: number | null, message: RegExp) => {
    const response = {
      name: "share",
      y: Float64Array.of(y),
      trials: trials === null ? null : Float64Array.of(trials),
    };
    assert.throws(() => family.check(response, [9], false), { name: "RangeError", message });
  };
  refused(
    families.beta(),
    0,
    null,
    /strictly between 0 and 1, but row 9 is 0; .*zeroInflation.*orderedBeta/,
  );
  refused(families.beta(), 1, null, /row 9 is 1; .*orderedBeta/);
  refused(families.beta(), 45, null, /row 9 is 45; for percentages divide by 100/);
  refused(families.gamma(), 0, null, /numbers > 0, but row 9 is 0; .*zeroInflation/);
  refused(families.poisson(), 2.5, null, /whole numbers >= 0, but row 9 is 2.5; .*offset/);
  refused(families.binomial(), 0.4, null, /0 or 1, but row 9 is 0.4; .*trials/);
  refused(families.binomial(), 8, 7, /between 0 and the trials, but row 9 is 8 of 7/);
});

Deno.test("an ordered beta without zeros and ones is the beta: thresholds at infinity, and the reason", () => {
  const y = Array.from({ length: 60 }, (_, i) => 0.05 + 0.9 * ((i * 37) % 60) / 60),
    x = y.map((_, i) => i % 7);
  const data = pl.DataFrame({ x, y }),
    own = fit("y ~ x", data, { family: "orderedBeta" }),
    twin = fit("y ~ x", data, { family: "beta" });
  assert.ok(Math.abs(own.logLik - twin.logLik) < 1e-6, `${own.logLik}, ${twin.logLik}`); // the thresholds stop at e^−20 or so
  const [lower, upper] = own.parts.filter(({ component }) => component === "threshold").map(({ beta }) =>
    beta[0]
  );
  assert.ok(lower < -10 && upper > 10 && own.converged);
  for (const edge of [0, 1]) {
    assert.ok(own.messages.some((m) => m.includes(`no response is ${edge}`)), own.messages.join());
  }
});

Deno.test("starting dispersions are moments", () => {
  const n = 400, ones = new Float64Array(n).fill(1), mu = new Float64Array(n).fill(5);
  const y = Float64Array.from({ length: n }, (_, i) => i % 2 === 0 ? 1 : 9); // mean 5, variance 16
  const start = (family: Family, of = y, at = mu) =>
    family.parts({}).slice(1).map((part) =>
      Math.exp(part.start!({ name: "y", y: of, trials: null }, at, ones))
    );
  close(start(families.gaussian())[0], 4, 1e-13, 0, "σ");
  close(start(families.gamma())[0], 25 / 16, 1e-13, 0, "shape");
  close(start(families.nbinom2())[0], 25 / 11, 1e-13, 0, "θ");
  close(start(families.nbinom1())[0], 16 / 5 - 1, 1e-13, 0, "φ");
  const share = y.map((value) => value / 10), half = mu.map((value) => value / 10);
  close(start(families.beta(), share, half)[0], 0.25 / 0.16 - 1, 1e-13, 0, "precision");
  close(start(families.gaussian(), y, y)[0], 4, 1e-15, 0, "residuals still 0");
});

Deno.test("COM-Poisson means beyond what its sums tell apart: no probability is made up", () => {
  const family = families.compois(), random = seed(4), median = family.quantile(0.5, [27, 0.2], 1);
  assert.ok(Math.abs(median - Math.exp(27)) < 1, `${median}`); // the largest that is known, e²⁷ = 5.3e11
  close(family.cdf(median, [27, 0.2], 1), 0.5, 0, 1e-6, "a step at the median is 5e-7");
  for (const eta of [28, 40]) {
    const said = [
      family.cdf(1e12, [eta, 0.2], 1),
      family.quantile(0.5, [eta, 0.2], 1),
      family.simulate(random, [eta, 0.2], 1),
    ];
    assert.ok(said.every(Number.isNaN), `${said}`);
  }
});

/** More than 10¹⁵ amounts: at a power of all but 2 by their spread, at a tiny φ by their number. */
const countless: [string, number, number, number][] = [
  ["a power of all but 2", 0.5, -1, 36],
  ["the same, more variable than its mean", 1, 0.5, 40],
  ["next to no dispersion", 2, -36, 0.4],
];

for (const [name, ...eta] of countless) {
  Deno.test(`Tweedie of more amounts than can be drawn: gamma of the same mean and variance (${name})`, () => {
    const family = families.tweedie(), random = seed(9), n = 20000;
    const mean = family.mean(eta), variance = family.variance(eta, 1), scale = variance / mean;
    // numbers round to 1e-16 of themselves, which are 1e-8 of a standard deviation where that is 1e-8 of the mean
    const rounding = 1e-13 + 1e-15 * mean / Math.sqrt(variance);
    for (const p of [0.01, 0.3, 0.5, 0.99]) {
      const y = family.quantile(p, eta, 1);
      close(family.cdf(y, eta, 1), p, 0, rounding, `P(Y <= ${y})`);
      close(family.cdf(y, eta, 1), pgamma(y, mean / scale, scale), 0, rounding, `P(Y <= ${y}) as a gamma`);
    }
    const draws = Float64Array.from({ length: n }, () => family.simulate(random, eta, 1));
    const centre = draws.reduce((s, y) => s + (y - mean) / n, 0);
    const spread = draws.reduce((s, y) => s + (y - mean) ** 2 / n, 0) / variance;
    assert.ok(
      Math.abs(centre) < 4 * Math.sqrt(variance / n),
      `mean off by ${centre / Math.sqrt(variance)} sd`,
    );
    assert.ok(Math.abs(spread - 1) < 0.1, `variance ${spread} of what it should be`);
  });
}
