/** Models from the different rows of a lazy frame, and when they are too many. */
import assert from "node:assert/strict";
import {
  augment,
  binomial,
  drop1,
  fit,
  fitFrom,
  type FitFromOptions,
  fitted,
  pl,
  poisson,
  predict,
  r2,
  refit,
  residuals,
  simulate,
  simulateResiduals,
  type SqlClient,
} from "../../../mod.ts";
import { assertSameFit, collapseTests, few } from "./collapse_cases.ts";

collapseTests("a lazy frame", (formula, data, options) => fitFrom(formula, data.lazy(), options));

Deno.test("a model of different rows has none to look at: they stand for others", async () => {
  for (const family of ["binomial", "gamma"] as const) {
    const response = family === "gamma" ? "amount" : "won";
    const model = await fitFrom(`${response} ~ x + (1 | g)`, few.lazy(), { family });
    for (const look of [augment, residuals, simulate, simulateResiduals, predict, fitted]) {
      assert.throws(() => look(model), /await sampleFrom\(model, source\)/);
    }
    assert.equal(predict(model, { x: [0, 1] }, { randomEffects: "none" }).height, 2);
  }
});

Deno.test("a column that is called as the number of rows is", async () => {
  const renamed = few.rename({ x: "rows" }),
    options = { family: "poisson" } as const,
    formula = "count ~ rows + (1 | g)";
  assertSameFit(await fitFrom(formula, renamed.lazy(), options), fit(formula, renamed, options));
});

Deno.test("what functions remember is that of all rows; other functions are refused in another fit", async () => {
  const options = { family: "gamma" } as const;
  for (const right of ["scale(x) + f", "poly(x, 2) + (1 | g)", "f * scale(log(x + 1), scale = FALSE)"]) {
    const formula = `amount ~ ${right}`, model = await fitFrom(formula, few.lazy(), options);
    assertSameFit(model, fit(formula, few, options));
  }
  const model = await fitFrom("amount ~ scale(x) + m", few.lazy(), options);
  assert.throws(
    () => refit(model, { formula: "amount ~ scale(m)" }),
    /Cannot compute scale\(m\): .*fitFrom\(formula, source\) learns it anew/,
  );
  const whole = fit("amount ~ scale(x) + m", few, options);
  for (const m of [refit(model, { formula: "amount ~ scale(x)" }), refit(model, { data: few })]) {
    assert.ok(Math.abs(m.logLik - refit(whole, { formula: m.formula }).logLik) < 1e-8 * Math.abs(m.logLik));
    assert.equal(m.nobs, refit(whole, { formula: m.formula }).nobs);
  }
});

/** Answers of a table of ten million rows, of which 100,000 were looked at. */
function big(distinct: readonly number[], numbers: readonly number[]): SqlClient {
  return {
    dialect: "duckdb",
    query(sql) {
      if (sql.includes("DESCRIBE")) {
        return Promise.resolve([["y", "DOUBLE"], ["x", "DOUBLE"], ["g", "VARCHAR"]]);
      }
      if (sql.includes('"f2"')) return Promise.resolve([distinct]);
      if (sql.includes("COUNT(DISTINCT")) return Promise.resolve([numbers]);
      return Promise.resolve([[1e7, 1e7, 1e7, 1e7, 1e7, 1e7, 1, 0, 1, 1, 0, 1]]);
    },
  };
}

Deno.test("rows that do not collapse are refused with their number, and the column that is why", async () => {
  const options = { family: "gamma", table: "t" } as const;
  await assert.rejects(
    fitFrom("y ~ x + (1 | g)", big([100_000, 100_000, 0, 100_000], [9, 99_990]), options),
    /^RangeError: .*of 10,000,000 rows about 10,000,000 are different .*at most 4,194,304 are fetched; "x" has nearly as many values/,
  );
  await assert.rejects(
    fitFrom("y ~ x + (1 | g)", big([99_000, 98_000, 500, 100_000], [9, 9]), options),
    /about 9,700,000 are different .* the combinations of its columns are that many/,
  );
});

Deno.test("a source that answers by itself has no different rows", async () => {
  const source = {
    columns: () => Promise.resolve(["y"]),
    describe: () => Promise.reject(),
    crossProducts: () => Promise.reject(),
  };
  await assert.rejects(
    fitFrom("y ~ 1", source as never, { family: "poisson" }),
    /let a database collapse them to the different ones/,
  );
});

Deno.test("dates and identifiers of a lazy frame are as in a data frame", async () => {
  const ids = [...few.getColumn("m")].map((v) => String(BigInt(v as number) + 2n ** 60n));
  const dated = few.withColumns(pl.col("x").cast(pl.Int32).cast(pl.Date).alias("day"))
    .withColumn(pl.Series("id", ids, pl.String).cast(pl.Int64));
  const model = await fitFrom("won ~ factor(day) + (1 | id)", dated.lazy(), { family: "binomial" });
  assert.deepEqual(model.parts[0].names.slice(1), [
    "factor(day)1970-01-02",
    "factor(day)1970-01-03",
    "factor(day)1970-01-04",
  ]);
  assert.deepEqual(model.random[0].levels, [1n, 2n, 3n].map((v) => String(v + 2n ** 60n)));
});

