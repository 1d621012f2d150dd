/**
 * Contrasts written outside lib/, through mod.ts alone: in tables, ratios, groups, products, effect sizes, figures. They are
 * compared with the same coefficients given by name, with dense algebra on the coefficients' covariance, and with R.
 */
import assert from "node:assert/strict";
import {
  cld,
  contrast,
  type ContrastMethod,
  dataset,
  effSize,
  emmeans,
  fit,
  fixef,
  pairs,
  type ResultFrame,
  vcov,
} from "../../mod.ts";
import { williams } from "./williams.ts";

type Row = Record<string, number> & { contrast: string };
const rowsOf = (frame: ResultFrame) => frame.toRecords() as Row[];
const near = (a: number, b: number, tolerance: number, what: string) =>
  assert.ok(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b)), `${what}: ${a}, expected ${b}`);

const warp = await dataset("warpbreaks"), levels = { levels: { tension: ["L", "M", "H"] } };
const model = fit("breaks ~ tension + wool", warp, levels), means = emmeans(model, "~ tension");
const counts = fit("breaks ~ tension * wool", warp, { ...levels, family: "poisson" });

Deno.test("contrasts of one's own are those of R and of dense algebra", () => {
  const rows = rowsOf(contrast(means, williams));
  assert.deepEqual(rows.map((r) => r.contrast), ["H - L", "avg(M, H) - L"]);
  // R: contrast(emmeans(lm(breaks ~ tension + wool, warpbreaks), ~tension), list(c(-1, 0, 1), c(-1, .5, .5))), and the limits of
  // P(|T₁| < q, |T₂| < q) = 0.95 by integrate() over the normal and the χ distribution, q = 2.183368112; ours is a lattice rule, good to
  // 1e-4 of q
  const r = [
    [-14.722222, 3.872378, 50, -23.1770481, -6.2673963],
    [-12.361111, 3.353577, 50, -19.6832051, -5.0390171],
  ];
  const V = vcov(model), b = [...fixef(model).getColumn("estimate")] as number[];
  const l = [[0, 0, 1, 0], [0, 0.5, 0.5, 0]]; // in (Intercept), tensionM, tensionH, woolB
  rows.forEach((row, i) => {
    near(row.estimate, l[i].reduce((sum, c, j) => sum + c * b[j], 0), 1e-12, row.contrast);
    const variance = l[i].reduce(
      (sum, c, j) => sum + l[i].reduce((s, d, k) => s + c * d * V.get(j, k), 0),
      0,
    );
    near(row.std_error, Math.sqrt(variance), 1e-12, `standard error of ${row.contrast}`);
    ["estimate", "std_error", "df"].forEach((name, k) => near(row[name], r[i][k], 1e-6, `${name} in R`));
    ["conf_low", "conf_high"].forEach((name, k) => near(row[name], r[i][3 + k], 1e-4, `${name} in R`));
  });
});

Deno.test("contrasts of one's own: ratios, groups, controls, products, effect sizes", () => {
  const byName = { "H / L": [-1, 0, 1], "avg(M, H) / L": [-1, 0.5, 0.5] };
  const within = emmeans(counts, "~ tension | wool", { type: "response" });
  const own = rowsOf(contrast(within, williams)), known = rowsOf(contrast(within, byName, { adjust: "mvt" }));
  assert.equal(own.length, 4);
  assert.deepEqual(own, known);
  const product = contrast(emmeans(counts, "~ tension * wool"), "pairwise", {
    interaction: [williams, "pairwise"],
  });
  assert.deepEqual(product.columns.slice(0, 3), ["tension_williams", "wool_pairwise", "contrast"]);
  const beta = [...fixef(counts).getColumn("estimate")] as number[]; // the last two: tensionM:woolB, tensionH:woolB
  near(rowsOf(product)[0].estimate, -beta[5], 1e-12, "difference of differences");
  near(rowsOf(product)[1].estimate, -(beta[4] + beta[5]) / 2, 1e-12, "mean difference of differences");
  const sizes = rowsOf(effSize(means, { method: williams }));
  rowsOf(contrast(means, williams)).forEach((row, i) =>
    near(sizes[i].estimate, row.estimate / model.sigma, 1e-12, "effect size")
  );
  const lettersOfContrasts = cld(contrast(means, williams)).getColumn("letters").toArray();
  assert.deepEqual(lettersOfContrasts, ["a", "a"]);
});

