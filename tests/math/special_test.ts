import assert from "node:assert/strict";
import * as R from "lib-r-math.js";
import { binet, binetJet, logRisingFactorial, logRisingFactorialJet } from "../../lib/math/binet.ts";
import { BINET_TABLE_FROM, BINET_TABLE_TO } from "../../lib/math/binet_table.ts";
import { digamma, lbeta, lchoose, lgamma, tetragamma, trigamma } from "../../lib/math/gamma_function.ts";
import * as special from "../../lib/math/special.ts";
import { referenceCase } from "../reference/load.ts";
import { close } from "./close.ts";
import values from "./special_values.json" with { type: "json" };

Deno.test("lgamma, digamma, trigamma, tetragamma: high-precision values", () => {
  for (const [x, ...expected] of values.gamma) {
    const got = [lgamma(x), digamma(x), trigamma(x), tetragamma(x)];
    // Reflection multiplies the rounding of 1 − x and πx; near the zeros at negative x only absolute accuracy is left.
    got.forEach((value, k) =>
      close(value, expected[k], x < 0 ? 1e-14 : 2e-15, x < 0 ? 2e-15 : 0, `function ${k} at ${x}`)
    );
  }
  close(digamma(1.4616321449683622), 0, 0, 1e-15, "the zero of digamma");
});

Deno.test("lgamma, digamma, trigamma, tetragamma: lib-r-math.js on a grid", () => {
  for (let x = 0.05; x < 40; x *= 1.07) { // whose polygammas have about 10 digits
    close(lgamma(x), R.lgamma(x), 1e-13, 1e-14, `lgamma(${x})`);
    close(digamma(x), R.digamma(x), 1e-12, 1e-14, `digamma(${x})`);
    close(trigamma(x), R.trigamma(x), 1e-12, 0, `trigamma(${x})`);
    close(tetragamma(x), R.tetragamma(x), 1e-10, 0, `tetragamma(${x})`);
  }
});

Deno.test("lgamma, digamma, trigamma, tetragamma of what is no number are none", () => {
  for (const f of [lgamma, digamma, trigamma, tetragamma]) assert.ok(Number.isNaN(f(NaN)), f.name);
});

Deno.test("lgamma, digamma, trigamma: values of R", async () => {
  const { special } = await referenceCase("quantiles"); // 15 digits
  special.x.forEach((x: number, i: number) => {
    close(lgamma(x), special.lgamma[i], 1e-14, 1e-15, `lgamma(${x})`);
    close(digamma(x), special.digamma[i], 1e-14, 1e-15, `digamma(${x})`);
    close(trigamma(x), special.trigamma[i], 1e-14, 0, `trigamma(${x})`);
  });
});

Deno.test("poles and signs of the gamma functions", () => {
  for (const x of [0, -1, -7]) {
    assert.equal(lgamma(x), Infinity);
    assert.ok(Number.isNaN(digamma(x)));
    assert.equal(trigamma(x), Infinity);
    assert.ok(Number.isNaN(tetragamma(x)));
  }
});

Deno.test("Binet's function and its derivatives in log x", () => {
  const out = new Float64Array(4);
  for (const [x, ...expected] of values.binet) {
    binetJet(x, 3, out);
    // Below 12 it is a difference of logarithms of order 10: absolute accuracy.
    for (let k = 0; k < 4; k++) {
      close(out[k], expected[k], x < 12 ? 5e-15 : 1e-13, x < 12 ? 5e-15 : 0, `order ${k} at ${x}`);
    }
    close(binet(x), expected[0], x < 12 ? 5e-15 : 1e-15, x < 12 ? 5e-15 : 0, `binet(${x})`);
  }
});

Deno.test("Binet's function by its table: every derivative to its last digits, and one function across the edges", () => {
  const out = new Float64Array(4), below = new Float64Array(4);
  for (const [x, ...expected] of values.binet) {
    if (x < BINET_TABLE_FROM || x >= BINET_TABLE_TO) continue;
    binetJet(x, 3, out);
    // The terms of x³ R‴ are of the size of R with coefficients up to 6, and leave less where it changes its sign (0.27).
    out.forEach((value, k) =>
      close(value, expected[k], 0, (k < 3 ? 2e-15 : 1e-14) * expected[0], `order ${k} at ${x}`)
    );
  }
  // The recurrence below the table subtracts terms of order 1; the derivatives are of the order of R and change by 1 − ε with x.
  for (const edge of [BINET_TABLE_FROM, 1, 1 + 1 / 32, 11.75, 16, BINET_TABLE_TO]) {
    const absolute = edge === BINET_TABLE_FROM ? 2e-15 : 2e-15 / edge;
    binetJet(edge, 3, out);
    binetJet(edge * (1 - Number.EPSILON / 2), 3, below);
    for (let k = 0; k < 4; k++) close(below[k], out[k], 2e-15, absolute, `order ${k} at ${edge}`);
  }
  assert.ok(Number.isNaN(binet(NaN)));
  assert.equal(binet(0), Infinity);
});

