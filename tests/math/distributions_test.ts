import assert from "node:assert/strict";
import * as D from "../../lib/math/distributions.ts";
import { logIncompleteBeta } from "../../lib/math/incomplete_beta.ts";
import { inverseMills, qnorm } from "../../lib/math/normal.ts";
import { referenceCase } from "../reference/load.ts";
import { close } from "./close.ts";
import values from "./special_values.json" with { type: "json" };

const finite = (x: number | string) => x === "Inf" ? Infinity : x === "-Inf" ? -Infinity : Number(x);

Deno.test("normal: both tails, logarithms and the inverse Mills ratio", () => {
  for (const [x, p, logP, mills] of values.normal) {
    close(D.pnorm(x), p, 1e-15, 0, `pnorm(${x})`);
    close(D.pnorm(-x, 0, 1, false), p, 1e-15, 0, `upper pnorm(${-x})`);
    close(D.pnorm(x, 0, 1, true, true), logP, 1e-15, 0, `log pnorm(${x})`);
    close(inverseMills(x), mills, 1e-15, 0, `inverseMills(${x})`);
    // qnorm magnifies a relative error of the tail by 1/x², which is at most 1 here.
    if (p > 1e-300 && x < 3) close(qnorm(p), x, 2e-15, 1e-16, `qnorm(${p})`);
    if (x < 3) close(qnorm(logP, 0, 1, true, true), x, 2e-15, 1e-16, `qnorm(log ${logP})`);
    close(qnorm(logP, 0, 1, false, true), -qnorm(logP, 0, 1, true, true), 0, 0, "tails mirror each other");
  }
  close(D.pnorm(13, 10, 2), D.pnorm(1.5), 0, 0, "mean and sd");
  close(D.dnorm(30), 1.4736461348785476e-196, 1e-15, 0, "dnorm"); // mpmath
  close(D.dnorm(1, 2, 3, true), Math.log(D.dnorm(1, 2, 3)), 1e-15, 0, "log dnorm");
  assert.deepEqual([qnorm(0), qnorm(1), qnorm(0.5)], [-Infinity, Infinity, 0]);
  assert.ok(Number.isNaN(qnorm(1.1)) && Number.isNaN(D.pnorm(NaN)));
});

Deno.test("incomplete beta: high-precision values of both tails", () => {
  for (const [a, b, x, logP, logQ] of values.incompleteBeta) {
    // log(1 − P) from log P magnifies by P/(1 − P)
    const magnify = Math.max(
      1,
      Math.exp(logP - logQ) / Math.abs(logQ),
      Math.exp(logQ - logP) / Math.abs(logP),
    );
    close(logIncompleteBeta(x, 1 - x, a, b), logP, 1e-14 * magnify, 0, `I(${x}; ${a}, ${b})`);
    close(logIncompleteBeta(x, 1 - x, a, b, false), logQ, 1e-14 * magnify, 0, `1 - I(${x}; ${a}, ${b})`);
  }
});

Deno.test("distribution functions and quantiles of R", async () => {
  const { distributions: r } = await referenceCase("quantiles"); // printed with 15 digits
  r.pnorm.x.forEach((x: number, i: number) => {
    close(D.pnorm(x), r.pnorm.p[i], 1e-14, 0, `pnorm(${x})`);
    close(D.pnorm(x, 0, 1, true, true), r.pnorm.log_p[i], 1e-14, 0, `log pnorm(${x})`);
  });
  r.qnorm.p.forEach((p: number, i: number) => close(D.qnorm(p), r.qnorm.q[i], 1e-14, 0, `qnorm(${p})`));
  for (const { t, df, p } of r.pt) close(D.pt(t, df), p, 1e-13, 0, `pt(${t}, ${df})`);
  for (const { p, df, q } of r.qt) close(D.qt(p, df), q, 1e-13, 1e-15, `qt(${p}, ${df})`);
  for (const { x, df, p } of r.pchisq_upper) {
    close(D.pchisq(x, df, false), p, 1e-13, 0, `pchisq(${x}, ${df})`);
  }
  for (const { F, df1, df2, p } of r.pf_upper) {
    close(D.pf(F, df1, finite(df2), false), p, 1e-13, 0, `pf(${F}, ${df1}, ${df2})`);
  }
  for (const { x, a, b, p } of r.pbeta) close(D.pbeta(x, a, b), p, 1e-13, 0, `pbeta(${x}, ${a}, ${b})`);
  for (const { x, shape, p } of r.pgamma) close(D.pgamma(x, shape), p, 1e-13, 0, `pgamma(${x}, ${shape})`);
  for (const { x, n, p, p_le } of r.pbinom) {
    close(D.pbinom(x, n, p), p_le, 1e-13, 0, `pbinom(${x}, ${n}, ${p})`);
  }
});

