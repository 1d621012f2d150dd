/** ns() and cut() are R's: splines::ns and base::cut of R 4.2 gave the numbers and labels; models beside lme4's of the same formulas. */
import assert from "node:assert/strict";
import {
  anova,
  dataset,
  emmeans,
  equation,
  fit,
  fitFrom,
  loadModel,
  pl,
  predict,
  report,
  saveModel,
} from "../../../mod.ts";
import { DataColumns } from "../../../lib/formula/data_columns.ts";
import { Evaluator } from "../../../lib/formula/evaluate.ts";
import { parseExpression } from "../../../lib/formula/parse.ts";
import { learnAtOnce, type Learner } from "../../../lib/formula/transforms/transform.ts";
import { ns } from "../../../lib/formula/transforms/ns.ts";
import { seed } from "../../../lib/math/random.ts";

const x = [1.2, 3.4, 0.5, 7.7, 2.2, 9.1, 4.4, 5.05, 6.3, 8.8, 3.3, 2.9], at = [-2, 0.5, 3.7, 9.1, 12];

const bases: readonly (readonly [string, readonly number[], readonly number[] | null])[] = [
  ["ns(x, df = 3)", [
    -0.0751886982712143,
    -0.0051256515441172,
    0.0,
    0.279383058620608,
    -0.1280715261398971,
    -0.1540648276081122,
    0.2598706698499111,
    0.4253498759126671,
    0.5220560677388265,
    -0.0546826089082877,
    -0.0258128842650182,
    -0.0887480681217021,
    0.2059028919478742,
    0.5761103867358948,
    0.0,
    0.3463366206483475,
    0.4507875111650788,
    0.4056569314085155,
    0.5134301859564577,
    0.4394850406616921,
    0.3453114161213961,
    0.3909590687409557,
    0.5752014428007779,
    0.5532394276254594,
    -0.1277028389084377,
    -0.3572115741856348,
    0.0,
    0.3594796408682637,
    -0.2795824982138816,
    0.7484078961995966,
    -0.3040641381703215,
    -0.2214050853021442,
    0.0142270772375305,
    0.6635779066555628,
    -0.3567269893408755,
    -0.3431241049384383,
  ], [
    0.2849033098218587,
    0.0,
    0.0661160872563363,
    -0.1540648276081122,
    -1.117783918560516,
    -0.7501582561364531,
    0.0,
    0.5693620461929351,
    0.4056569314085155,
    0.548660409420807,
    0.4652549463145946,
    0.0,
    -0.3519614914602117,
    0.7484078961995966,
    1.5691235091397082,
  ]],
  [
    "ns(x, knots = c(3, 6), Boundary.knots = c(0, 10), intercept = TRUE)",
    [
      0.19885006872458844,
      0.61378936097375,
      -0.0654130217041981,
      0.04143090537882033,
      0.49129111497446454,
      0.00248238103239583,
      0.5128999515599332,
      0.39519189733880816,
      0.1724829169189929,
      0.00588416244716047,
      0.6151874403142542,
      0.5997966535700437,
      -0.15038185991471187,
      0.14522407402038723,
      -0.20227824176519418,
      0.4336571191119034,
      -0.04901862617592346,
      0.10574686129185133,
      0.3518130675097928,
      0.4709725584983131,
      0.575836779599408,
      0.1859837986495811,
      0.12556700056113534,
      0.05272144644892521,
      0.43995011476545764,
      0.19755601866615727,
      0.5581748870765062,
      0.30431167244226565,
      0.2974789997615674,
      0.37052738144740904,
      0.1814918421258479,
      0.19379612385186096,
      0.24170510610162793,
      0.3561445537136516,
      0.2022282484568777,
      0.22762574448767783,
      -0.2799682548507458,
      -0.125440410146862,
      -0.3552022008668676,
      0.21857763701725957,
      -0.1893048180300883,
      0.5211221858321682,
      -0.10361602074675169,
      -0.08602989266763444,
      0.00155454287039261,
      0.45170021906533875,
      -0.12857382044658452,
      -0.1448527464921586,
    ],
    [
      -1.0810702354423638,
      -0.0654130217041981,
      0.5986548951915527,
      0.00248238103239583,
      0.0,
      -0.36462652689305375,
      -0.20227824176519418,
      0.20640220520162128,
      0.10574686129185133,
      -0.7311827956989245,
      1.002722948955898,
      0.5581748870765062,
      0.18720365791776392,
      0.37052738144740904,
      0.5107526881720426,
      -0.6380964220628441,
      -0.3552022008668676,
      -0.117644752008274,
      0.5211221858321682,
      1.2204301075268822,
    ],
  ],
  ["ns(x)", [
    0.0652614660483826,
    0.2703689307718711,
    0.0,
    0.6712607936405077,
    0.1584921318317865,
    0.8017837257372732,
    0.363599596555275,
    0.4241995293144874,
    0.5407378615437423,
    0.7738145260022522,
    0.2610458641935307,
    0.2237535978801691,
  ], null],
];

