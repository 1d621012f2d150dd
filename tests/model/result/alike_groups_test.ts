/**
 * Standard errors and degrees of freedom of differences of visits where subjects differ up to a million times more than their visits: the closed
 * forms of complete data, and the limit that differences within subjects tend to, whether the model has an intercept or a mean for every visit.
 */
import assert from "node:assert/strict";
import { contrast, emmeans, fit, type Frame, type Model, pl } from "../../../mod.ts";
import { seed } from "../../../lib/math/random.ts";

const VISITS = 4, SUBJECTS = 40;

function trial(ratio: number, whole: boolean): { y: number[][]; data: Frame } {
  const random = seed(3), rows: Record<string, number | string>[] = [], y: number[][] = [];
  for (let s = 0; s < SUBJECTS; s++) {
    const own = ratio * random.normal(), of: number[] = [];
    for (let v = 0; v < VISITS; v++) {
      of.push(own + v + random.normal());
      if (whole || (s * VISITS + v) % 7 !== 3) rows.push({ y: of[v], visit: `v${v}`, subject: `s${s}` });
    }
    y.push(of);
  }
  return { y, data: pl.DataFrame(rows) as Frame };
}

/** Of visits 0 – 1, 0 – 2, 0 – 3, 1 – 2 …. */
function differences(model: Model, df: "kenward-roger" | "satterthwaite") {
  return contrast(emmeans(model, "visit", { df }), "pairwise", { adjust: "none" }).toRecords() as {
    std_error: number;
    df: number;
  }[];
}

const PAIRS = [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]];
const sampleVariance = (x: readonly number[]) => {
  const mean = x.reduce((a, b) => a + b, 0) / x.length;
  return x.reduce((s, v) => s + (v - mean) ** 2, 0) / (x.length - 1);
};
const near = (got: number, expected: number, share: number, what: string) =>
  assert.ok(Math.abs(got / expected - 1) <= share, `${what}: ${got}, expected ${expected}`);
/**
 * The covariance matrix has 16 digits of the variance of means, which is ratio² times that of differences; searches end within 1.4e-5 standard
 * errors, of which log σ̂ has 0.065.
 */
const digits = (ratio: number) => 1e-6 + 5e-16 * ratio ** 2;

for (const ratio of [1, 1e3, 1e4, 1e5, 1e6]) {
  for (const mean of ["visit", "0 + visit"]) {
    for (const df of ["kenward-roger", "satterthwaite"] as const) {
      Deno.test(`y ~ ${mean} + (1 | subject), complete, ratio ${ratio}, ${df}: those of the analysis of variance`, () => {
        const { y, data } = trial(ratio, true);
        // mean square of what subjects and visits leave, from differences of visits
        const squares = PAIRS.reduce((s, [a, b]) => s + sampleVariance(y.map((v) => v[b] - v[a])), 0);
        const variance = squares / (VISITS * (VISITS - 1));
        for (const d of differences(fit(`y ~ ${mean} + (1 | subject)`, data), df)) {
          near(d.std_error, Math.sqrt(2 * variance / SUBJECTS), digits(ratio), "standard error");
          // Satterthwaite's differences of gradients have 1e-6 of their digits
          near(
            d.df,
            (SUBJECTS - 1) * (VISITS - 1),
            df === "satterthwaite" ? 2e-6 + digits(ratio) : 1e-9,
            "df",
          );
        }
      });

      Deno.test(`y ~ ${mean}, residual us, complete, ratio ${ratio}, ${df}: a t test of every difference`, () => {
        const { y, data } = trial(ratio, true);
        const found = differences(fit(`y ~ ${mean}`, data, { residual: "us(visit | subject)" }), df);
        PAIRS.forEach(([a, b], k) => {
          const expected = Math.sqrt(sampleVariance(y.map((v) => v[b] - v[a])) / SUBJECTS);
          near(found[k].std_error, expected, digits(ratio), "standard error");
          near(found[k].df, SUBJECTS - 1, 1e-5 + 10 * digits(ratio), "df");
        });
      });
    }
  }
}

// a subject's level says less of its differences the more it varies: what is left of it is of order 1/ratio
for (const df of ["kenward-roger", "satterthwaite"] as const) {
  for (const residual of [undefined, "us(visit | subject)"]) {
    Deno.test(`${residual ?? "(1 | subject)"}, visits missing, ${df}: the limit of large ratios`, () => {
      const at = (ratio: number, mean: string) =>
        differences(
          residual
            ? fit(`y ~ ${mean}`, trial(ratio, false).data, { residual })
            : fit(`y ~ ${mean} + (1 | subject)`, trial(ratio, false).data),
          df,
        );
      const limit = at(1e4, "visit");
      for (const ratio of [1e3, 1e4, 1e5, 1e6]) {
        for (const mean of ["visit", "0 + visit"]) {
          at(ratio, mean).forEach((d, k) => {
            near(
              d.std_error,
              limit[k].std_error,
              0.1 / Math.min(ratio, 1e4) + digits(ratio),
              `${mean}, ${ratio}`,
            );
            near(d.df, limit[k].df, 0.1 / Math.min(ratio, 1e4) + 10 * digits(ratio), `df, ${mean}, ${ratio}`);
          });
        }
      }
    });
  }
}
