/**
 * Every kind of result on a page of 640 pixels: no column of its table is beyond the edge. Widths are those of the letters of
 * DejaVu Sans (as wide as the sans serif faces of notebooks get), as a browser measures them, and of the space around cells that
 * the HTML asks for.
 */
import assert from "node:assert/strict";
import { DISPLAY, type MimeBundle } from "../../lib/display.ts";
import * as t from "../../mod.ts";

const PAGE = 640, LETTERS = 14;
/** Advance widths in units of the type, of letters as they stand and in bold. */
const PLAIN =
  "0.27' 0.28ijl 0.29IJ 0.32,.· 0.34/:;\\| 0.35f 0.36- 0.39()[]t 0.40!² 0.41r 0.46\" 0.50*_`– 0.52sz 0.53? 0.55c 0.56L 0.58Fkχ " +
  "0.59vxy 0.60P 0.61TYao 0.62e 0.63ESbdghnpquσρ 0.64$0123456789{} 0.66K 0.68AV 0.69BRXZ 0.70C 0.73U 0.75HN 0.77DG 0.78& 0.79OQ " +
  "0.82w 0.84#+<=>^~−× 0.86M 0.95% 0.97m 0.99W 1.00@…";
const STRONG =
  "0.31' 0.34ijl 0.37/IJ\\| 0.38,.· 0.40:; 0.42- 0.44f² 0.46!()[] 0.48t 0.49r 0.50_`– 0.52\"* 0.58?z 0.59c 0.60s 0.64L 0.65vxyχ 0.67ak " +
  "0.68EFTe 0.69o 0.70$0123456789 0.71hnu{} 0.72SYbdgpqρ 0.73CPZ 0.76B 0.77AKRVX 0.78σ 0.81U 0.82G 0.83D 0.84#+<=>HN^~−× 0.85OQ " +
  "0.87& 0.92w 1.00%@M… 1.04m 1.10W";
const SPACE = 0.32, OTHER = 0.7;

function widthsOf(listed: string): Map<string, number> {
  const letters = (entry: string) =>
    [...entry.slice(4)].map((letter): [string, number] => [letter, Number(entry.slice(0, 4))]);
  return new Map([[" ", SPACE], ...listed.split(" ").flatMap(letters)]);
}
const plain = widthsOf(PLAIN), strong = widthsOf(STRONG);
const em = (text: string, widths: Map<string, number>) =>
  [...text].reduce((sum, letter) => sum + (widths.get(letter) ?? OTHER), 0);

const entities: Record<string, string> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
};
const unescape = (html: string) => html.replace(/&(amp|lt|gt|quot|#39);/g, (entity) => entities[entity]);

/** Least width of one cell: its longest piece that the browser may not break, or what its style asks for, and the space around. */
function cellWidth(style: string, html: string, widths: Map<string, number>): number {
  const padding = Number(/padding:[\d.]+em ([\d.]+)em/.exec(style)![1]);
  const least = Number(/min-width:([\d.]+)em/.exec(style)?.[1] ?? 0);
  const pieces = html.split("<wbr>").map(unescape);
  const unbroken = /white-space:normal/.test(style) ? pieces.flatMap((piece) => piece.split(" ")) : pieces;
  return 2 * padding + Math.max(least, ...unbroken.map((piece) => em(piece, widths)));
}

/** Pixels that a table needs at least, with its header. */
function tableWidth(html: string): { pixels: number; header: string } {
  const size = /^<table style="[^"]*font-size:([\d.]+)em/.exec(html)?.[1] ?? 1;
  const columns: number[] = [];
  for (const [, row] of html.matchAll(/<tr[^>]*>(.*?)<\/tr>/gs)) {
    if (row.includes("colspan")) continue; // a sentence below its row, as wide as the table
    [...row.matchAll(/<t([hd]) style="([^"]*)">(.*?)<\/t[hd]>/gs)].forEach(([, tag, style, text], j) => {
      columns[j] = Math.max(columns[j] ?? 0, cellWidth(style, text, tag === "h" ? strong : plain));
    });
  }
  assert.ok(columns.length > 0, "a table has columns");
  const header = /<thead>.*?<\/thead>/s.exec(html)![0].replace(/<\/th>/g, " ").replace(/<[^>]*>/g, "");
  return { pixels: LETTERS * Number(size) * columns.reduce((sum, each) => sum + each, 0), header };
}

