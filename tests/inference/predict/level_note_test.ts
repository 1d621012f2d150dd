/** What predictions say of the random effects in them: one thing, and a true one. */
import assert from "node:assert/strict";
import {
  emmeans,
  fit,
  type FitOptions,
  type Frame,
  pl,
  predict,
  type PredictOptions,
  table,
} from "../../../mod.ts";

const rows = Array.from({ length: 120 }, (_, i) => i);
const data = pl.DataFrame({
  y: rows.map((i) => 3 + Math.sin(i * i) + 0.5 * (i % 6) + i / 20 + 0.8 * (i % 7)),
  count: rows.map((i) => (7 * i * i + i % 5) % 5),
  x: rows.map((i) => Math.cos(3 * i)),
  f: rows.map((i) => "ab"[Math.floor(i / 6) % 2]),
  g: rows.map((i) => `g${i % 6}`),
  h: rows.map((i) => `h${i % 7}`),
});
const x = [0, 1], f = ["a", "b"], h = ["h1", "h2"];
const NEW: Record<string, Frame | undefined> = {
  "of the fit": undefined,
  "with all": pl.DataFrame({ x, f, g: ["g1", "g2"], h }),
  "no g": pl.DataFrame({ x, f, h }),
  "no g, no h": pl.DataFrame({ x, f }),
  "a new g": pl.DataFrame({ x, f, g: ["g1", "other"], h }),
  "new g only": pl.DataFrame({ x, f, g: ["one", "other"], h }),
  "a missing g": pl.DataFrame({ x, f, g: ["g1", null], h }),
};

const poisson: FitOptions = { family: "poisson" };
const MODELS: Record<string, [string, FitOptions]> = {
  none: ["y ~ x", {}],
  one: ["y ~ x + (1 | g)", {}],
  two: ["y ~ x + (x | g) + (1 | h)", {}],
  nested: ["y ~ x + (1 | f/g)", {}],
  log: ["count ~ x + (1 | g)", poisson],
  "zeros without": ["count ~ x + (1 | g)", { ...poisson, zeroInflation: "~ 1" }],
  "zeros only": ["count ~ x", { ...poisson, zeroInflation: "~ (1 | h)" }],
  both: ["count ~ x + (1 | g)", { ...poisson, zeroInflation: "~ (1 | g)" }],
};
const models = Object.fromEntries(
  Object.entries(MODELS).map(([name, [formula, options]]) => [name, fit(formula, data, options)]),
);

const GROUP = "Group level: random effects included.", ZERO = "Population level: random effects at 0.";
const TYPICAL =
  "Population level: the typical group (random effects at 0 on the link scale), not the average over groups.";
const AVERAGE = "Population average: the integral over the random effects, not the typical group.";
const included = (which: string) => `Random effects included: ${which}.`;
const without = (...labels: string[]) =>
  `The new data have no column for ${labels.join(", ")}: predictions leave ${
    labels.length > 1 ? "these terms out (their" : "that term out (its"
  } effects at 0).`;
const drawn = (what: string) =>
  `${what}: predicted as a group drawn at random, standard errors hold the variance between groups.`;

const cases: [model: string, rows: string, options: PredictOptions, notes: string[]][] = [
  ["none", "of the fit", {}, []],
  ["none", "no g, no h", { interval: "prediction" }, []],
  ["one", "of the fit", {}, [GROUP]],
  ["one", "no g", {}, [ZERO, without("(1 | g)")]],
  ["one", "no g", { interval: "prediction" }, [ZERO, without("(1 | g)")]],
  ["one", "no g", { randomEffects: "none" }, [ZERO]],
  ["one", "no g", { randomEffects: "~ (1 | g)" }, [ZERO, without("(1 | g)")]],
  ["one", "a new g", {}, [GROUP, drawn("1 level(s) of g are new")]],
  ["one", "new g only", {}, [ZERO, drawn("2 level(s) of g are new")]],
  ["one", "a missing g", {}, [GROUP, drawn("1 row(s) do not say which g")]],
  ["two", "with all", {}, [GROUP]],
  ["two", "with all", { randomEffects: "~ (1 | h)" }, [included("~ (1 | h)")]],
  ["two", "no g", {}, [included("(1 | h)"), without("(x | g)")]],
  ["two", "no g", { randomEffects: "~ (x | g) + (1 | h)" }, [included("(1 | h)"), without("(x | g)")]],
  ["two", "no g, no h", {}, [ZERO, without("(x | g)", "(1 | h)")]],
  ["two", "new g only", {}, [included("(1 | h)"), drawn("2 level(s) of g are new")]],
  ["nested", "no g", {}, [included("(1 | f)"), without("(1 | g:f)")]],
  ["log", "no g", {}, [TYPICAL, without("(1 | g)")]],
  ["log", "no g", { type: "link" }, [ZERO, without("(1 | g)")]],
  ["log", "with all", { randomEffects: "none", average: "population" }, [AVERAGE]],
  ["log", "no g", { randomEffects: "none", average: "population" }, [AVERAGE]],
  ["zeros without", "of the fit", { type: "zprob" }, []],
  ["zeros without", "no g", { type: "zprob" }, []],
  ["zeros without", "no g", {}, [TYPICAL, without("(1 | g)")]],
  ["zeros without", "no g", { interval: "prediction" }, [TYPICAL, without("(1 | g)")]],
  ["zeros only", "no g", {}, [GROUP]],
  ["zeros only", "no g", { type: "conditional" }, []],
  ["zeros only", "no g, no h", { type: "zprob" }, [TYPICAL, without("(1 | h)")]],
  ["zeros only", "no g, no h", { type: "zlink" }, [ZERO, without("(1 | h)")]],
  ["both", "no g", {}, [TYPICAL, without("(1 | g)")]],
  ["both", "a new g", {}, [GROUP, drawn("1 level(s) of g are new")]],
];

for (const [model, rows, options, notes] of cases) {
  Deno.test(`predict says what of the random effects is in it: ${model}, rows ${rows}, ${JSON.stringify(options)}`, () => {
    const result = predict(models[model], NEW[rows], { newLevels: "population", ...options });
    assert.deepEqual(table(result).notes, notes);
    if (notes.includes(ZERO) || notes.includes(TYPICAL)) {
      const none = predict(models[model], NEW[rows], { ...options, randomEffects: "none" });
      assert.deepEqual(result.getColumn("estimate").toArray(), none.getColumn("estimate").toArray());
    }
  });
}

Deno.test("terms are refused where the model has none", () => {
  assert.throws(
    () => predict(models.none, undefined, { randomEffects: "~ (1 | g)" }),
    /RangeError: Cannot use the term \(1 \| g\) in randomEffects: the model's random terms are none/,
  );
});

Deno.test("means and predictions call the typical group and the population average by the same names", () => {
  const says = (average: "typical" | "population") =>
    [
      ...table(predict(models.log, NEW["no g"], { randomEffects: "none", average })).notes,
      ...table(emmeans(models.log, "~ 1", { average, type: "response" })).notes,
    ].filter((note) => /group|population/i.test(note)).map((note) =>
      /average:/.test(note.slice(0, 20)) ? "average" : "typical"
    );
  assert.deepEqual(says("typical"), ["typical", "typical"]);
  assert.deepEqual(says("population"), ["average", "average"]);
});
