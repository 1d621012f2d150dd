/** Panels of figures that are panels already: everything is drawn where it belongs, and tests are made anew within. */
import assert from "node:assert/strict";
import { columnNames, readColumn, readNumeric } from "../../lib/frame.ts";
import { partsOf } from "../../lib/inference/diagnostics/part.ts";
import { outliers } from "../../lib/inference/diagnostics/outliers.ts";
import { stateOf } from "../../lib/inference/diagnostics/state.ts";
import { uniformity } from "../../lib/inference/diagnostics/uniformity.ts";
import {
  checkPredictions,
  dataset,
  describe,
  emmeans,
  fit,
  look,
  pl,
  pwpp,
  recalculateResiduals,
  residualsFromSimulations,
  simulateResiduals,
  testDispersion,
  testGeneric,
  testTemporalAutocorrelation,
  testZeroInflation,
} from "../../mod.ts";
import { resultFrame } from "../../lib/display.ts";
import "../../lib/figures/register.ts";
import { gallery } from "./gallery.ts";

// deno-lint-ignore no-explicit-any
type Any = any;

const counts = await dataset("Salamanders"), dragons = await dataset("dragons_1");
const warp = await dataset("warpbreaks");
const animals = simulateResiduals(fit("count ~ mined + (1 | site)", counts, { family: "poisson" }), {
  n: 100,
});
const examples = await gallery();

function drawn(name: string, options: Record<string, unknown> = {}): string {
  const { kind, frame, meta, options: own } = examples[name];
  return (resultFrame(kind, frame, meta) as Any).plot({ ...own as Any, ...options }).outerHTML;
}