function tablesOf(shown: unknown) {
  const html = String((shown as { [DISPLAY](): MimeBundle })[DISPLAY]()["text/html"]);
  return [...html.matchAll(/<table .*?<\/table>/gs)].map(([table]) => tableWidth(table));
}

const sleep = await t.dataset("sleepstudy"), salamanders = await t.dataset("Salamanders");
const slopes = t.fit("Reaction ~ Days + (Days | Subject)", sleep);
const intercepts = t.fit("Reaction ~ Days + (1 | Subject)", sleep), line = t.fit("Reaction ~ Days", sleep);
const species = t.fit("count ~ mined * spp + (1 | site)", salamanders, { family: "poisson" });
const parts = t.fit("count ~ mined + DOP + (1 | site)", salamanders, {
  family: "nbinom2",
  zeroInflation: "~ mined",
  dispersion: "~ mined",
});
const rust = await t.dataset("yellow_rust"), seeds = await t.dataset("crowder_seeds");
const fungicides = t.fit("severity ~ fungicide + (1 | block)", rust, { family: "beta" });
const nested = t.fit(
  "testScore ~ bodyLength + (bodyLength | mountainRange) + (1 | siteUnique)",
  await t.dataset("dragons_1"),
  { family: "beta" },
);
const grades = t.fit(
  "grade ~ mined + cover + (1 | site)",
  salamanders.withColumns(t.pl.col("count").clip(0, 3).alias("grade")),
  { family: "cumulative" },
);
const models = { slopes, intercepts, line, species, parts, fungicides, nested, grades };
const of = (call: (model: t.Model) => unknown, which: readonly t.Model[] = Object.values(models)) =>
  which.map(call);
const mixed = [slopes, species, parts, fungicides, nested];
const simulated = [slopes, species, parts].map((model) => t.simulateResiduals(model, { n: 40, seed: 1 }));
const means = [
  t.emmeans(t.fit("cbind(germ, n - germ) ~ extract * gen", seeds, { family: "binomial" }), "~ extract * gen"),
  t.emmeans(species, "~ mined | spp"),
  t.emmeans(species, "~ spp", { type: "link" }),
  t.emmeans(grades, "~ mined"),
];
const csv = "a long name of a column,b\n1,x\n2,y\n";

