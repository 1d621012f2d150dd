/** Options of every figure: each that figures share changes the figure or is refused by name; what is not known is refused. */
import assert from "node:assert/strict";
import { allFigures, resultFrame } from "../../lib/display.ts";
import { standalone } from "../../lib/display/standalone.ts";
import "../../lib/figures/register.ts";
import { Plot } from "../../mod.ts";
import { gallery } from "./gallery.ts";

// deno-lint-ignore no-explicit-any
type Any = any;

const examples = await gallery(), names = Object.keys(examples);
const kinds = [...new Set(Object.values(examples).map(({ kind }) => kind))];
const drawnOnce = new Map<string, string>();

/** The markup of an example with further options; what it is refused with. */
function drawn(name: string, options: Record<string, unknown> = {}): string {
  const { kind, frame, meta, options: own } = examples[name];
  try {
    return (resultFrame(kind, frame, meta) as Any).plot({ ...own as Any, ...options }).outerHTML;
  } catch (error) {
    return String(error);
  }
}

function plain(name: string): string {
  if (!drawnOnce.has(name)) drawnOnce.set(name, drawn(name));
  return drawnOnce.get(name)!;
}

const of = (kind: string) => names.filter((name) => examples[name].kind === kind);

/** Examples of a kind that are drawn with each option that every figure has. */
const MOST = 4;

/** Options that every figure has. */
const EVERY: Record<string, unknown> = {
  width: 411,
  height: 333,
  title: "A title",
  caption: "A caption",
  theme: "dark",
  x: { label: "an axis" },
  marks: [Plot.frame()],
  inset: 13,
  marginLeft: 97,
  marginRight: 97,
  marginTop: 97,
  marginBottom: 97,
  style: { fontSize: "17px" },
};

/** Options that a figure has or refuses, with values of which one means something in some example of the kind. */
const SHARED: Record<string, readonly unknown[]> = {
  y: [{ label: "an axis" }],
  grid: [true, false],
  color: [{ range: ["#123456", "#654321"] }, { scheme: "dark2" }],
  labels: [
    ...[
      "bodyLength",
      "tension",
      "L",
      "contrast",
      "Golden Rain",
      "Days",
      "308",
      "sigma",
      "fitted",
      "DF",
      "sppPR",
      "tempwarm",
      "all alike",
      "semivariance",
      "scaled residual",
      "fixed effects",
      "y",
      "logit",
      "variance",
    ].map((
      name,
    ) => ({
      [name]: "my word",
    })),
  ],
  facet: [
    ...["mountainRange", "wool", "tension", "group", "Subject", "site", "urban", "mined"],
    ...["component", "term", "model", "r2", "level", "family", "distribution", "link", false],
  ],
  points: [true, false],
  bands: [false],
  fx: [{ padding: 0.3 }],
  fy: [{ padding: 0.3 }],
  comparisons: [true],
  lines: [false],
  groupBy: ["Days"],
};

/** Options that figures of estimates and of checks should share. */
const CORE = ["facet", "color", "labels", "points", "bands"];

/** Which figures do without one of them, and why: nothing in what they show could mean it. */
const WITHOUT: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  facet: {
    variogram: "it is of pairs of rows; that of a part is one of its own",
  },
  points: {
    assumptionTest: "an effect is of no row",
    contrast: "a difference of means is of no row",
    familyAdvice: "it compares distributions",
    influence: "its points are what it is about",
    links: "a link has no rows",
    parameters: "a coefficient is of no row",
    predictionCheck: "it compares distributions and their means",
    pwpp: "a p-value is of no row",
    r2: "a share of variance is of no row",
    ranef: "the mode of a group is of many rows, and shrunken",
    tidy: "a coefficient is of no row",
  },
  bands: {
    augment: "fitted values of rows have no intervals, predict() has",
    description: "boxes say how values spread",
    distributions: "a distribution is known",
    influence: "changes have no intervals",
    links: "a link is known",
    meanVariance: "rings say what is expected of a group",
    look: "before a model there is no interval",
    pwpp: "p-values have no intervals",
  },
};

Deno.test("options that figures share are refused only where nothing could be meant, and nowhere else", () => {
  for (const option of CORE) {
    const without = allFigures().filter(({ options }) => !Object.hasOwn(options, option));
    assert.deepEqual(
      without.map(({ kind }) => kind.name).sort(),
      Object.keys(WITHOUT[option] ?? {}).sort(),
      option,
    );
  }
});