Deno.test("contrasts of one's own: by name in the specs of emmeans, in figures and in a notebook", () => {
  const both = emmeans(model, "williams ~ tension", { contrasts: { williams } });
  assert.deepEqual(rowsOf(both.contrasts!), rowsOf(contrast(means, williams)));
  assert.match(both.contrasts!.plot().outerHTML, /avg\(M, H\) - L/);
  assert.throws(
    () => emmeans(model, "wiliams ~ tension", { contrasts: { williams } }),
    /RangeError: Cannot find contrasts "wiliams": known are .*"williams".*did you mean "williams"\?/,
  );
  assert.throws(() => emmeans(model, "williams ~ tension"), /RangeError: Cannot find contrasts "williams"/);
});

Deno.test("contrasts of one's own know the numbers behind the levels", async () => {
  /** The least-squares slope through the means. */
  const slope: ContrastMethod = {
    name: "slope",
    adjust: "none",
    combinations(labels, { values }) {
      if (!values) {
        throw new TypeError("Cannot find a slope: the means are not those of one numeric variable");
      }
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      const size = values.reduce((sum, x) => sum + (x - mean) ** 2, 0);
      return [{
        name: "slope",
        index: [...labels.keys()],
        coefficient: values.map((x) => (x - mean) / size),
      }];
    },
  };
  const sleep = await dataset("sleepstudy");
  const line = fit("Reaction ~ Days + (1 | Subject)", sleep);
  const each = fit("Reaction ~ factor(Days) + (1 | Subject)", sleep);
  const [found] = rowsOf(contrast(emmeans(each, "~ Days"), slope)); // complete data: the slopes are the same
  near(found.estimate, [...fixef(line).getColumn("estimate")][1] as number, 1e-9, "slope");
  assert.throws(() => contrast(means, slope), /not those of one numeric variable/);
});

Deno.test("a method that is said to be pairwise has Tukey's distribution, and must be pairwise", () => {
  const backwards: ContrastMethod = {
    name: "backwards",
    adjust: "tukey",
    pairwise: true,
    combinations: (labels, { minus }) =>
      labels.flatMap((a, i) =>
        labels.slice(i + 1).map((b, j) => ({
          name: b + minus + a,
          index: [i + 1 + j, i],
          coefficient: [1, -1],
        }))
      ),
  };
  const p = (frame: ResultFrame) => rowsOf(frame).map((r) => r.p_value);
  p(contrast(means, backwards)).forEach((v, i) => near(v, p(pairs(means))[i], 1e-12, "Tukey"));
  assert.throws(
    () => contrast(means, { ...williams, pairwise: true }),
    /RangeError: Cannot use contrasts "williams": the method says that they are pairwise, they should then be all 3 differences of two of 3 means/,
  );
});

/** A method that gives one contrast. */
const one = (combination: unknown): ContrastMethod => ({
  name: "mine",
  adjust: "none",
  combinations: () => [combination] as never,
});
const refused: readonly (readonly [what: string, method: unknown, message: RegExp])[] = [
  [
    "no name",
    { ...williams, name: "" },
    /RangeError: Cannot use these contrasts: the method's name is "", it should be text/,
  ],
  [
    "an unknown adjustment",
    { ...williams, adjust: "mvn" },
    /RangeError: Cannot use these contrasts: the method's adjust is "mvn", it should be "none", "tukey"/,
  ],
  [
    "no combinations",
    { name: "mine", adjust: "none", combination: () => [] },
    /TypeError: Cannot use these contrasts: the method's combinations is undefined, it should be a function/,
  ],
  [
    "no array",
    { ...williams, combinations: () => 3 },
    /TypeError: Cannot use contrasts "williams": combinations\(\) gave 3, it should give an array of \{ name, index, coefficient \}/,
  ],
  [
    "nothing",
    one(null),
    /RangeError: Cannot use contrasts "mine": the name of one of them is undefined, it should be text/,
  ],
  [
    "a mean that is not there",
    one({ name: "a", index: [0, 3], coefficient: [1, -1] }),
    /RangeError: Cannot use contrasts "mine": "a" has the index \[0,3\], it should have positions of means from 0 to 2/,
  ],
  [
    "a coefficient too few",
    one({ name: "a", index: [0, 1], coefficient: [1] }),
    /RangeError: Cannot use contrasts "mine": "a" has the coefficients \[1\], it should have one number for each of 2 positions/,
  ],
  ["no number", one({ name: "a", index: [0], coefficient: [NaN] }), /"a" has the coefficients \[null\]/],
  ["zeros", one({ name: "a", index: [0, 1], coefficient: [0, 0] }), /all coefficients of "a" are 0/],
  [
    "a name twice",
    { ...williams, combinations: () => [0, 1].map((i) => ({ name: "a", index: [i], coefficient: [1] })) },
    /two of them are called "a", names should differ/,
  ],
];

for (const [what, method, message] of refused) {
  Deno.test(`a contrast method with ${what} is refused`, () => {
    assert.throws(() => contrast(means, method as ContrastMethod), message);
  });
}