const columnsOf = (evaluator: Evaluator, text: string) => {
  const value = evaluator.evaluate(parseExpression(text));
  assert.equal(value.kind, "matrix");
  return (value as { columns: readonly Float64Array[] }).columns.flatMap((column) => [...column]);
};
const near = (a: readonly number[], b: readonly number[], limit: number) => {
  assert.equal(a.length, b.length);
  a.forEach((v, i) =>
    assert.ok(Math.abs(v - b[i]) <= limit * Math.max(1, Math.abs(b[i])), `${i}: ${v}, R ${b[i]}`)
  );
};

for (const [text, fitted, further] of bases) {
  Deno.test(`${text}: the columns of R, at new values too`, () => {
    const first = new Evaluator(new DataColumns(pl.DataFrame({ x })));
    near(columnsOf(first, text), fitted, 1e-12);
    if (!further) return;
    const states = JSON.parse(JSON.stringify(first.learned));
    near(columnsOf(new Evaluator(new DataColumns(pl.DataFrame({ x: at })), states), text), further, 1e-12);
  });
}

Deno.test("ns(x): knots are the quantiles of type 7, whatever the ties and sizes, learned in passes", () => {
  const generator = seed(3);
  for (const [n, df] of [[2, 1], [7, 4], [50, 5], [1000, 8], [20_000, 6]]) {
    for (const ties of [false, true]) {
      const values = Float64Array.from({ length: n }, () => {
        const v = Math.exp(8 * generator.normal());
        return ties ? Math.round(5 * Math.log(v)) : v;
      });
      const inputs = {
        text: "ns(x)",
        n,
        rest: [],
        given: new Map([["x", { kind: "numeric" as const, values }], [
          "df",
          { kind: "constant" as const, items: [df] },
        ]]),
      };
      const sorted = [...values].sort((a, b) => a - b),
        expected = Array.from({ length: df - 1 }, (_, k) => {
          const index = (n - 1) * (k + 1) / df, lo = Math.floor(index);
          return sorted[lo] + (index - lo) * ((sorted[lo + 1] ?? sorted[lo]) - sorted[lo]);
        });
      if (new Set([sorted[0], ...expected, sorted[n - 1]]).size < df + 1) {
        assert.throws(() => learnAtOnce(ns.learn!() as Learner, inputs as never), /must all be different/);
        continue;
      }
      const { knots } = learnAtOnce(ns.learn!(), inputs as never) as unknown as { knots: number[] };
      near(knots, expected, 1e-12);
    }
  }
});

const sleep = await dataset("sleepstudy");

Deno.test("a model of ns(): lme4's estimates, predictions beyond the data, means, equation, report, JSON, anova", async () => {
  const formula = "Reaction ~ ns(Days, df = 3) + (1 | Subject)",
    model = fit(formula, sleep),
    [part] = model.parts;
  assert.deepEqual(part.names, [
    "(Intercept)",
    "ns(Days, df = 3)1",
    "ns(Days, df = 3)2",
    "ns(Days, df = 3)3",
  ]);
  assert.ok(Math.abs(model.logLik + 883.710108335611) < 1e-6);
  near([...part.beta], [255.5253714655025, 50.1779910211423, 100.6506910899686, 80.3087594883004], 1e-6);
  near(part.names.map((_, i) => Math.sqrt(model.covariance.get(i, i))), [
    10.81071865888328,
    9.57468551828859,
    15.96735613983386,
    7.01148784339986,
  ], 1e-4);
  const days = pl.DataFrame({ Days: [-1, 2.5, 9, 11] }),
    expected = [247.821235735913, 275.795004745348, 348.85649713554, 373.284464840892];
  for (const m of [model, loadModel(saveModel(model)), await fitFrom(formula, sleep.lazy())]) {
    near(
      [...predict(m, days, { randomEffects: "none" }).getColumn("estimate").toArray()] as number[],
      expected,
      1e-6,
    );
    near(
      [...emmeans(m, "~ Days", { at: { Days: [2.5] } }).getColumn("estimate").toArray()] as number[],
      [expected[1]],
      1e-6,
    );
    assert.equal(anova(m).height, 1);
    assert.match(String(equation(m)), /ns/);
    assert.match(String(report(m)), /ns\(Days, df = 3\)/);
  }
});