for (const kind of kinds) {
  Deno.test(`options of the figure "${kind}": each that every figure has does something, in several examples`, () => {
    for (const [option, value] of Object.entries(EVERY)) {
      const changed = of(kind).slice(0, MOST).filter((name) => {
        const figure = drawn(name, { [option]: value });
        assert.ok(figure.startsWith("<svg"), `${name}, ${option}: ${figure.slice(0, 200)}`);
        return figure !== plain(name);
      });
      assert.ok(changed.length > 0, `${option} changes nothing`);
    }
  });

  Deno.test(`options of the figure "${kind}": each that figures share does something, or is refused by its name`, () => {
    for (const [option, values] of Object.entries(SHARED)) {
      const all: { name: string; figure: string }[] = [];
      for (const name of of(kind)) { // as far as the first in which it means something
        const own = values.map((value) => ({ name, figure: drawn(name, { [option]: value }) }));
        all.push(...own);
        if (own.some(({ figure }) => figure.startsWith("<svg") && figure !== plain(name))) break;
      }
      const refused = all.filter(({ figure }) =>
        new RegExp(`^RangeError: Cannot use option "${option}" in plot\\(\\)`).test(figure)
      );
      for (const { figure } of refused) {
        assert.match(figure, /in plot\(\): [^;]{20,}; the options of this figure are/, `${option} says why`);
      }
      const changed = all.filter(({ name, figure }) => figure.startsWith("<svg") && figure !== plain(name));
      assert.ok(
        refused.length === all.length || (refused.length === 0 && changed.length > 0),
        `${option}: ${refused.length} of ${all.length} refused, ${changed.length} changed; ${
          all[0].figure.slice(0, 200)
        }`,
      );
      for (const { name, figure } of all) {
        assert.ok(
          /^<svg |^RangeError: Cannot (use|draw|find column)/.test(figure),
          `${name}, ${option}: ${figure.slice(0, 200)}`,
        );
      }
    }
  });

  Deno.test(`options of the figure "${kind}": what is not known is refused`, () => {
    for (const option of ["subtitle", "projection"]) {
      assert.match(
        drawn(of(kind)[0], { [option]: 1 }),
        new RegExp(`^RangeError: Cannot use option "${option}" in plot\\(\\)`),
      );
    }
    const [name] = of(kind);
    assert.match(drawn(name, { widht: 300 }), /did you mean "width"/);
    assert.match(drawn(name, { main: "A title" }), /did you mean "title"/);
    assert.match(
      drawn(name, { width: "wide" }),
      /^TypeError: Cannot use width: it is "wide", it should be a number above 0/,
    );
    assert.match(
      drawn(name, { theme: "blue" }),
      /^RangeError: Cannot use theme: "blue", known are "light", "dark"/,
    );
    assert.match(drawn(name, { x: { lable: "an axis" } }), /did you mean "label"/);
    assert.match(drawn(name, { marks: Plot.frame() }), /^TypeError: Cannot use marks/);
  });
}

const words: readonly (readonly [example: string, options: Record<string, unknown>, said: RegExp])[] = [
  [
    "emmeans_interaction",
    { labels: { tensoin: "T" } },
    /^RangeError: Cannot use labels: nothing in this figure is called "tensoin".*did you mean "tension"/,
  ],
  [
    "emmeans_interaction",
    { facet: "loom" },
    /^RangeError: Cannot use facet "loom": the variables that vary in this figure are "tension", "wool"/,
  ],
  [
    "emmeans_interaction",
    { color: "tensoin" },
    /^RangeError: Cannot use color "tensoin".*did you mean "tension"/,
  ],
  [
    "emmeans_interaction",
    { x: "wool", color: "wool" },
    /^RangeError: Cannot use (x|color) "wool": the variable is also that of (color|x)/,
  ],
  [
    "emmeans_interaction",
    { color: { domain: ["A", "C"] } },
    /^RangeError: Cannot use color.domain: "wool" has no level "C", its levels are "A", "B"/,
  ],
  [
    "emmeans_interaction",
    { color: { labels: { C: "c" } } },
    /^RangeError: Cannot use color.labels: "wool" has no level "C"/,
  ],
  [
    "emmeans_interaction",
    { color: { rnage: ["red"] } },
    /^RangeError: Cannot use option "rnage".*did you mean "range"/,
  ],
  [
    "emmeans_interaction",
    { points: true },
    /^RangeError: Cannot use points: the data behind the estimates are not known/,
  ],
  [
    "emmeans_interaction",
    { comparisons: true },
    /^RangeError: Cannot draw comparisons: this table does not know the covariances/,
  ],
  [
    "emmeans_one",
    { color: { labels: { L: "low" } } },
    /^RangeError: Cannot use color.labels: colours stand for nothing/,
  ],
  [
    "contrast_ratios",
    { color: { by: "wool" } },
    /^RangeError: Cannot use color.by: colours stand for nothing/,
  ],
  ["contrast_ratios", { facet: "tension" }, /^RangeError: Cannot use facet "tension"/],
  ["effect_groups_few", { points: "partly" }, /^RangeError: Cannot use points: "partly"/],
];

