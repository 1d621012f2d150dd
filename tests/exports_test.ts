/**
 * Every public function, by a call of it that works: unknown options and unknown values of options are refused, and so is what
 * is no model where a model belongs. A function that is exported without a call here fails.
 */
import assert from "node:assert/strict";
import * as module from "../mod.ts";
import * as families from "../lib/model/families/mod.ts";

const { emmeans, fit, fitAsync, pl, saveModel, simulateResiduals } = module;
const rows = Array.from({ length: 36 }, (_, i) => i);
const data = pl.DataFrame({
  y: rows.map((i) => 2 + Math.sin(i * i) + 0.5 * (i % 6) + i / 20),
  count: rows.map((i) => (i * i) % 5),
  x: rows.map((i) => Math.cos(3 * i)),
  z: rows.map((i) => Math.sin(5 * i)),
  f: rows.map((i) => "abc"[Math.floor(i / 6) % 3]),
  g: rows.map((i) => `g${i % 6}`),
});
const model = fit("y ~ x + f + (1 | g)", data), smaller = fit("y ~ x + (1 | g)", data);
const counts = fit("count ~ x + z", data, { family: "poisson", zeroInflation: "~ 1" });
const graded = fit("count ~ x + f", data, { family: "cumulative" });
const means = emmeans(model, "~ f"), residuals = simulateResiduals(counts, { n: 20 });
const newdata = pl.DataFrame({ x: [0, 1], f: ["a", "b"], g: ["g1", "g2"] });
const weighed = data.withColumns(pl.lit(2).alias("w"));
const source = module.fromBlocks({ columns: weighed.columns, read: () => [weighed] });
const csv = new TextEncoder().encode("a,b\n1,2\n");
const ignore = () => undefined, signal = new AbortController().signal;

// deno-lint-ignore no-explicit-any
type Any = any;

/** A call that works. */
interface Call {
  readonly args: readonly Any[];
  /** Where the options stand among the arguments; none for a function without. */
  readonly at?: number;
  /** All options, each with a value that works. */
  readonly options?: Record<string, Any>;
  /** Options that may be any text. */
  readonly free?: readonly string[];
  /** How many arguments it takes; those above by default. */
  readonly takes?: number;
  /** Further arguments that are refused. */
  readonly wrong?: readonly (readonly Any[])[];
}

const ofModel: Call = { args: [model] }, alternative = "greater";
const bootstrapping = { n: 2, seed: 1, onProgress: ignore, signal, workers: 1 };
const grid = {
  by: "f",
  at: { x: 0 },
  weights: "equal",
  df: 10,
  component: "cond",
  average: "typical",
  averageOn: "link",
  offset: 0,
};
const sharing: Call = { args: [model], at: 1, options: { bootstrap: 2, level: 0.9, seed: 1 } };
const family: Call = { args: [], takes: 1, wrong: [["nonsense"], [3], [null], [{}]] };
const combinator: Call = { args: [module.poisson()], wrong: [["poisson"], [3], [null], [{}], [undefined]] };
const tabulating = {
  title: "A table",
  notes: ["A note."],
  columns: ["x"],
  labels: { x: "size" },
  digits: 2,
  pValues: "exact",
  rows: 10,
};
const written: Call = {
  args: [newdata],
  at: 1,
  options: tabulating,
  free: ["title", "notes", "label"],
  wrong: [
    [3],
    [null],
    [{}],
    [Promise.resolve(newdata)],
    [newdata, { columns: ["size"] }],
    [newdata, { labels: { nothing: "something" } }],
    [module.table(newdata), { digits: 2 }],
  ],
};
const contrasting = {
  adjust: "none",
  by: [],
  ref: 1,
  type: "link",
  level: 0.9,
  null: 0,
  delta: 0,
  side: ">",
};

const reduced = module.fit(
  "y ~ rr(0 + f | g, d = 1)",
  module.pl.DataFrame({
    y: Array.from({ length: 60 }, (_, i) => Math.sin(i % 20) * (1 + i % 3) + Math.cos(i * i)),
    f: Array.from({ length: 60 }, (_, i) => "abc"[i % 3]),
    g: Array.from({ length: 60 }, (_, i) => `g${i % 20}`),
  }),
);