/** Results of every kind, by its name. */
const RESULTS: Record<string, () => readonly unknown[] | Promise<readonly unknown[]>> = {
  explain: async () => [
    await t.explain("Reaction ~ Days + (Days | Subject)", sleep.lazy()),
    await t.explain("count ~ mined + (1 | site)", salamanders.lazy(), { family: "poisson" }),
  ],
  model: () => Object.values(models),
  anova: () => [...of((m) => t.anova(m), mixed), t.anova(slopes, { test: "F", df: "kenward-roger" })],
  augment: () => of((m) => t.augment(m)),
  assumptionTest: () => [t.nominalTest(grades), t.scaleTest(grades)],
  bootstrap: () => Promise.all([slopes, fungicides].map((m) => t.bootstrap(m, { n: 10, seed: 1 }))),
  bootstrapTest: async () => [await t.bootstrapTest(line, intercepts, { n: 5, seed: 1 })],
  compare:
    () => [t.anova(line, intercepts, slopes), t.anova({ "only intercepts": intercepts, correlated: slopes })],
  confint: () => of((m) => t.confint(m)),
  contrast: () => means.flatMap((m) => [t.pairs(m), t.contrast(m, "eff")]),
  datasets: () => [t.datasets()],
  description: () => [
    ...[salamanders, sleep, seeds].map((data) => t.describe(data)),
    t.describe(rust, "severity ~ fungicide"),
    t.describe(salamanders, "count + cover ~ mined + spp"),
  ],
  distributions: () => [
    t.distributions({ family: "tweedie", mean: 2, disp: 1, power: [1.3, 1.7] }, {
      family: "binomial",
      mean: 0.1,
      trials: 20,
    }),
  ],
  drop1: () => of((m) => t.drop1(m), [species, fungicides]),
  emmeans: () => [
    ...means,
    ...means.slice(0, 3).map((m) => t.cld(m)),
    t.emtrends(parts, "~ mined", { var: "DOP" }),
  ],
  familyAdvice:
    () => [t.adviseFamily("count ~ mined", salamanders), t.adviseFamily("severity ~ fungicide", rust)],
  fixef: () => of((m) => t.fixef(m)),
  glance: () => of((m) => t.glance(m)),
  icc: () => of((m) => t.icc(m), [slopes, species]),
  influence: () => of((m) => t.influence(m), [slopes, fungicides]),
  jointTests: () => of((m) => t.jointTests(m), mixed),
  links: () => [t.links()],
  look: () => [], // a figure
  meanVariance: () => [t.meanVariance(species, parts, { by: ["spp", "mined"] }), t.meanVariance(slopes)],
  modelCheck: () => of((m) => t.checkModel(m, { n: 40, seed: 1 }), [slopes, species, parts]),
  loadings: () => [t.loadings(t.fit("Reaction ~ Days + rr(Days | Subject, d = 1)", sleep))],
  modelEcho: () => of((m) => t.modelEcho(m)),
  modelSel: () => [t.modelSel(line, intercepts, slopes)],
  modelTable: () => [
    t.modelTable(line, intercepts, slopes, intercepts, line),
    t.modelTable(species, parts, fungicides),
    t.modelTable(line, intercepts, slopes, { statistic: "conf_int", layout: "beside" }),
  ],
  parameters: () => [t.compareParameters(line, intercepts, slopes)],
  predict: () => [...of((m) => t.predict(m)), t.predict(slopes, undefined, { interval: "prediction" })],
  predictionCheck: () => [
    ...of((m) => t.checkPredictions(m, { n: 40, seed: 1 }), [slopes, parts, fungicides]),
    t.checkPredictions(species, { by: ["spp", "mined"], n: 40, seed: 1 }),
  ],
  profile: () => of((m) => t.confint(m, { method: "profile" }), [slopes, line]),
  pwpp: () => means.slice(0, 3).map((m) => t.pwpp(m)),
  r2: () => of((m) => t.r2(m), mixed),
  ranef: () => of((m) => t.ranef(m)),
  read: async () => [await t.read(new TextEncoder().encode(csv))],
  readReport:
    async () => [(await t.read(new TextEncoder().encode(csv)) as unknown as { report: unknown }).report],
  residualTest: () => simulated.flatMap((r) => [t.testResiduals(r), t.testDispersion(r), t.testQuantiles(r)]),
  residuals: () => of((m) => t.residuals(m)),
  simulate: () => of((m) => t.simulate(m, { n: 12, seed: 1 }), [slopes, parts]),
  simulatedResiduals: () => simulated,
  tidy: () =>
    of((m) => t.tidy(m)).concat(of((m) => t.tidy(m, { exponentiate: true }), [species, parts, nested])),
  varCorr: () => of((m) => t.varCorr(m)),
  variogram: () => [t.variogram(slopes, { position: "Days", by: "Subject", n: 20 })],
  vif: () => of((m) => t.vif(m), [species]),
};

for (const [kind, make] of Object.entries(RESULTS)) {
  Deno.test(`tables are whole in 640 pixels: ${kind}`, async () => {
    for (const result of await make()) {
      for (const { pixels, header } of tablesOf(result)) {
        assert.ok(pixels <= PAGE + 1, `${Math.round(pixels)} pixels: ${header}`);
      }
    }
  });
}

Deno.test("tables are whole in 640 pixels: no kind of result is left out", async () => {
  const lib = new URL("../../lib/", import.meta.url), found = new Set<string>();
  async function* sources(folder: URL): AsyncGenerator<URL> {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      if (isDirectory) yield* sources(new URL(`${name}/`, folder));
      else yield new URL(name, folder);
    }
  }
  for await (const file of sources(lib)) {
    const text = (await Deno.readTextFile(file)).replace(/^ \*.*$/gm, "");
    for (const [, name] of text.matchAll(/result(?:Kind(?:<\w+>)?|Frame)\(\s*"(\w+)"/g)) found.add(name);
  }
  assert.deepEqual([...found].filter((name) => !Object.hasOwn(RESULTS, name)), []);
  assert.ok(found.size > 30);
});