Deno.test("a model of cut(): lme4's estimates, means of the classes, JSON with infinite breaks", async () => {
  const call = "cut(Days, c(-Inf, 2, 5, 9))",
    formula = `Reaction ~ ${call} + (1 | Subject)`,
    model = fit(formula, sleep);
  assert.deepEqual(model.parts[0].names, ["(Intercept)", `${call}(2,5]`, `${call}(5,9]`]);
  assert.ok(Math.abs(model.logLik + 898.656212943021) < 1e-6);
  near([...model.parts[0].beta], [262.169820370371, 31.2168092592594, 67.4325712962963], 1e-6);
  for (const m of [model, loadModel(saveModel(model)), await fitFrom(formula, sleep.lazy())]) {
    const means = predict(m, pl.DataFrame({ Days: [-100, 3, 9] }), { randomEffects: "none" }).getColumn(
      "estimate",
    );
    const [a, b, c] = model.parts[0].beta;
    near([...means.toArray()] as number[], [a, a + b, a + c], 1e-6);
    assert.throws(
      () => predict(m, pl.DataFrame({ Days: [3, 9.5] }), { randomEffects: "none" }),
      /row 1 is 9.5, which is outside the breaks \(-Infinity, 9\]; -Inf and Inf are breaks too/,
    );
  }
});

const labels: readonly (readonly [string, readonly string[]])[] = [
  ["cut(x, c(0, 2, 5, 10))", ["(0,2]", "(2,5]", "(5,10]"]],
  ["cut(x, 3)", ["(0.491,3.37]", "(3.37,6.23]", "(6.23,9.11]"]],
  ["cut(x, c(0.5, 2, 5, 9.1), include.lowest = TRUE)", ["[0.5,2]", "(2,5]", "(5,9.1]"]],
  ["cut(x, c(0, 2, 5, 10), right = FALSE)", ["[0,2)", "[2,5)", "[5,10)"]],
  ["cut(x, c(0.5, 2, 5, 9.1), right = FALSE, include.lowest = TRUE)", ["[0.5,2)", "[2,5)", "[5,9.1]"]],
  ["cut(x, c(1/3, 2/3, 5, 10000, 1234567))", ["(0.333,0.667]", "(0.667,5]", "(5,1e+04]", "(1e+04,1.23e+06]"]],
  ["cut(x, c(-Inf, 2.00001, 2.00002, Inf))", ["(-Inf,2.00001]", "(2.00001,2.00002]", "(2.00002, Inf]"]],
  ['cut(x, c(0, 5, 10), labels = c("low", "high"))', ["low", "high"]],
];
for (const [text, expected] of labels) {
  Deno.test(`${text}: the levels of R`, () => {
    const value = new Evaluator(new DataColumns(pl.DataFrame({ x }))).evaluate(parseExpression(text));
    assert.deepEqual((value as { levels: readonly string[] }).levels, expected);
  });
}

Deno.test("ns() and cut() refuse what has no meaning", async () => {
  const data = pl.DataFrame({ y: x.map(Math.sin), x, f: x.map((_, i) => "ab"[i % 2]) });
  for (
    const [text, words] of [
      ["ns(x, df = 0)", /df must be a whole number >= 1/],
      ["ns(x, knots = c(3, 3))", /must all be different/],
      ["ns(x, knots = c(20))", /those of the boundary outside the others/],
      ["ns(x, Boundary.knots = c(4))", /Boundary.knots must be two different numbers/],
      ["ns(x, Boundary.knots = c(40, 50))", /no value lies between the boundary knots/],
      ["ns(f, df = 2)", /it needs numbers/],
      ["cut(x)", /its argument breaks is missing/],
      ["cut(x, 1)", /number of intervals must be a whole number >= 2/],
      ["cut(x, c(1, 1, 4))", /breaks must all be different/],
      ["cut(x, c(1, 5))", /(row 2 is|there is) 0.5, which is outside the breaks \(1, 5\]/],
      ["cut(x, c(0, 5, 10), labels = c(1, 2, 3))", /it has 3 labels, but there are 2 intervals/],
      ['cut(x, "a")', /its argument breaks must be numbers/],
    ] as const
  ) {
    assert.throws(() => fit(`y ~ ${text}`, data), words);
    await assert.rejects(fitFrom(`y ~ ${text}`, data.lazy()), words);
  }
});