const calls: Record<string, Call> = {
  ...Object.fromEntries(Object.keys(families).map((name) => [name, family])),
  adviseFamily: {
    args: ["count ~ x", data],
    at: 2,
    options: { weights: "count", offset: "x", contrasts: {}, levels: {}, missing: "omit", n: 5, seed: 1 },
    free: ["weights", "offset"],
  },
  above: { args: [means, means.plot()], takes: 2, wrong: [[], [3], [means, data], [model]] },
  aic: ofModel,
  aicc: ofModel,
  anova: {
    args: [model],
    at: 1,
    options: { type: 2, test: "F", df: "satterthwaite", component: "cond", containment: "all" },
    wrong: [[model, smaller, { type: 2 }], [model, 3], [model, Promise.resolve(smaller)], [model, {}, {}]],
  },
  augment: ofModel,
  beside: { args: [means, means.plot()], wrong: [[], [3], [means, data], [model]] },
  between: { args: [1, 2] },
  bivariate: { args: [{ value: null, d1: [], d2: [], d3: [] }] },
  bic: ofModel,
  bootstrap: { args: [model], at: 1, options: { ...bootstrapping, statistic: () => ({ a: 1 }) } },
  icar: {
    args: [{ a: ["b"], b: ["a"] }],
    at: 1,
    options: { scaled: true },
    wrong: [[3], [{ a: ["b"] }], [null]],
  },
  pedigree: {
    args: [pl.DataFrame({ animal: ["c"], father: ["a"], mother: ["b"] })],
    at: 1,
    options: { id: "animal", sire: "father", dam: "mother" },
    free: ["id", "sire", "dam"],
    wrong: [[3], [newdata], [Promise.resolve(newdata)]],
  },
  phylogeny: {
    args: ["(a:1,b:2);"],
    at: 1,
    options: { scale: false },
    wrong: [[3], ["(a:1"], [""], [newdata]],
  },
  bootstrapTest: {
    args: [smaller, model],
    at: 2,
    options: bootstrapping,
    wrong: [[smaller, 3], [smaller, fitAsync]],
  },
  checkModel: { args: [counts], at: 1, options: { n: 20, seed: 1 } },
  checkPredictions: { args: [counts], at: 1, options: { by: ["f"], n: 20, seed: 1 } },
  cld: { args: [means], at: 1, options: { adjust: "none", alpha: 0.1, reversed: true } },
  compareParameters: {
    args: [model, smaller],
    wrong: [[], [model, 3], [{ a: 3 }], [Promise.resolve(model)], [{ M2: model }, smaller]],
  },
  compose: {
    args: [{ panels: [{ plot: module.Plot.plot() }], caption: ["A caption."] }, {}],
    wrong: [[{ panels: [{ plot: 3 }], caption: [] }]],
  },
  confint: {
    args: [model],
    at: 1,
    options: { method: "wald", level: 0.9, terms: ["x"], draws: data, exponentiate: false },
  },
  contrast: {
    args: [means, "pairwise"],
    at: 2,
    options: contrasting,
    wrong: [[means, "pairwse"], [means, 3]],
  },
  dataGrid: {
    args: [data, { x: true }],
    at: 2,
    options: { by: ["g"] },
    wrong: [[data, null], [data, { xx: true }], [3, {}]],
  },
  dataset: { args: ["sleepstudy"], wrong: [["nope"], [3], []] },
  datasets: { args: [] },
  describe: { args: [data, "y ~ f"], wrong: [[3], [data, 3], [data, "y ~ nope"], [data, "y"], [model]] },
  deviance: ofModel,
  dfResidual: ofModel,
  nominalTest: { args: [graded], at: 1, options: { terms: "x", method: "brant" } },
  scaleTest: { args: [graded], at: 1, options: { terms: "x" } },
  drop1: { args: [model], at: 1, options: { effects: "fixed" } },
  effSize: { args: [means], at: 1, options: { sigma: 1, edf: 10, method: "pairwise", level: 0.9 } },
  distributions: {
    args: [{ family: "gamma", mean: [1, 2], disp: 4 }, { family: module.binomial(), mean: 0.5, trials: 9 }],
    wrong: [
      [],
      [3],
      [null],
      [{}],
      [{ family: "gama", mean: 1, disp: 1 }],
      [{ family: "gamma", mean: 1 }],
      [{ family: "gamma", disp: 1 }],
      [{ family: "gamma", mean: 1, disp: 1, shape: 2 }],
      [{ family: "gamma", mean: -1, disp: 1 }],
      [{ family: "gamma", mean: [], disp: 1 }],
      [{ family: "gamma", mean: [2, 2], disp: 1 }],
      [{ family: "beta", mean: 1, disp: 1 }],
      [{ family: "binomial", mean: 0.5, trials: 1.5 }],
      [{ family: "cumulative", mean: 1 }],
      [{ family: "poisson", mean: "2" }],
      [{ family: "poisson", mean: NaN }],
    ],
  },
  dispersionPart: { args: [{ meaning: "spread", start: () => 0 }] },
  emmeans: {
    args: [model, "~ f"],
    at: 2,
    options: { ...grid, by: [], type: "link", level: 0.9, adjust: "none", biasAdjust: false, contrasts: {} },
    wrong: [[model], [model, "~ nope"]],
  },
  emtrends: {
    args: [model, "~ f"],
    at: 2,
    options: { ...grid, by: [], var: "x", type: "link", level: 0.9, adjust: "none" },
    wrong: [[model, "~ f", {}]],
  },
  effectPlot: {
    args: [model, { x: module.range(3) }],
    at: 2,
    options: {
      type: "response",
      randomEffects: "none",
      level: 0.9,
      newLevels: "error",
      width: 500,
      points: true,
    },
    wrong: [[model, null], [model, { xx: true }], [model, data]],
  },
  emmip: {
    args: [model, "~ f"],
    at: 2,
    options: { ...grid, by: [], type: "link", level: 0.9, adjust: "none", biasAdjust: false, contrasts: {} },
    wrong: [[model], [model, "f"], [model, "f ~ f ~ f"], [model, 3]],
  },
  equation: { args: [model], at: 1, options: { estimates: true, digits: 3 } },
  expandGrid: { args: [{ a: [1] }], wrong: [[null], [{ a: 1 }], [data]] },
  fit: {
    args: ["y ~ x + f", data],
    at: 2,
    options: {
      family: "gaussian",
      dispersion: "~ 1",
      weights: "count",
      offset: "z",
      reml: false,
      quadrature: 1,
      contrasts: { f: "sum" },
      levels: { f: "b" },
      missing: "omit",
      control: { maxEvaluations: 100, tolerance: 1e-8, threads: 2, crossed: "exact", onProgress: ignore },
    },
    wrong: [
      [3, data],
      ["y ~ x", Promise.resolve(data)],
      ["y ~ x", model],
      ["y ~ x", data, { control: { maxit: 3 } }],
      [
        "y ~ x",
        data,
        { control: { maxEvaluations: 0.5 } },
      ],
      ["y ~ x", data, { zeroInflation: 0 }],
      ["y ~ x", data, { levels: { f: [["a"]] } }],
    ],
  },
  fitAsync: { args: ["y ~ x", data], at: 2, options: { reml: false, onProgress: ignore, signal } },
  explain: {
    args: ["y ~ f + (1 | g)", data.lazy()],
    at: 2,
    options: {
      family: "gaussian",
      weights: { frequency: "count" },
      offset: "x",
      levels: { f: ["b", "a", "c"] },
      missing: "fail",
      onQuery: ignore,
      signal,
    },
    wrong: [
      [3, data.lazy()],
      ["y ~ f"],
      ["y ~ f", data],
      ["y ~ f", source],
      ["y ~ f", data.lazy(), { table: "rows" }],
      ["y ~ zz", data.lazy()],
    ],
  },
  fitFrom: {
    args: ["y ~ f + (1 | g)", source],
    at: 2,
    options: {
      family: "gaussian",
      weights: { precision: "w" },
      offset: "x",
      reml: false,
      contrasts: { f: "sum" },
      levels: { f: ["b", "a", "c"] },
      missing: "fail",
      control: { maxEvaluations: 100 },
      onQuery: ignore,
      signal,
    },
    wrong: [
      [3, source],
      ["y ~ f"],
      ["y ~ f", data],
      ["y ~ f", Promise.resolve(source)],
      ["y ~ f", {}],
      ["count ~ f", source, { family: "poisson" }],
    ],
  },
  augmentFrom: {
    args: [model, source],
    at: 2,
    options: { block: 100, columns: ["x"], onQuery: ignore, signal },
    wrong: [[3, source], [model, source, { block: 0 }], [model, source, { columns: "x" }]],
  },
  sampleFrom: {
    args: [model, source],
    at: 2,
    options: { rows: 10, seed: 1, columns: ["x"], onQuery: ignore, signal },
    wrong: [[3, source], [model], [model, {}], [model, source, { rows: 0 }], [model, source, {
      table: "rows",
    }]],
  },
  fitted: ofModel,
  fixef: ofModel,
  fromBlocks: {
    args: [{ columns: ["y"], read: () => [{ y: [1, 2] }] }],
    wrong: [[], [null], [3], [data], [{ columns: ["y"] }], [{ columns: "y", read: ignore }]],
  },
  glance: ofModel,
  hurdle: combinator,
  icc: sharing,
  influence: { args: [model], at: 1, options: { group: "g", onProgress: ignore } },
  jointTests: { args: [model], at: 1, options: { ...grid, by: [], at: { x: [0, 1] } } },
  links: {
    args: ["logit", module.gamma("inverse").link],
    wrong: [["lgit"], [3], [null], [{}], ["log", "log"]],
  },
  loadModel: { args: [saveModel(model)], wrong: [[model], [3], ["{}"], ["nonsense"]] },
  logLik: ofModel,
  modelEcho: ofModel,
  look: {
    args: [data, "y ~ x | f"],
    at: 2,
    options: { width: 300, color: { range: ["teal", "orange"] } },
    wrong: [[3, "y ~ x"], [data, 3], [data, "y ~ nope"], [data, "y"], [data, "y ~ x + f + g"], [
      model,
      "y ~ x",
    ]],
  },
  meanVariance: {
    args: [model, smaller],
    at: 2,
    options: { by: "f" },
    wrong: [
      [],
      [model, 3],
      [{ a: 3 }],
      [Promise.resolve(model)],
      [model, counts],
      [{ M2: model }, smaller],
      [model, { by: "nope" }],
    ],
  },
  modelSel: { args: [model, smaller], wrong: [[], [model, 3], [{ a: 3 }], [Promise.resolve(model)]] },
  modelTable: {
    args: [counts, smaller],
    at: 2,
    options: {
      names: ["a", "b"],
      statistic: "conf_int",
      layout: "beside",
      stars: true,
      exponentiate: false,
      effects: "fixed",
      gof: ["aic"],
      level: 0.9,
      df: "asymptotic",
    },
    wrong: [
      [],
      [model, 3],
      [{ a: 3 }],
      [Promise.resolve(model)],
      [model, { exponentiate: true }],
      [model, smaller, { names: ["a"] }],
      [model, smaller, { names: ["a", "a"] }],
      [model, { names: ["term"] }],
    ],
  },
  meanFamily: { args: [{ link: { name: "identity" }, parts: [], scale: "identity" }] },
  meanPart: { args: [{ name: "identity" }, "identity", [-Infinity, Infinity]] },
  ontoFromMean: { args: [() => {}] },
  powerLink: { args: [0.5], wrong: [[NaN], ["x"]] },
  pair: { args: [1, 0] },
  part: { args: [{ name: "shape" }] },
  requireSupport: { args: ["mine", { name: "y", y: [], trials: null }, [], () => true, "anything"] },
  resolveLink: { args: ["log", "mine", "log"], wrong: [["no such link", "mine", "log"]] },
  triple: { args: [1, 0, 0] },
  nobs: ofModel,
  pairs: { args: [means], at: 1, options: contrasting },
  panelOptions: { args: [{ width: 300 }, {}, []] },
  plot: {
    args: [means, "emmeans"],
    at: 2,
    options: { width: 500, title: "Means" },
    free: ["title"],
    wrong: [[3], [null], [means, "nope"], [newdata]],
  },
  predict: {
    args: [model, newdata],
    at: 2,
    options: {
      type: "response",
      randomEffects: "none",
      average: "typical",
      interval: "confidence",
      level: 0.9,
      newLevels: "error",
    },
    wrong: [[model, 3], [model, Promise.resolve(newdata)], [model, newdata, { trials: 0 }]],
  },
  pwpp: { args: [means], at: 1, options: { adjust: "none", by: [] }, wrong: [[data], [3]] },
  r2: sharing,
  loadings: { args: [reduced], wrong: [[3], [null], [model]] },
  ranef: { args: [model], at: 1, options: { condVar: "joint" } },
  range: { args: [3], wrong: [[1], ["3"], [NaN]] },
  read: {
    args: [csv],
    at: 1,
    options: {
      separator: ",",
      decimal: ".",
      missing: ["NA"],
      types: { a: "text" },
      levels: { b: [2] },
      dates: "day-first",
    },
    wrong: [[3], [null]],
  },
  recalculateResiduals: { args: [residuals], at: 1, options: { group: "g" } },
  refit: { args: [model], at: 1, options: { formula: "y ~ x", options: { reml: false }, data } },
  report: ofModel,
  residuals: { args: [model], at: 1, options: { type: "pearson" } },
  residualsFromSimulations: {
    args: [],
    at: 0,
    options: {
      simulated: [[1, 2], [2, 3], [0, 1]],
      observed: [1, 2],
      fitted: [1, 2],
      integer: true,
      seed: 1,
      data: data.head(2),
    },
  },
  saveModel: ofModel,
  setSeed: { args: [1], wrong: [[0.5], ["a"], []] },
  sigma: ofModel,
  save: {
    args: [means, `${Deno.makeTempDirSync()}/means.svg`],
    at: 2,
    options: { width: "85mm", dpi: 600, theme: "dark" },
    wrong: [
      [means, "means.gif"],
      [means, 3],
      [means, "/no such folder/means.svg"],
      [data, "data.svg"],
      [means, "means.svg", { width: "85" }],
      [means, "means.svg", { width: 0 }],
    ],
  },
  simulate: {
    args: [model],
    at: 1,
    options: { n: 2, seed: 1, randomEffects: "unconditional", onProgress: ignore },
  },
  simulateResiduals: {
    args: [counts],
    at: 1,
    options: {
      n: 80,
      seed: 1,
      randomEffects: "conditional",
      refit: false,
      rotation: "estimated",
      onProgress: ignore,
    },
  },
  simulateResidualsAsync: {
    args: [counts],
    at: 1,
    options: { n: 3, seed: 1, randomEffects: "conditional", onProgress: ignore, signal, workers: 1 },
  },
  cumulative: {
    args: ["probit"],
    at: 1,
    options: { thresholds: "symmetric" },
    wrong: [["nonsense"], [3], [null], [{}]],
  },
  studentT: {
    args: [],
    at: 0,
    options: { df: 3, link: "log" },
    wrong: [["nonsense"], [3], [{ link: null }]],
  },
  summary: ofModel,
  testCategorical: { args: [residuals], at: 1, options: { x: "f" }, wrong: [[residuals, {}]] },
  testDispersion: { args: [residuals], at: 1, options: { alternative, type: "simulated" } },
  testGeneric: {
    args: [residuals],
    at: 1,
    options: { summary: (y: Float64Array) => Math.max(...y), alternative, name: "largest" },
    free: ["name"],
    wrong: [[residuals], [residuals, {}]],
  },
  testOutliers: { args: [residuals], at: 1, options: { alternative, margin: "both", type: "binomial" } },
  testQuantiles: { args: [residuals], at: 1, options: { x: "x", quantiles: [0.5], calibrated: false } },
  testResiduals: { args: [residuals], wrong: [[data], [3], [null]] },
  testSpatialAutocorrelation: { args: [residuals], at: 1, options: { x: "x", y: "z", alternative } },
  testTemporalAutocorrelation: { args: [residuals], at: 1, options: { time: "x", alternative } },
  testUniformity: { args: [residuals], at: 1, options: { alternative } },
  testZeroInflation: { args: [residuals], at: 1, options: { alternative } },
  tidy: {
    args: [model],
    at: 1,
    options: { effects: "fixed", level: 0.9, df: "satterthwaite", exponentiate: false },
  },
  truncated: { ...combinator, takes: 2 },
  tweedie: {
    args: [],
    at: 0,
    options: { power: 1.5, link: "log" },
    wrong: [["nonsense"], [3], [{ link: null }], [{ power: 2 }]],
  },
  varCorr: ofModel,
  variogram: {
    args: [model],
    at: 1,
    options: {
      position: "x",
      by: "g",
      residuals: "pearson",
      distance: "euclidean",
      bins: 3,
      maxDistance: 9,
      n: 5,
      seed: 2,
      level: 0.9,
    },
    wrong: [[model], [model, {}], [3, { position: "x" }]],
  },
  vcov: { args: [model], at: 1, options: { component: "cond" } },
  vif: { args: [model], at: 1, options: { component: "cond" } },
  withFigure: {
    args: [newdata, { options: {}, draw: () => ({ outerHTML: "<svg></svg>" }) }, {}],
    wrong: [[3, { options: {}, draw: () => 3 }], [means, () => 3], [means, { options: {} }], [means]],
  },
  table: written,
  toDocx: written,
  toHtml: written,
  toLatex: { ...written, options: { ...tabulating, label: "tab:sizes" } },
  toMarkdown: written,
  toTypst: { ...written, options: { ...tabulating, label: "sizes" } },
  oneInflated: {
    args: [module.beta()],
    wrong: [["beta"], [3], [null], [{}], [undefined], [module.poisson()]],
  },
  zeroInflated: combinator,
};