Deno.test("rising factorial over its power: no digit is lost as θ → ∞", () => {
  const out = new Float64Array(4);
  for (const [y, theta, ...expected] of values.rising) {
    logRisingFactorialJet(y, theta, 3, out);
    for (let k = 0; k < 4; k++) {
      // For small θ the second and third derivatives are differences of terms of order 1.
      close(
        out[k],
        expected[k],
        1e-13,
        theta < 20 ? 1e-14 * (1 + Math.abs(expected[1])) : 0,
        `order ${k}, y ${y}, theta ${theta}`,
      );
    }
    assert.equal(logRisingFactorial(y, theta), out[0]);
  }
  logRisingFactorialJet(5, Infinity, 3, out);
  assert.deepEqual([...out], [0, 0, 0, 0]);
});

Deno.test("lbeta and lchoose", () => {
  for (const [a, b, expected] of values.lbeta) close(lbeta(a, b), expected, 2e-14, 0, `lbeta(${a}, ${b})`);
  close(lchoose(10, 3), Math.log(120), 1e-15, 0, "10 over 3");
  close(lchoose(1e6, 5e5), 693140.0470130636, 1e-15, 0, "a large one"); // mpmath
  assert.equal(lchoose(7, 0), 0);
  assert.equal(lchoose(7, 7), 0);
});

Deno.test("logarithms and exponentials keep their digits in the tails", () => {
  const { expit, log1mExp, log1pExcess, log1pExp, log1pGiven, log1pmx, logit, logSumExp2, xLogRatio } =
    special;
  close(log1pExp(-800), 0, 0, 0, "far left");
  close(log1pExp(-40), Math.exp(-40), 1e-15, 0, "left");
  assert.equal(log1pExp(800), 800);
  close(log1mExp(-1e-20), Math.log(1e-20), 1e-15, 0, "near 0");
  close(log1mExp(-50), -Math.exp(-50), 1e-15, 0, "far");
  close(logSumExp2(-1000, -1001), -1000 + Math.log1p(Math.exp(-1)), 1e-15, 0, "underflow");
  assert.equal(logSumExp2(-Infinity, 3), 3);
  assert.equal(logSumExp2(-Infinity, -Infinity), -Infinity);
  close(expit(-700), Math.exp(-700), 1e-15, 0, "expit");
  assert.equal(expit(40) + expit(-40), 1);
  for (const x of [-30, -1e-9, 0.3, 1e-12, 5]) close(logit(expit(x)), x, 1e-13, 3e-16, `logit of expit ${x}`);
  close(log1pmx(1e-10), -5e-21, 1e-9, 0, "log1pmx small"); // −x²/2 + x³/3: 7e-11 relative
  close(log1pmx(0.1), -0.004689820195675139956, 1e-15, 0, "log1pmx"); // mpmath
  close(log1pmx(-0.2), -0.023143551314209755766, 1e-15, 0, "log1pmx"); // mpmath
  close(log1pmx(3), Math.log(4) - 3, 1e-15, 0, "log1pmx large");
  close(log1pExcess(1e-9), 5e-19, 1e-8, 0, "log1pExcess small");
  close(log1pExcess(0.25), 0.023143551314209755766, 1e-14, 0, "log1pExcess"); // mpmath
  close(log1pExcess(1e20), 20 * Math.LN10 - 1, 1e-15, 0, "log1pExcess large");
  for (let x = 1e-300; x < 1e300; x *= 1.7) {
    close(log1pGiven(x, 1 / (1 + x)), Math.log1p(x), 4.5e-16, 0, `log1p ${x}`);
  }
  for (let x = -0.5; x < -1e-300; x /= 1.7) {
    close(log1pGiven(x, 1 / (1 + x)), Math.log1p(x), 4.5e-16, 0, `log1p ${x}`);
  }
  assert.equal(log1pGiven(0, 1), 0);
  for (const x of [1e-9, 0.2, 0.29, 0.31, 7, 1e9]) {
    close(
      log1pExcess(x, 1 / (1 + x), Math.log1p(x)),
      log1pExcess(x),
      2e-15,
      0,
      `what is given is used: ${x}`,
    );
  }
  assert.equal(xLogRatio(0, 3), 0);
});