for (const [example, options, said] of words) {
  Deno.test(`options that cannot mean anything are refused in a sentence: ${JSON.stringify(options)}`, () => {
    assert.match(drawn(example, options), said);
  });
}

Deno.test("colours: levels in another order, a scheme, a title and names of one's own", () => {
  const svg = drawn("emmeans_interaction", {
    color: { domain: ["B", "A"], scheme: "set1", label: "Wool type", labels: { B: "soft" } },
  });
  const legend = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text).slice(0, 3);
  assert.deepEqual(legend, ["Wool type", "soft", "A"]);
  assert.ok(svg.includes("#e41a1c"), "of the scheme");
});

Deno.test("labels: variables, levels and the names within contrasts", () => {
  const svg = drawn("contrast_ratios", {
    labels: { L: "low", H: "high", wool: "yarn", ratio: "ratio of breaks" },
  });
  for (const text of ["low / M", "low / high", "yarn = A", "ratio of breaks"]) {
    assert.ok(svg.includes(text), text);
  }
});

Deno.test("a theme has its own paper and ink, on a page and in a notebook", () => {
  const { kind, frame, meta } = examples.tidy;
  const figure = resultFrame(kind, frame, meta).plot({ theme: "dark" }) as Any;
  assert.match(
    figure.outerHTML.slice(0, 600),
    /^<svg [^>]*color:#e6e6e6[^>]*><rect fill="#1e1e1e" height="100%" width="100%"/,
  );
  assert.match(standalone(figure.outerHTML, "light").slice(0, 900), /fill="#1e1e1e"/);
  assert.doesNotMatch(figure[Symbol.for("Jupyter.display")]()["text/html"], /prefers-color-scheme/);
});

const texts = (svg: string) => [...svg.matchAll(/>([^<>]+)<\/(?:text|tspan)>/g)].map(([, text]) => text);
const areas = (svg: string) => svg.match(/aria-label="area"/g)?.length ?? 0;
const dots = (svg: string) => svg.match(/<circle/g)?.length ?? 0;

const checks: readonly (readonly [
  example: string,
  labels: Record<string, string>,
  said: readonly string[],
])[] = [
  ["residuals_by_factor", { mountainRange: "range", Bavarian: "Bavaria" }, ["range", "Bavaria"]],
  ["residuals_480", { "scaled residual": "residual" }, ["residual"]],
  ["test_categorical", { mountainRange: "range", Bavarian: "Bavaria" }, ["range", "Bavaria"]],
  ["test_dispersion", { simulations: "how many" }, ["how many"]],
  ["test_temporal", { time: "occasion" }, ["occasion"]],
  ["residual_along", { Subject: "person", "308": "A" }, ["person", "A"]],
  ["model_check", { bodyLength: "length", testScore: "score" }, ["length", "score"]],
  ["family_advice", { y: "count" }, ["count"]],
  ["predictions_by_group", { Bavarian: "Bavaria", testScore: "score" }, ["Bavaria", "score"]],
  ["predictions_of_many", { yes: "mined" }, ["GP, mined"]],
  ["r2", { "fixed effects": "dose" }, ["dose"]],
  ["pwpp", { "p-value": "p" }, ["p"]],
];

for (const [example, labels, said] of checks) {
  Deno.test(`labels of checks and tests: ${example}`, () => {
    const own = texts(drawn(example, { labels }));
    for (const text of said) assert.ok(own.includes(text), `${text}: ${own.join(" | ").slice(0, 300)}`);
    for (const name of Object.keys(labels)) assert.ok(!own.includes(name), name);
    assert.match(
      drawn(example, { labels: { ...labels, nonsense: "x" } }),
      /nothing in this figure is called/,
    );
  });
}

Deno.test("checks and tests: bands, points, and two colours of which the second is that of alarm", () => {
  for (const name of ["residuals_480", "residuals_3000", "model_check", "predictions_by_group"]) {
    assert.ok(areas(plain(name)) > 0 && areas(drawn(name, { bands: false })) === 0, name);
  }
  for (
    const [name, share] of [
      ["residuals_480", 0.6],
      ["model_check", 0.7],
      ["test_temporal", 0],
      ["residual_along", 0],
      ["describe_groups", 0],
    ] as const
  ) {
    assert.ok(dots(drawn(name, { points: false })) <= share * dots(plain(name)), name);
  }
  for (const name of ["test_spatial", "test_all"]) {
    assert.match(drawn(name, { points: false }), /^RangeError: Cannot use points: they are all/);
  }
  const color = { range: ["#123456", "#654321"] };
  for (const name of ["residuals_3000", "test_dispersion", "model_check_counts", "binned"]) {
    const svg = drawn(name, { color });
    assert.ok(plain(name).includes("#ff725c"), `${name}: something is significant`);
    assert.ok(svg.includes("#123456") && svg.includes("#654321"), name);
    assert.ok(!svg.includes("#ff725c") && !svg.includes("#4c7fe6"), `${name}: its own colours are gone`);
  }
});