/** For those who write families and links, in files with types: no checks in their inner loops. */
const BUILDING_BLOCKS = new Set([
  ...["between", "bivariate", "dispersionPart", "meanFamily", "meanPart", "ontoFromMean", "pair", "part"],
  ...["requireSupport", "resolveLink", "triple"],
]);
/** They take any number of models. */
const ANY_NUMBER = new Set([
  ...["above", "anova", "beside", "compareParameters", "distributions", "links", "meanVariance", "modelSel"],
  "modelTable",
]);

/** What comes from R, or from a slip of the fingers: function, option given, ours. */
const meant: readonly (readonly [string, string, string])[] = [
  ["fit", "ziformula", "zeroInflation"],
  ["fit", "coi", "oneInflation"],
  ["fit", "dispformula", "dispersion"],
  ["fit", "REML", "reml"],
  ["fit", "nAGQ", "quadrature"],
  ["fit", "na.action", "missing"],
  ["fit", "famly", "family"],
  ["fitAsync", "progress", "onProgress"],
  ["predict", "re.form", "randomEffects"],
  ["predict", "reForm", "randomEffects"],
  ["predict", "re_formula", "randomEffects"],
  ["predict", "allow.new.levels", "newLevels"],
  ["predict", "se.fit", "interval"],
  ["predict", "conf.level", "level"],
  ["predict", "new_levels", "newLevels"],
  ["confint", "metod", "method"],
  ["confint", "parm", "terms"],
  ["confint", "nsim", "draws"],
  ["simulate", "nsim", "n"],
  ["simulate", "re.form", "randomEffects"],
  ["simulateResiduals", "nsim", "n"],
  ["simulateResidualsAsync", "nSim", "n"],
  ["bootstrap", "nsim", "n"],
  ["bootstrap", "FUN", "statistic"],
  ["bootstrap", "ncpus", "workers"],
  ["bootstrapTest", "nsim", "n"],
  ["checkModel", "nsim", "n"],
  ["emmeans", "tpe", "type"],
  ["emmeans", "lmer.df", "df"],
  ["emmeans", "transform", "type"],
  ["emmeans", "conf.level", "level"],
  ["emtrends", "mode", "df"],
  ["contrast", "p.adjust", "adjust"],
  ["pairs", "reference", "ref"],
  ["cld", "reverse", "reversed"],
  ["anova", "ddf", "df"],
  ["anova", "test.statistic", "test"],
  ["tidy", "conf.level", "level"],
  ["read", "sep", "separator"],
  ["read", "dec", "decimal"],
  ["read", "na.strings", "missing"],
  ["read", "colClasses", "types"],
  ["testQuantiles", "predictor", "x"],
  ["testCategorical", "catPred", "x"],
  ["testGeneric", "fun", "summary"],
  ["testSpatialAutocorrelation", "X", "x"],
];