Deno.test("studentized range: R's ptukey and qtukey, and the Dunnett-like combination of ptukey and pf", async () => {
  const { ptukey, qtukey, dunnettx } = await referenceCase("quantiles");
  for (const { q, nmeans, df, p, upper } of ptukey) {
    close(D.ptukey(q, nmeans, finite(df)), p, 0, 1e-12, `ptukey(${q}, ${nmeans}, ${df})`);
    close(D.ptukey(q, nmeans, finite(df), false), upper, 0, 1e-12, `upper ptukey(${q}, ${nmeans}, ${df})`);
  }
  // R's own qtukey stops at a change of 1e-4
  for (const { p, nmeans, df, q } of qtukey) {
    close(D.qtukey(p, nmeans, finite(df)), q, 1e-3, 0, `qtukey(${p}, ${nmeans}, ${df})`);
  }
  for (const { x, k, df, p } of dunnettx.rows) {
    const groups = (1 + Math.sqrt(1 + 8 * k)) / 2, weight = (k - 1) / k;
    const got = (weight > 0 ? weight * D.ptukey(Math.SQRT2 * x, groups, finite(df)) : 0) +
      (1 - weight) * D.pf(x * x, 1, finite(df)) ** k;
    close(got, p, 0, 1e-11, `dunnettx ${x}, ${k}, ${df}`);
  }
});

const tails = [1e-300, 1e-15, 1e-6, 0.025, 0.3, 0.5, 0.9, 0.999999];

Deno.test("continuous quantiles invert their distribution functions, in both tails and on the log scale", () => {
  type Pair = [
    string,
    (q: number, lower: boolean, log: boolean) => number,
    (p: number, lower: boolean, log: boolean) => number,
  ];
  const pairs: Pair[] = [];
  for (const df of [0.5, 1, 2.5, 30, 489, 1e8, Infinity]) {
    pairs.push([`t(${df})`, (q, l, g) => D.pt(q, df, l, g), (p, l, g) => D.qt(p, df, l, g)]);
  }
  for (const [a, b] of [[0.5, 0.5], [0.05, 3], [2, 150], [1e4, 1e4], [1e6, 0.5]]) {
    pairs.push([`F(${a}, ${b})`, (q, l, g) => D.pf(q, a, b, l, g), (p, l, g) => D.qf(p, a, b, l, g)]);
  }
  for (const df of [0.5, 1, 7.5, 1e3, 1e5]) {
    pairs.push([`chisq(${df})`, (q, l, g) => D.pchisq(q, df, l, g), (p, l, g) => D.qchisq(p, df, l, g)]);
  }
  for (const [name, cdf, quantile] of pairs) {
    for (const p of tails) {
      for (const lower of [true, false]) {
        const q = quantile(p, lower, false), logP = Math.log(p);
        if (q < 1e-280 || q > 1e280) continue; // beyond the numbers that have all their digits
        close(
          cdf(q, lower, true),
          logP,
          1e-11,
          1e-11,
          `${name}: log P at quantile(${p}, lower ${lower}) = ${q}`,
        );
        close(quantile(logP, lower, true), q, 1e-11, 1e-13, `${name}: quantile of log ${p}`);
      }
    }
  }
  for (const p of tails) {
    const x = D.qbeta(p, 2.3, 10);
    close(D.pbeta(x, 2.3, 10, true, true), Math.log(p), 1e-12, 1e-12, `beta ${p}`);
    close(D.qbeta(p, 10, 2.3, false), 1 - x, 1e-12, 0, `beta mirrored ${p}`);
  }
});

