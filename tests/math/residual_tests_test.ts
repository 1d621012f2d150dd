/** The distributions behind the tests of residuals: Kolmogorov, quadratic forms, binomial, normality, quantile curves. */
import assert from "node:assert/strict";
import { binomialTest } from "../../lib/math/exact_binomial.ts";
import { pchisq, pf } from "../../lib/math/distributions.ts";
import { kolmogorovExact, kolmogorovTest } from "../../lib/math/kolmogorov.ts";
import { negativeProbability, positiveTail } from "../../lib/math/quadratic_forms.ts";
import { quantileCurve } from "../../lib/math/quantile_regression.ts";
import { seed } from "../../lib/math/random.ts";
import { shapiroFrancia } from "../../lib/math/shapiro_francia.ts";
import { close } from "./close.ts";

Deno.test("Kolmogorov's distribution is exact", () => {
  // Marsaglia, Tsang & Wang (2003), section 1: K(10, 0.274) = 0.6284796154565042752985
  close(kolmogorovExact(10, 0.274), 0.6284796154565043, 1e-13, 0, "K(10, 0.274)");
  // n = 1: P(D < d) = 2d − 1
  close(kolmogorovExact(1, 0.8), 0.6, 1e-14, 0, "K(1, 0.8)");
});

Deno.test("Kolmogorov-Smirnov p-values are those of R's ks.test", () => {
  // set.seed(5); y <- runif(20); ks.test(y^1.5, "punif", alternative = ...)$p.value
  // deno-fmt-ignore
  const y = Float64Array.from([0.200214452575892, 0.685218595666811, 0.91687577450648, 0.284399457275867, 0.104650127934292,
    0.701057459227741, 0.527959984261543, 0.807935200864449, 0.9565001251176, 0.110453018685803, 0.273284949595109,
    0.490513201802969, 0.318404018646106, 0.559172826586291, 0.262593138730153, 0.201875211205333, 0.387525747064501,
    0.887869771569967, 0.55492255394347, 0.842179385246709], (v) => v ** 1.5);
  close(kolmogorovTest(y).pValue, 0.198668296373193, 1e-12, 0, "two-sided");
  close(kolmogorovTest(y, "greater").pValue, 0.0994035951655799, 1e-12, 0, "greater");
  close(kolmogorovTest(y, "less").pValue, 0.936271387023911, 1e-12, 0, "less");
});

Deno.test("the exact binomial test is R's", () => {
  const cases: [number, number, number, number, number, number][] = [
    [3, 60, 2 / 251, 0.0123503415664305, 0.0104323296443482, 0.139243246721073],
    [0, 60, 2 / 251, 1, 0, 0.0596294922861669],
    [12, 60, 0.3, 0.120008811967535, 0.107841122524362, 0.323300423801291],
    [900, 1e5, 0.008, 0.000501660698465879, 0.00842393846678945, 0.0096048038812972],
    [60, 60, 0.9, 0.00382522349115668, 0.940370507713833, 1],
  ];
  for (const [x, n, p, pValue, low, high] of cases) {
    const test = binomialTest(x, n, p);
    close(test.pValue, pValue, 1e-10, 0, `p of ${x} of ${n}`);
    close(test.low, low, 1e-10, 0, `low of ${x} of ${n}`);
    close(test.high, high, 1e-10, 0, `high of ${x} of ${n}`);
  }
});

Deno.test("quadratic forms: chi-square, hypoexponential and F as special cases", () => {
  close(positiveTail([2.5], 7), pchisq(7 / 2.5, 1, false), 1e-12, 0, "one eigenvalue");
  close(positiveTail([1, 1, 1, 1], 60), pchisq(60, 4, false), 1e-10, 0, "equal eigenvalues, far tail");
  // each eigenvalue twice: a sum of exponentials with means 2λ
  const [a, b] = [5, 0.7],
    exact = (q: number) => (a * Math.exp(-q / (2 * a)) - b * Math.exp(-q / (2 * b))) / (a - b);
  for (const q of [0.5, 5, 30, 100]) close(positiveTail([a, b, b, a], q), exact(q), 1e-8, 1e-13, `q = ${q}`);
  // P(χ²₁₂/12 < f χ²₃₀/30)
  const f = 1.7, lambda = Float64Array.from([...Array(12).fill(1 / 12), ...Array(30).fill(-f / 30)]);
  close(negativeProbability(lambda), pf(f, 12, 30), 0, 1e-9, "F");
});

Deno.test("Shapiro-Francia and adjusted p-values as R computes them", () => {
  const { statistic, pValue } = shapiroFrancia(
    Float64Array.from([2.1, 3.3, 0.2, -1.5, 0.7, 1.1, 9.5, 0.3, -0.2, 1.9]),
  );
  close(statistic, 0.760346583967213, 1e-10, 0, "W'");
  close(pValue, 0.00787269827558548, 1e-9, 0, "p");
});

Deno.test("quantile curves find curved quantiles, and stay straight where nothing bends", () => {
  const random = seed(3), x = Float64Array.from({ length: 3000 }, () => random.uniform());
  const wave = (v: number) => 0.3 * Math.sin(2 * Math.PI * v), spread = (v: number) => 0.2 + 0.5 * v;
  const y = x.map((v) => wave(v) + spread(v) * (random.uniform() - 0.5));
  for (const tau of [0.25, 0.5, 0.75]) {
    const curve = quantileCurve(x, y, tau);
    for (const at of [0.05, 0.3, 0.6, 0.95]) {
      const { value, se } = curve.at(at), truth = wave(at) + spread(at) * (tau - 0.5);
      // three standard errors, and what the smallest number of knots cannot follow
      assert.ok(
        Math.abs(value - truth) < 3 * se + 0.02,
        `τ ${tau} at ${at}: ${value}, true ${truth}, se ${se}`,
      );
      assert.ok(se > 0.001 && se < 0.05, `standard error ${se}`);
    }
  }
  const flat = quantileCurve(x, x.map(() => random.uniform()), 0.25),
    ends = [0, 0.5, 1].map((v) => flat.at(v).value);
  assert.ok(Math.abs(ends[0] - 2 * ends[1] + ends[2]) < 0.02, `no bend: ${ends}`);
});