Deno.test("a scheme that is not known is refused in a sentence", () => {
  for (const name of ["emmeans_interaction", "residuals_480", "test_spatial", "r2"]) {
    assert.match(
      drawn(name, { color: { scheme: "mauve" } }),
      /^RangeError: Cannot use color.scheme "mauve": it is not known/,
    );
  }
});

const titles = (svg: string) =>
  [...svg.matchAll(/<text [^>]*font-weight="600"[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);

Deno.test("facet of tidy and ranef: a panel for each value of a column, or one with headings", () => {
  const svg = drawn("tidy", { facet: "component" });
  for (const title of ["component = cond", "component = zi", "Coefficients: mean"]) {
    assert.ok(svg.includes(`>${title}<`), title);
  }
  assert.equal(drawn("tidy", { facet: false }).match(/aria-label="x-axis label"/g)!.length, 1);
  const byTerm = titles(drawn("ranef", { facet: "term" }));
  assert.ok(byTerm.includes("term = (Intercept)") && byTerm.includes("term = Days"), byTerm.join());
  const together = drawn("ranef", { facet: "group", labels: { Subject: "person" } });
  for (const title of ["group = person", "person: (Intercept)", "person: Days"]) {
    assert.ok(together.includes(`>${title}<`), title);
  }
  // every estimate is drawn, wherever it is
  for (const [name, facet] of [["tidy", "group"], ["tidy", false], ["ranef", false]] as const) {
    assert.equal(dots(drawn(name, { facet })), dots(plain(name)), name);
  }
  assert.match(drawn("ranef", { facet: "level" }), /^RangeError: Cannot use facet "level"/);
  assert.match(
    drawn("ranef_many", { facet: false }),
    /^RangeError: Cannot use facet: \d+ lines in one panel/,
  );
});

Deno.test("facet of rows: every row in the panel of its level, on the axes of all, and not too many panels", () => {
  const ranges = "Bavarian Central Emmental Julian Ligurian Maritime Sarntal Southern".split(" ");
  const svg = drawn("residuals_480", { facet: "mountainRange", labels: { Bavarian: "Bavaria" } });
  const own = titles(svg).map((title) => title.replace("mountainRange = ", ""));
  assert.deepEqual(own, ranges.map((range) => range === "Bavarian" ? "Bavaria" : range));
  // 480 rows: a dot or a star for each
  const stars = /<g [^>]*stroke-width="1.8"[^>]*>([^]*?)<\/g>/g;
  const outliers = [...svg.matchAll(stars)].reduce(
    (n, [, group]) => n + (group.match(/<path/g)?.length ?? 0),
    0,
  );
  assert.equal(dots(svg) + outliers, 480);
  assert.equal(dots(drawn("residual_vector", { facet: "Subject" })), 180);
  assert.equal(dots(drawn("augment_over_x", { facet: "hospital_id" })), dots(plain("augment_over_x")));
  const y = [
    ...drawn("residual_vector", { facet: "Subject" }).matchAll(
      /aria-label="y-axis tick label"[^]*?<\/g>/g,
    ),
  ].map(([axis]) => texts(axis).join());
  assert.ok(y.length === 18 && new Set(y).size === 1, "one axis for all");
  assert.match(
    drawn("residuals_480", { facet: "bodyLength" }),
    /^RangeError: Cannot use facet: "bodyLength" would make \d+ panels, there should be at most 36/,
  );
  assert.match(
    drawn("augment", { facet: "subject" }),
    /^RangeError: Cannot use facet "subject".*did you mean "Subject"/,
  );
});

Deno.test("the caption of augment calls groups what the reader calls them", () => {
  const svg = drawn("augment_over_x", { labels: { hospital_id: "hospital" } });
  assert.ok(svg.includes("one for each hospital.") && !svg.includes("hospital_id."), "caption");
});

Deno.test("a caption does not speak of a band that is left out", () => {
  for (const name of ["predictions_by_group", "family_advice", "model_check", "binned"]) {
    const said = texts(drawn(name, { bands: false })).join(" ");
    assert.match(said, /should (be|end) near/, name);
    assert.doesNotMatch(said, /in the (grey )?band/, name);
  }
});