Deno.test("more different rows than were to be expected: the fit ends as soon as they are counted", async () => {
  const few = [[1000, 10, 400, 100_000]], counts = [[1e7, 1e7, 1e7, 1e7, 1e7, 1e7, 1, 0, 1, 1, 0, 1]];
  let given = 0;
  const client: SqlClient = {
    dialect: "duckdb",
    async *query(sql) {
      if (sql.includes("DESCRIBE")) yield [["y", "DOUBLE"], ["x", "DOUBLE"], ["g", "VARCHAR"]];
      else if (sql.includes('"f2"')) yield few;
      else if (sql.includes("COUNT(DISTINCT")) yield [[9, 9]];
      else if (!sql.includes("GROUP BY")) yield counts;
      else {
        const block = Float64Array.from({ length: 1 << 20 }, (_, i) => i);
        for (; given < 100; given++) yield { y: block, x: block, g: block, n: block };
      }
    },
  };
  await assert.rejects(
    fitFrom("y ~ x + (1 | g)", client, { family: "gamma", table: "t" }),
    /it has \d+ different rows and more, 4194304 are held; bin a covariate with the option bins: 50/,
  );
  assert.equal(given, 4); // the fifth block is one too many
});

/** Counts of many values, with covariates of few. */
const wide = few.withColumns(pl.col("count").mul(pl.lit(7)).add(pl.col("m").mul(pl.lit(3))).alias("much"));

const summed: readonly (readonly [string, FitFromOptions, number])[] = [
  ["much ~ x + (1 | g)", { family: "poisson" }, 48],
  ["much ~ x + f + (x | g)", { family: "poisson", weights: "m" }, 144],
  ["much ~ x + offset(log(m)) + (1 | g)", { family: poisson("sqrt") }, 144],
  ["count ~ f", { family: "poisson" }, 3],
  ["count ~ 1", { family: "poisson" }, 1],
  ["won ~ f + (1 | g)", { family: "binomial", quadrature: 7 }, 36],
  ["text ~ f + (1 | g)", { family: binomial("probit") }, 36],
  ["cbind(hits, trials - hits) ~ f + (1 | g)", { family: "binomial" }, 36],
  ["share ~ x + (1 | g)", { family: "binomial", weights: { trials: "trials", frequency: "m" } }, 48],
];
const answered = wide.withColumns(
  pl.when(pl.col("won")).then(pl.lit("yes")).when(pl.col("won").eq(pl.lit(false))).then(pl.lit("no"))
    .otherwise(pl.lit(null) as never).alias("text"),
);

for (const [formula, options, most] of summed) {
  Deno.test(`sums of the response: ${formula} ${JSON.stringify({ ...options, family: undefined })}`, async () => {
    const model = await fitFrom(formula, answered.lazy(), options), whole = fit(formula, answered, options);
    assertSameFit(model, whole);
    const cells = Number(/are (\d+) different ones but for the response/.exec(model.messages.join())![1]);
    assert.ok(cells <= most, `${cells} cells`);
    const se = (m: typeof model, i: number) => Math.sqrt(m.covariance.get(i, i));
    for (let i = 0; i < whole.covariance.rows; i++) {
      // second differences over θ in the coordinates of all rows; frequencies that are given count in those of cells alone
      const limit = /"m"/.test(JSON.stringify(options.weights ?? null)) ? 1e-5 : 1e-7;
      assert.ok(
        Math.abs(se(model, i) / se(whole, i) - 1) < limit,
        `standard error ${i}: ${se(model, i)}, of all rows ${se(whole, i)}`,
      );
    }
    if (whole.random.length === 0) return;
    const numbers = (m: typeof model) => [...r2(m).getColumn("estimate").toArray()] as number[];
    numbers(model).forEach((v, k) => assert.ok(Math.abs(v - numbers(whole)[k]) < 1e-5, `r² ${v}`));
    const tests = (m: typeof model) => [...drop1(m).getColumn("aic").toArray()] as number[];
    tests(model).forEach((v, k) => assert.ok(Math.abs(v - tests(whole)[k]) < 1e-5, `AIC ${v}`));
  });
}

Deno.test("sums of the response determine their family alone", async () => {
  const model = await fitFrom("much ~ x", answered.lazy(), { family: "poisson" });
  assert.throws(
    () => refit(model, { options: { family: "nbinom2" } }),
    /Cannot fit another family from these rows: .* determine family "poisson" alone; fitFrom\(/,
  );
  assert.throws(() => refit(model, { options: { zeroInflation: "~ 1" } }), /Cannot fit another family/);
});

Deno.test("where sums of the response do not suffice, rows are told apart by it, and refused as in memory", async () => {
  for (
    const [formula, options] of [
      ["I(count * 2) ~ x", { family: "poisson" }],
      ["count ~ x + I(count > 2)", { family: "poisson" }],
      ["won ~ x", { family: "binomial", levels: { won: [true, false] } }],
    ] as const
  ) {
    const model = await fitFrom(formula, few.lazy(), options as FitFromOptions);
    assertSameFit(model, fit(formula, few, options as FitFromOptions));
    assert.match(model.messages.join(), /different ones, which the fit has with their numbers/);
  }
  const half = few.withColumns(pl.col("count").add(pl.lit(0.5)).alias("half"));
  for (
    const [formula, family] of [["half ~ x", "poisson"], ["count ~ x", "binomial"], [
      "mark ~ x",
      "binomial",
    ]] as const
  ) {
    const expected = (() => {
      try {
        fit(formula, half, { family });
      } catch (error) {
        return (error as Error).message.replace(/row \d+/g, "row").replace(/is [\d.]+/, "is");
      }
    })()!;
    await assert.rejects(fitFrom(formula, half.lazy(), { family }), (error: Error) => {
      assert.equal(error.message.replace(/row \d+/g, "row").replace(/is [\d.]+/, "is"), expected);
      return true;
    });
  }
});