Deno.test("discrete quantiles are the smallest value that reaches p", () => {
  type Case = [string, (k: number) => number, (p: number) => number];
  const cases: Case[] = [];
  for (const [n, p] of [[1, 0.5], [10, 0.01], [200, 0.3], [1e6, 0.99]]) {
    cases.push([`binomial(${n}, ${p})`, (k) => D.pbinom(k, n, p), (q) => D.qbinom(q, n, p)]);
  }
  for (const mu of [0.01, 3, 200, 1e6]) {
    cases.push([`poisson(${mu})`, (k) => D.ppois(k, mu), (q) => D.qpois(q, mu)]);
  }
  for (const [size, mu] of [[0.01, 10], [0.7, 1e6], [3, 1], [1e6, 200], [Infinity, 5]]) {
    cases.push([`nbinom(${size}, ${mu})`, (k) => D.pnbinom(k, size, mu), (q) => D.qnbinom(q, size, mu)]);
  }
  for (const [name, cdf, quantile] of cases) {
    for (const p of tails) {
      const k = quantile(p);
      assert.ok(cdf(k) >= p * (1 - 1e-13), `${name}: P(X <= ${k}) = ${cdf(k)} < ${p}`);
      assert.ok(k === 0 || cdf(k - 1) < p, `${name}: ${k - 1} reaches ${p} already`);
      assert.equal(quantile(cdf(k)), k, `${name}: quantile(cdf(${k}))`);
    }
    assert.equal(quantile(0), 0);
    assert.equal(cdf(-1), 0);
  }
  assert.equal(D.qpois(1, 3), Infinity);
  assert.equal(D.qbinom(1, 5, 0.2), 5);
  assert.equal(D.qbinom(0.025, 200, 0.3, false), D.qbinom(0.975, 200, 0.3));
  assert.equal(D.qpois(1e-20, 3, false), 30); // R: qpois(1e-20, 3, lower.tail = FALSE)
});

Deno.test("distribution functions at the ends of their support, and of impossible arguments", () => {
  assert.deepEqual([D.pbeta(0, 2, 3), D.pbeta(1, 2, 3), D.pf(0, 2, 3), D.pf(Infinity, 2, 3)], [0, 1, 0, 1]);
  assert.deepEqual([D.pt(-Infinity, 3), D.pt(0, 3), D.pt(Infinity, 3)], [0, 0.5, 1]);
  assert.deepEqual([D.qt(0, 3), D.qt(1, 3), D.qt(0.5, 3)], [-Infinity, Infinity, 0]);
  assert.deepEqual([D.qgamma(0, 2), D.qgamma(1, 2), D.qbeta(0, 2, 3), D.qbeta(1, 2, 3)], [0, Infinity, 0, 1]);
  assert.deepEqual([D.pbinom(5, 5, 0.3), D.pbinom(0, 5, 0), D.pbinom(4, 5, 1), D.pnbinom(0, 2, 0)], [
    1,
    1,
    0,
    1,
  ]);
  for (
    const nan of [
      D.pt(1, -1),
      D.qt(2, 3),
      D.pf(1, 0, 3),
      D.pbeta(0.5, -1, 1),
      D.pbinom(1, 3, 1.2),
      D.pnbinom(1, -1, 1),
      D.qbinom(1.5, 3, 0.2),
    ]
  ) {
    assert.ok(Number.isNaN(nan));
  }
});