const texts = (svg: string) => [...svg.matchAll(/>([^<>]+)<\/(?:text|tspan)>/g)].map(([, text]) => text);
const titles = (svg: string) =>
  [...svg.matchAll(/<text [^>]*font-weight="600"[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
const dots = (svg: string) => svg.match(/<circle/g)?.length ?? 0;

/** Places of the rows with a level. */
function placesOf(name: string, level: string): number[] {
  const column = readColumn(counts, name);
  if (column.kind !== "factor") throw new Error(`${name} has no levels`);
  return [...column.codes.keys()].filter((i) => column.levels[column.codes[i]] === level);
}

Deno.test("a part of the residuals has its own simulations: spread, zeros, extremes as if there were no other rows", () => {
  const state = stateOf(animals, "test"),
    places = placesOf("spp", "DM"),
    [part, other] = partsOf(state, [places, placesOf("spp", "GP")]);
  const vectors: number[][] = [];
  state.simulations.each((y) => vectors.push(places.map((i) => y[i])));
  const variance = (d: number[]) => {
    const mean = d.reduce((a, b) => a + b, 0) / d.length;
    return d.reduce((s, v) => s + (v - mean) ** 2, 0) / (d.length - 1);
  };
  const fitted = places.map((i) => state.fitted[i]);
  vectors.forEach((y, s) => {
    assert.ok(Math.abs(part.spread[s] - variance(y.map((v, k) => v - fitted[k]))) < 1e-10, "rounding only");
    assert.equal(part.zeros[s], y.filter((v) => v === 0).length);
  });
  assert.notDeepEqual([...part.spread], [...other.spread], "each its own");
  // the residuals of part and whole are the same, so their uniformity is that of these numbers made by hand
  const made = residualsFromSimulations({
    simulated: vectors.map((v) => Float64Array.from(v)),
    observed: Float64Array.from(places, (i) => state.observed[i]),
    fitted: Float64Array.from(fitted),
    integer: true,
  } as Any);
  const own = stateOf(made, "test");
  assert.deepEqual([...own.lower], [...part.lower], "shares of simulations below");
  assert.equal(
    outliers(part, "two.sided", "both", "calibrated").row.effect,
    outliers(own, "two.sided", "both", "calibrated").row.effect,
  );
  assert.ok(uniformity(part).n === places.length);
});

Deno.test("dispersion, zeros and any summary in panels: the observed value of each panel is that of its rows", () => {
  const levels = ["GP", "PR", "DM", "EC-A", "EC-L", "DES-L", "DF"], y = readNumeric(counts, "count");
  const zeros = testZeroInflation(animals).plot({ facet: "spp" } as Any).outerHTML;
  const largest = testGeneric(animals, { summary: (y) => Math.max(...y), name: "largest" })
    .plot({ facet: "spp", width: 1000 } as Any).outerHTML;
  levels.forEach((level) => {
    const own = placesOf("spp", level).map((i) => y[i]);
    assert.ok(texts(zeros).includes(`observed ${own.filter((v) => v === 0).length}`), `zeros of ${level}`);
    assert.ok(texts(largest).includes(`observed ${Math.max(...own)}`), `largest of ${level}`);
  });
  assert.equal(texts(largest).filter((text) => text === "largest").length, 7, "the label of each axis");
  const narrow = texts(testDispersion(animals).plot({ facet: "spp", width: 640 } as Any).outerHTML).join(" ");
  assert.match(narrow, /Across: variance relative to the simulations' mean\./, "a label that has no room");
  assert.match(narrow, /adjusted for their number \(Holm\)/);
  assert.throws(
    () => testDispersion(animals, { type: "pearson" }).plot({ facet: "spp" } as Any),
    /RangeError: Cannot use facet: Pearson residuals are added up over all rows; type: "simulated"/,
  );
});

Deno.test("one row has no spread; residuals without data have no columns for panels", () => {
  const y = [1, 2, 3, 4, 5, 9], group = ["a", "a", "a", "a", "a", "b"];
  const simulated = Array.from({ length: 20 }, (_, s) => Float64Array.from(y, (v) => v + (s % 5) - 2));
  const residuals = residualsFromSimulations({ simulated, observed: y, fitted: y } as Any);
  const state = stateOf(residuals, "test");
  assert.throws(
    () => testDispersion(residuals).plot({ facet: "group" } as Any),
    /RangeError: Cannot use facet "group": these residuals have no data with them; those that simulateResiduals\(\)/,
  );
  const sites = recalculateResiduals(animals, { group: "site" });
  assert.throws(
    () => testDispersion(sites).plot({ facet: "mined" } as Any),
    /RangeError: Cannot use facet "mined": these residuals are of each site and have no data with them/,
  );
  const alone = pl.DataFrame({ y, x: [1, 2, 3, 4, 5, 6], group });
  const own = simulateResiduals(fit("y ~ x", alone), { n: 20 });
  assert.ok(
    texts(testDispersion(own).plot({ facet: "group" } as Any).outerHTML).includes("one row has no spread"),
  );
  assert.ok(Number.isNaN(partsOf(state, [[group.indexOf("b")]])[0].spread[0]));
});

Deno.test("time is the same axis in all panels", () => {
  const time = Array.from({ length: 644 }, (_, i) => i);
  const svg = testTemporalAutocorrelation(animals, { time: time as Any }).plot(
    { facet: "mined", width: 1000 } as Any,
  );
  const axes = [...svg.outerHTML.matchAll(/aria-label="x-axis tick label"[^]*?<\/g>/g)].map(([axis]) =>
    texts(axis).join()
  );
  assert.ok(axes.length === 2 && axes[0] === axes[1], axes.join(" | "));
});

Deno.test("the model check in panels: three for each level, not too many levels", () => {
  const own = titles(drawn("model_check_by_site"));
  for (const level of ["site = a", "site = b", "site = c"]) assert.ok(own.includes(level), level);
  for (const title of ["Predictions", "Residuals", "Q–Q plot"]) {
    assert.equal(own.filter((each) => each === title).length, 3, title);
  }
  assert.throws(
    () => drawn("model_check_by_site", { facet: "bodyLength" }),
    /RangeError: Cannot use facet: "bodyLength" would make \d+ panels, there should be at most 12/,
  );
  assert.throws(() => drawn("model_check_by_site", { facet: "stie" }), /RangeError: .*stie.*"site"/);
});

const kept: readonly (readonly [string, readonly unknown[]])[] = [
  ["bootstrap_by_group", ["component", "group", "term", ["component", "group"], false]],
  ["parameters", ["component", "model", "term", ["model", "component"], false]],
  ["predictions_in_panels", ["spp", "mined", false]],
  ["pwpp_together", [false]],
  ["profile_by_group", ["component", "group", "term", false]],
];

for (const [name, facets] of kept) {
  Deno.test(`panels leave nothing out: ${name}`, () => {
    const all = facets.map((facet) => dots(drawn(name, { facet })));
    assert.ok(all[0] > 0 && all.every((n) => n === all[0]), all.join(" "));
    assert.throws(() => drawn(name, { facet: "loom" }), /RangeError: Cannot use facet "loom"/);
  });
}

Deno.test("draws as points: each of them, under the histogram and under the density", () => {
  assert.equal(
    dots(drawn("bootstrap_by_group", { points: true })),
    dots(drawn("bootstrap_by_group")) + 4 * 200,
  );
  const lines = (svg: string) => svg.match(/<line/g)!.length;
  assert.equal(lines(drawn("bootstrap", { points: true })), lines(drawn("bootstrap")) + 3 * 200);
});

Deno.test("estimates and means in panels share their axis", () => {
  for (const name of ["parameters_by_model", "predictions_in_panels", "describe_in_panels"]) {
    const axes = [...drawn(name).matchAll(/aria-label="x-axis tick label"[^]*?<\/g>/g)].map(([axis]) =>
      texts(axis).join()
    );
    assert.ok(axes.length > 1 && new Set(axes).size === 1, `${name}: ${axes.join(" | ")}`);
  }
});

Deno.test("terms of a further part say which it is where they stand beside those of the mean", () => {
  const together = texts(drawn("parameters", { facet: false }));
  assert.ok(together.includes("minedno") && together.includes("minedno zi"), together.join());
  assert.ok(!texts(drawn("parameters", { facet: "component" })).includes("minedno zi"));
});

Deno.test("p-values: one panel with headings; factors that are compared have none", () => {
  const svg = drawn("pwpp_together");
  for (const heading of ["mined = yes", "mined = no"]) assert.ok(svg.includes(`>${heading}<`), heading);
  assert.equal(svg.match(/aria-label="x-axis label"/g)!.length, 1);
  assert.equal(drawn("pwpp", { facet: "mined" }), drawn("pwpp"));
  assert.throws(
    () => drawn("pwpp", { facet: "spp" }),
    /RangeError: Cannot use facet "spp": comparisons across its levels would belong to no panel; pwpp\(means, \{ by: "spp" \}\)/,
  );
  const model = fit("breaks ~ wool * tension", warp);
  const two = pwpp(emmeans(model, "~ tension | wool")).plot({ facet: "wool" } as Any).outerHTML;
  assert.ok(two.includes(">wool = A<") && two.includes(">wool = B<"));
});

Deno.test("influence: a panel for each coefficient with all groups, or for each group with all coefficients", () => {
  const frame = examples.influence.frame, terms = columnNames(frame).slice(4);
  const byTerm = titles(drawn("influence", { facet: "term" })),
    byLevel = titles(drawn("influence", { facet: "level" }));
  assert.deepEqual(byTerm, ["Cook's distance", ...terms.map((term) => `term = ${term}`)]);
  assert.equal(byLevel.length, 12);
  assert.equal(dots(drawn("influence", { facet: "level" })), 12 * terms.length);
  assert.equal(drawn("influence", { facet: false }), drawn("influence"));
});

Deno.test("descriptions: every row in the panel of its group; without groups there are none", () => {
  const svg = drawn("describe_in_panels");
  assert.equal(dots(svg), 480);
  assert.equal(titles(svg).length, 8);
  assert.throws(
    () => (describe(dragons) as Any).plot({ facet: "site" }),
    /RangeError: Cannot use facet "site": this description has no groups/,
  );
});

Deno.test("predictions: what makes no groups has no panels, and the message says how to make them", () => {
  const all = checkPredictions(fit("count ~ mined", counts, { family: "poisson" }), { n: 40 });
  assert.throws(
    () => all.plot({ facet: "spp" } as Any),
    /RangeError: Cannot use facet "spp": all rows are one group; checkPredictions\(model, "spp"\)/,
  );
  assert.equal(
    titles(drawn("predictions_of_many", { facet: ["spp", "mined"] })).length,
    14,
    "distributions of each",
  );
});

Deno.test("families in one panel: a colour each, in the reader's words", () => {
  const svg = drawn("family_advice_together", { color: { labels: { nbinom2: "negative binomial" } } });
  assert.match(texts(svg).join(" | "), /negative binomial: AICc \d+/);
  assert.equal(drawn("family_advice", { facet: "family" }), drawn("family_advice"));
});

Deno.test("a first look: panels or colours of a group, names, and rows without points", () => {
  const formula = "testScore ~ bodyLength | site";
  const panels = look(dragons, formula, { facet: "site" }).outerHTML, one = look(dragons, formula).outerHTML;
  assert.deepEqual(texts(panels).filter((text) => text.startsWith("site =")), [
    "site = a",
    "site = b",
    "site = c",
  ]);
  assert.ok(!texts(one).some((text) => text.startsWith("site =")), "few levels are colours");
  assert.equal(look(dragons, formula, { facet: false }).outerHTML, one);
  const many = look(dragons, "testScore ~ bodyLength | mountainRange", { facet: false }).outerHTML;
  assert.ok(
    texts(many).includes("mountainRange") && !texts(many).some((text) => text.startsWith("mountainRange =")),
  );
  assert.equal(dots(look(dragons, formula, { points: false }).outerHTML), 0);
  const named = texts(
    look(dragons, formula, { labels: { site: "place", a: "Alp", testScore: "score" } }).outerHTML,
  );
  for (const text of ["place", "Alp", "score"]) assert.ok(named.includes(text), text);
  assert.throws(
    () => look(dragons, formula, { labels: { stie: "x" } }),
    /nothing in this figure is called "stie"/,
  );
  assert.throws(
    () => look(dragons, formula, { facet: "stie" }),
    /Cannot use facet "stie".*did you mean "site"/,
  );
  assert.throws(
    () => look(dragons, "testScore ~ bodyLength + site | mountainRange", { facet: false }),
    /Cannot use facet: colours stand for "site", so "mountainRange" has no place but panels/,
  );
});

const circles = (svg: string) => {
  const legend = /<svg[^>]*>([^]*?)<svg/.exec(svg)![1];
  return [...legend.matchAll(/<circle[^>]* r="([\d.]+)"/g)].map(([, r]) => Number(r));
};

Deno.test("a legend of sizes: three round numbers of trials, their areas as those of the points", () => {
  for (
    const [name, shown] of [["effect_proportions", ["2", "10", "20"]], ["look_trials", [
      "5",
      "20",
      "50",
    ]]] as const
  ) {
    const svg = /<svg[^>]*>[^]*?<svg/.exec(drawn(name))![0], own = texts(svg);
    assert.ok(own.includes("trials"), own.join());
    assert.deepEqual(own.slice(own.indexOf("trials") + 1).slice(0, 3), shown, name);
    const radii = circles(drawn(name)), [, middle, large] = shown.map(Number);
    assert.equal(radii.length, 3);
    assert.ok(Math.abs((radii[1] / radii[2]) ** 2 - middle / large) < 0.02, "area by trials, radii to 0.01");
  }
  assert.equal(circles(drawn("effect_boolean")).length, 0, "points of one size stand for nothing");
  assert.equal(circles(drawn("look_trials", { points: false })).length, 0);
  assert.ok(texts(drawn("look_trials", { labels: { trials: "seeds" } })).includes("seeds"));
});