const functions = Object.entries(module).filter(([, value]) => typeof value === "function") as [
  string,
  (...args: Any[]) => unknown,
][];

/** Asserts that a call is refused by an error that the module made, in the words wanted. */
async function refused(what: string, call: () => unknown, words: RegExp = /./) {
  let error: unknown = null;
  try {
    await call();
  } catch (thrown) {
    error = thrown;
  }
  assert.ok(error !== null, `${what} is not refused`);
  const text = String(error);
  assert.match(text, /^(SyntaxError|TypeError|RangeError): /, what);
  assert.doesNotMatch(
    text,
    /is not a function|undefined \(reading|null \(reading|not iterable|'in' operator|Cannot convert/,
    what,
  );
  assert.match(text, words, what);
}

for (const [name, run] of functions) {
  Deno.test(`exports: ${name}`, async (test) => {
    const call = calls[name];
    assert.ok(call !== undefined, `${name} has no example call in tests/exports_test.ts`);
    const { args, at, options = {}, free = [], wrong = [] } = call;
    const first = args[0],
      given = (changes: Any) => at === undefined ? args : [...args.slice(0, at), changes];
    await test.step("the call works", async () => void await run(...given(options)));
    await test.step("unknown options", async () => {
      if (at === undefined) return;
      await refused("an unknown option", () => run(...given({ ...options, colour: 1 })), /colour/);
      for (const no of [null, 3, "text", ["a"]]) {
        if (name === "anova" && no === 3) continue;
        await refused(`options ${no}`, () => run(...given(no)));
      }
    });
    await test.step("unknown values", async () => {
      for (const option of Object.keys(options)) {
        for (const bad of [Symbol("x"), NaN, "no such word"]) {
          if (bad === "no such word" && free.includes(option)) continue;
          await refused(`${option}: ${String(bad)}`, () => run(...given({ ...options, [option]: bad })));
        }
      }
    });
    await test.step("something else in the first place", async () => {
      if (
        first !== model && first !== graded && first !== counts && first !== smaller && first !== means &&
        first !== residuals
      ) return;
      const promise = Promise.resolve(first);
      await refused("a promise", () => run(promise, ...args.slice(1), options), /await/);
      for (const no of [undefined, null, 3, "text", {}, [], data]) {
        await refused(`a ${no}`, () => run(no, ...args.slice(1), options));
      }
    });
    await test.step("one argument too many", async () => {
      if (BUILDING_BLOCKS.has(name) || ANY_NUMBER.has(name)) return;
      const usual = at === undefined ? args : given(options), most = call.takes ?? usual.length;
      const all = Array.from({ length: most }, (_, i) => usual[i]);
      for (const more of [{ level: 0.9 }, "text", 3, model]) {
        await refused(`a further ${describe(more)}`, () => run(...all, more), /it takes /);
      }
    });
    for (const no of wrong) {
      await test.step(`wrong arguments (${no.map(describe)})`, () => refused("that", () => run(...no)));
    }
  });
}

for (const [name, given, ours] of meant) {
  Deno.test(`exports: ${name}, "${given}" means "${ours}"`, async () => {
    const { args, at } = calls[name], run = (module as Any)[name];
    await refused(
      given,
      () => run(...args.slice(0, at), { [given]: 1 }),
      new RegExp(`did you mean "${ours}"`),
    );
  });
}

Deno.test("exports: an argument too many says where that is; what Array.map passes is none", async () => {
  const fitted = module.fitted as Any, { aic, summary, range } = module as Any;
  await refused("re.form", () => fitted(model, { "re.form": NaN }), /predict\(.*randomEffects: "none"/);
  await refused("a second model", () => aic(smaller, model), /modelSel\(a, b\)/);
  await refused("ddf", () => summary(model, { ddf: "Satterthwaite" }), /tidy\(model, \{ df/);
  await refused("to", () => range(5, 10), /\[0, 5, 10\]/);
  assert.deepEqual([smaller, model].map(aic), [aic(smaller), aic(model)]);
});

Deno.test("exports: what has no counterpart says what to do", async () => {
  await refused(
    "exponentiate",
    () => emmeans(model, "~ f", { exponentiate: true } as Any),
    /type: "response"/,
  );
  await refused("subset", () => fit("y ~ x", data, { subset: 1 } as Any), /data\.filter/);
});

function describe(value: unknown): string {
  return typeof value === "object" && value !== null ? value.constructor?.name ?? "object" : String(value);
}
