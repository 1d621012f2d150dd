/** Hostile calls after the fit: new data, options, and results that are not what a function needs. */
import * as module from "../../mod.ts";
import * as D from "./data.ts";
import { testCalls } from "./run.ts";

// deno-lint-ignore no-explicit-any
const G = module as any;
const { data } = D, { pl } = G;
const m = G.fit("y ~ x + f + (1 | g)", data),
  mp = G.fit("count ~ x + poly(z, 2)", data, { family: "poisson" });
const ml = G.fit("y ~ log(positive)", data),
  mb = G.fit("cbind(hits, trials - hits) ~ x", data, { family: "binomial" });
const simulated = G.simulateResiduals(mp, { n: 20 });
// deno-lint-ignore no-explicit-any
const frame = (columns: Record<string, any>): any => pl.DataFrame(columns);
// deno-lint-ignore no-explicit-any
const row = (changes: Record<string, any> = {}) => frame({ x: [0.1], f: ["a"], g: ["g1"], ...changes });

testCalls("calls", [
  [
    "predict no x",
    () => G.predict(m, frame({ f: ["a"], g: ["g1"] })),
    'RangeError: Cannot predict: the new data lack the column "x", which the model needs; dataGrid(model, { f: true, g: true }) makes',
  ],
  [
    "predict misspelt",
    () => G.predict(m, frame({ xx: [1], f: ["a"], g: ["g1"] })),
    'RangeError: Cannot find column "x" in the new data: they have "xx"; did you mean "x"?',
  ],
  [
    "predict no f",
    () => G.predict(m, frame({ x: [1], g: ["g1"] })),
    'RangeError: Cannot predict: the new data lack the column "f", which the model needs; dataGrid(model, { x: true, g: true }) makes',
  ],
  ["no g", () => G.predict(m, frame({ x: [1], f: ["a"] })), "value"],
  [
    "new f",
    () => G.predict(m, row({ f: ["zzz"] })),
    'RangeError: Cannot predict for f = "zzz" (row 0 of the new data): the levels in the fit are "a", "b", "c"',
  ],
  [
    "new g",
    () => G.predict(m, row({ g: ["new"] })),
    'RangeError: Cannot predict for the new level "new" of g: the model has not seen it; use newLevels: "population" for the typic',
  ],
  ["new g pop", () => G.predict(m, row({ g: ["new"] }), { newLevels: "population" }), "value"],
  ["null x", () => G.predict(m, row({ x: pl.Series("x", [null], pl.Float64) })), "value"],
  ["NaN x", () => G.predict(m, row({ x: [NaN] })), "value"],
  [
    "Inf x",
    () => G.predict(m, row({ x: [Infinity] })),
    'RangeError: Cannot use column "x": row 0 is Infinity, but values must be finite',
  ],
  [
    "text x",
    () => G.predict(m, row({ x: ["0.1"] })),
    'TypeError: Cannot compute x as in the fit: it needs numbers, but is given a factor with levels "0.1"; it looks like numbers:',
  ],
  ["bool x", () => G.predict(m, row({ x: [true] })), "value"],
  [
    "number f",
    () => G.predict(m, row({ f: [1] })),
    'RangeError: Cannot predict for f = "1" (row 0 of the new data): the levels in the fit are "a", "b", "c"',
  ],
  ["null f", () => G.predict(m, row({ f: pl.Series("f", [null], pl.String) })), "value"],
  ["null g", () => G.predict(m, row({ g: pl.Series("g", [null], pl.String) })), "value"],
  [
    "date x",
    () => G.predict(m, row({ x: [new Date(0)] })),
    'TypeError: Cannot compute x as in the fit: it needs numbers, but is given a factor with levels "1970-01-01 00:00:00"; make it',
  ],
  [
    "list x",
    () => G.predict(m, row({ x: [[1]] })),
    'TypeError: Cannot use column "x": its type is List; give each value a row of its own: data.explode("x")',
  ],
  ["empty newdata", () => G.predict(m, row().head(0)), "value"],
  [
    "no columns",
    () => G.predict(m, frame({})),
    'RangeError: Cannot predict: the new data lack the columns "x", "f", which the model needs; dataGrid(model, { x: true }) makes',
  ],
  [
    "array",
    () => G.predict(m, []),
    "TypeError: Cannot read the data: they must be a polars DataFrame, but are an array; make a data frame of its records: pl.read",
  ],
  [
    "description of a grid",
    () => G.predict(m, { x: [1] }),
    "value",
  ],
  [
    "null",
    () => G.predict(m, null),
    "TypeError: Cannot read the data: they must be a polars DataFrame, but are null; pass a polars data frame",
  ],
  [
    "options in place of newdata",
    () => G.predict(m, { type: "link" }),
    "TypeError: Cannot use predict(): options stand where the new data belong; for the rows of the fit write predict(model, undefined, { type: … })",
  ],
  [
    "promise",
    () => G.predict(m, Promise.resolve(row())),
    "TypeError: Cannot read the data: they must be a polars DataFrame, but are a promise; wait for it: write await before it, as i",
  ],
  [
    "log of negative",
    () => G.predict(ml, frame({ positive: [-1] })),
    "RangeError: Cannot use log(positive): row 0 is NaN (positive = -1), but values must be finite",
  ],
  [
    "log of 0",
    () => G.predict(ml, frame({ positive: [0] })),
    "RangeError: Cannot use log(positive): row 0 is -Infinity (positive = 0), but values must be finite",
  ],
  [
    "zprob none",
    () => G.predict(m, row(), { type: "zprob" }),
    'RangeError: Cannot predict type: "zprob", the model has no zero inflation (option zeroInflation of fit)',
  ],
  [
    "disp none",
    () => G.predict(mp, undefined, { type: "disp" }),
    'RangeError: Cannot predict type: "disp", family "poisson" has no dispersion parameter',
  ],
  [
    "type",
    () => G.predict(m, row(), { type: "mean" }),
    'RangeError: Cannot use type: "mean", known are "response", "link", "conditional", "zprob", "zlink", "oprob", "olink", "disp" (in predict())',
  ],
  [
    "interval",
    () => G.predict(m, row(), { interval: "both" }),
    'RangeError: Cannot use interval: "both", known are "confidence", "prediction", "none" (in predict())',
  ],
  [
    "level 95",
    () => G.predict(m, row(), { level: 95 }),
    "RangeError: Cannot use level: 95, it should be between 0 and 1, for instance 0.95 (in predict())",
  ],
  [
    "level 0",
    () => G.predict(m, row(), { level: 0 }),
    "RangeError: Cannot use level: 0, it should be between 0 and 1, for instance 0.95 (in predict())",
  ],
  [
    "level text",
    () => G.predict(m, row(), { level: "0.9" }),
    'TypeError: Cannot use level: it is "0.9", it should be between 0 and 1, for instance 0.95 (in predict())',
  ],
  [
    "re nope",
    () => G.predict(m, row(), { randomEffects: "~ (1 | nope)" }),
    "RangeError: Cannot use the term (1 | nope) in randomEffects: the model's random terms are (1 | g)",
  ],
  [
    "re word",
    () => G.predict(m, row(), { randomEffects: "some" }),
    'RangeError: Cannot use randomEffects: "some", it should be "all", "none", or random terms such as "~ (1 | site)"',
  ],
  [
    "re slope",
    () => G.predict(m, row(), { randomEffects: "~ (0 + x | g)" }),
    "RangeError: Cannot use the term (0 + x | g) in randomEffects: the model's random terms are (1 | g)",
  ],
  [
    "trials gaussian",
    () => G.predict(m, row(), { trials: 5 }),
    'RangeError: Cannot use trials: they belong to prediction intervals, write interval: "prediction" too',
  ],
  [
    "trials 0",
    () => G.predict(mb, undefined, { trials: 0 }),
    "RangeError: Cannot use trials: 0, it should be a whole number, 1 or more (in predict())",
  ],
  [
    "prediction on link",
    () => G.predict(m, row(), { interval: "prediction", type: "link" }),
    'RangeError: Cannot make prediction intervals with type: "link", they are on the scale of the response',
  ],
  [
    "population and all",
    () => G.predict(m, row(), { average: "population" }),
    'RangeError: Cannot average over the groups and hold their effects: use randomEffects: "none" with average: "population"',
  ],
  ["column named estimate", () => G.predict(m, row({ estimate: [1] })), "value"],
  ["column named plot", () => G.predict(m, row({ plot: [1] })), "value"],
  [
    "se.fit",
    () => G.predict(m, row(), { "se.fit": true }),
    'RangeError: Cannot use option "se.fit" in predict(): its options are "type", "randomEffects", "average", "interval", "level",',
  ],
  [
    "emmeans nope",
    () => G.emmeans(m, "~ nope"),
    'RangeError: Cannot find "nope" of the specs: the predictors of the model are "x", "f"',
  ],
  ["emmeans x", () => G.emmeans(m, "~ x"), "value"],
  [
    "emmeans g",
    () => G.emmeans(m, "~ g"),
    'RangeError: Cannot find "g" of the specs: the predictors of the model are "x", "f"',
  ],
  [
    "emmeans empty",
    () => G.emmeans(m, ""),
    'RangeError: Cannot find "" of the specs: the predictors of the model are "x", "f"',
  ],
  ["emmeans ~", () => G.emmeans(m, "~"), "SyntaxError: Cannot read specs: a factor's name should follow"],
  [
    "emmeans 3",
    () => G.emmeans(m, 3),
    'TypeError: Cannot read specs: they are 3, they should be a formula such as "~ a | b", a name or names',
  ],
  [
    "at nope",
    () => G.emmeans(m, "~ f", { at: { nope: 1 } }),
    'RangeError: Cannot set "nope" in at: the predictors are "x", "f"',
  ],
  [
    "at text",
    () => G.emmeans(m, "~ f", { at: { x: "high" } }),
    'TypeError: Cannot set "x" in at: "high" is not a number, and "x" is numeric',
  ],
  [
    "at NaN",
    () => G.emmeans(m, "~ f", { at: { x: NaN } }),
    'RangeError: Cannot set "x" in at: NaN is not a finite number',
  ],
  [
    "at Inf",
    () => G.emmeans(m, "~ f", { at: { x: Infinity } }),
    'RangeError: Cannot set "x" in at: Infinity is not a finite number',
  ],
  [
    "at empty",
    () => G.emmeans(m, "~ f", { at: { x: [] } }),
    'TypeError: Cannot set "x" in at: it is [], it should be a list of values such as { x: [1, 2] } or range(n)',
  ],
  [
    "at level",
    () => G.emmeans(m, "~ f", { at: { f: ["a", "zz"] } }),
    'RangeError: Cannot set "f" in at: "zz" is not one of its levels "a", "b", "c"',
  ],
  [
    "at twice",
    () => G.emmeans(m, "~ f", { at: { x: [1, 1] } }),
    'RangeError: Cannot set "x" in at: 1 is listed twice',
  ],
  [
    "at range of factor",
    () => G.emmeans(m, "~ f", { at: { f: G.range(3) } }),
    'RangeError: Cannot take a range of "f" in at: it is a factor; list levels instead',
  ],
  [
    "at array",
    () => G.emmeans(m, "~ f", { at: [1] }),
    "TypeError: Cannot use at: it is an array, it should be an object (in emmeans())",
  ],
  [
    "weights neg",
    () => G.emmeans(m, "~ 1", { weights: [-1, 1, 1] }),
    "RangeError: Cannot average with 3 weights: they should be 3 numbers >= 0, one for each combination of f (a, b, c)",
  ],
  [
    "weights length",
    () => G.emmeans(m, "~ 1", { weights: [1, 1] }),
    "RangeError: Cannot average with 2 weights: they should be 3 numbers >= 0, one for each combination of f (a, b, c)",
  ],
  [
    "weights NaN",
    () => G.emmeans(m, "~ 1", { weights: [NaN, 1, 1] }),
    "RangeError: Cannot average with 3 weights: they should be 3 numbers >= 0, one for each combination of f (a, b, c)",
  ],
  [
    "df 0",
    () => G.emmeans(m, "~ f", { df: 0 }),
    'RangeError: Cannot use df: 0, it should be "asymptotic", "satterthwaite", "kenward-roger" or "residual", or a positive number',
  ],
  [
    "df NaN",
    () => G.emmeans(m, "~ f", { df: NaN }),
    'RangeError: Cannot use df: NaN, it should be "asymptotic", "satterthwaite", "kenward-roger" or "residual", or a positive numb',
  ],
  [
    "df word",
    () => G.emmeans(m, "~ f", { df: "kr" }),
    'RangeError: Cannot use df: "kr", known are "asymptotic", "satterthwaite", "kenward-roger", "residual" (in emmeans())',
  ],
  [
    "component",
    () => G.emmeans(m, "~ f", { component: "zi" }),
    'RangeError: Cannot find component "zi": this model has "cond", "disp"',
  ],
  [
    "offset text",
    () => G.emmeans(m, "~ f", { offset: "log" }),
    'TypeError: Cannot use offset: it is "log", it should be a number (in emmeans())',
  ],
  [
    "trends factor",
    () => G.emtrends(m, "~ f", { var: "f" }),
    'RangeError: Cannot find the slope of "f": the numeric predictors are "x"',
  ],
  [
    "trends none",
    () => G.emtrends(m, "~ f", {}),
    'RangeError: Cannot find the slope of nothing: give var: the numeric predictors are "x"',
  ],
  [
    "trends nope",
    () => G.emtrends(m, "~ f", { var: "nope" }),
    'RangeError: Cannot find the slope of "nope": the numeric predictors are "x"',
  ],
  [
    "contrast nope",
    () => G.contrast(G.emmeans(m, "~ f"), "pairwize"),
    'RangeError: Cannot find contrasts "pairwize": known are "consec", "del.eff", "eff", "helmert", "identity", "mean_chg", "pairw',
  ],
  [
    "contrast length",
    () => G.contrast(G.emmeans(m, "~ f"), { a: [1, -1] }),
    'RangeError: Cannot use contrast "a": it has 2 coefficients, it should have 3 numbers, one for each of "a", "b", "c"',
  ],
  [
    "contrast zeros",
    () => G.contrast(G.emmeans(m, "~ f"), { a: [0, 0, 0] }),
    'RangeError: Cannot use contrast "a": all its coefficients are 0',
  ],
  [
    "contrast NaN",
    () => G.contrast(G.emmeans(m, "~ f"), { a: [NaN, 0, 1] }),
    'RangeError: Cannot use contrast "a": it has [null,0,1], it should have 3 numbers, one for each of "a", "b", "c"',
  ],
  [
    "contrast null",
    () => G.contrast(G.emmeans(m, "~ f"), null),
    "TypeError: Cannot use null as contrasts: give a family's name, or coefficients by name",
  ],
  [
    "contrast empty",
    () => G.contrast(G.emmeans(m, "~ f"), {}),
    "RangeError: Cannot compare: there is one mean only in each group, at least two are needed",
  ],
  [
    "contrast filtered",
    () => G.contrast(G.emmeans(m, "~ f").filter(pl.lit(true))),
    "TypeError: Cannot apply contrast() to a plain data frame: it needs the result of emmeans() itself, which knows the covariance",
  ],
  [
    "by nope",
    () => G.pairs(G.emmeans(m, "~ f"), { by: "nope" }),
    'RangeError: Cannot find "nope" of by: the factors of these means are "f"',
  ],
  [
    "ref nope",
    () => G.contrast(G.emmeans(m, "~ f"), "trt.vs.ctrl", { ref: "zz" }),
    'RangeError: Cannot find the control ref: "zz" among "a", "b", "c"',
  ],
  [
    "ref 9",
    () => G.contrast(G.emmeans(m, "~ f"), "trt.vs.ctrl", { ref: 9 }),
    'RangeError: Cannot use ref: 9: a number is a position from 1 to 3; a level is text, such as ref: "a"',
  ],
  [
    "one mean",
    () => G.pairs(G.emmeans(m, "~ 1")),
    "RangeError: Cannot compare: there is one mean only in each group, at least two are needed",
  ],
  [
    "cld alpha",
    () => G.cld(G.emmeans(m, "~ f"), { alpha: 5 }),
    "RangeError: Cannot use alpha: 5, it should be between 0 and 1, for instance 0.95 (in cld())",
  ],
  [
    "adjust",
    () => G.pairs(G.emmeans(m, "~ f"), { adjust: "bonf" }),
    'RangeError: Cannot use adjust: "bonf", known are "none", "tukey", "dunnettx", "scheffe", "sidak", "mvt", "bonferroni", "holm"',
  ],
  [
    "anova type 4",
    () => G.anova(m, { type: 4 }),
    "RangeError: Cannot use type: 4, it should be 1, 2 or 3 (in anova())",
  ],
  [
    "anova different data",
    () => G.anova(m, G.fit("y ~ x", data.head(20))),
    "RangeError: Cannot compare the models: they were fitted to different rows (24 and 20), probably because different columns hav",
  ],
  [
    "anova different response",
    () => G.anova(m, G.fit("z ~ x", data)),
    "RangeError: Cannot compare the models: they have different responses, y and z",
  ],
  [
    "anova F poisson",
    () => G.anova(mp, { test: "F" }),
    'RangeError: Cannot make F tests for a poisson model: its denominator degrees of freedom are not defined; use test: "Chisq", o',
  ],
  [
    "anova df",
    () => G.anova(m, { df: "kr" }),
    'RangeError: Cannot use df: "kr", known are "satterthwaite", "kenward-roger", "residual" (in anova())',
  ],
  [
    "anova component",
    () => G.anova(m, { component: "zi" }),
    'RangeError: Cannot find component "zi": this model has "cond", "disp"',
  ],
  [
    "confint terms",
    () => G.confint(m, { terms: ["nope"] }),
    'RangeError: Cannot find term "nope": the parameters are "(Intercept)", "x", "fb", "fc", "sd__(Intercept)"',
  ],
  [
    "confint method",
    () => G.confint(m, { method: "exact" }),
    'RangeError: Cannot use method: "exact", known are "wald", "profile", "bootstrap" (in confint())',
  ],
  [
    "confint bootstrap no draws",
    () => G.confint(m, { method: "bootstrap" }),
    'TypeError: Cannot compute bootstrap intervals: give the draws, confint(model, { method: "bootstrap", draws: await bootstrap(m',
  ],
  [
    "tidy effects",
    () => G.tidy(m, { effects: "random" }),
    'RangeError: Cannot use effects: "random", known are "fixed", "ran_pars", "ran_vals" (in tidy())',
  ],
  [
    "vcov",
    () => G.vcov(m, { component: "zi" }),
    'RangeError: Cannot find component "zi": this model has "cond", "disp"',
  ],
  [
    "residuals",
    () => G.residuals(m, { type: "raw" }),
    'RangeError: Cannot use type: "raw", known are "response", "pearson", "normalized", "deviance", "working" (in residuals())',
  ],
  [
    "simulate n",
    () => G.simulate(m, { n: 0 }),
    "RangeError: Cannot use n: 0, it should be a whole number, 1 or more (in simulate())",
  ],
  [
    "simulate seed",
    () => G.simulate(m, { seed: 1.5 }),
    "RangeError: Cannot use seed: 1.5, it should be a whole number of 32 bits (in simulate())",
  ],
  [
    "simulate re",
    () => G.simulate(m, { randomEffects: "~ (1 | nope)" }),
    "RangeError: Cannot use the term (1 | nope) in randomEffects: the model's random terms are (1 | g)",
  ],
  [
    "icc none",
    () => G.icc(mp),
    "RangeError: Cannot compute the intraclass correlation: count ~ x + poly(z, 2), poisson (log) has no random effects",
  ],
  [
    "vif one",
    () => G.vif(ml),
    'RangeError: Cannot compute variance inflation: y ~ log(positive), gaussian (identity) has fewer than two terms to estimate in component "',
  ],
  [
    "influence none",
    () => G.influence(mp),
    "RangeError: Cannot leave out groups: count ~ x + poly(z, 2), poisson (log) has no random effects, hence no grouping factor",
  ],
  [
    "influence nope",
    () => G.influence(m, { group: "nope" }),
    'RangeError: Cannot leave out levels of "nope": the grouping factors are "g"',
  ],
  [
    "loadModel",
    () => G.loadModel("{}"),
    "TypeError: Cannot load the model: the text is not what saveModel() writes (format undefined)",
  ],
  [
    "loadModel text",
    () => G.loadModel("nonsense"),
    "SyntaxError: Cannot load the model: the text is not JSON (Unexpected token 'o', \"nonsense\" is not valid JSON)",
  ],
  [
    "loadModel array",
    () => G.loadModel("[1]"),
    "TypeError: Cannot load the model: the text is not what saveModel() writes (format undefined)",
  ],
  [
    "loadModel null",
    () => G.loadModel("null"),
    "TypeError: Cannot load the model: the text is not what saveModel() writes (format undefined)",
  ],
  [
    "loadModel version",
    () => G.loadModel(G.saveModel(m).replace(/"version":\d+/, '"version":99')),
    "TypeError: Cannot load the model: it has version 99, this module reads version ",
  ],
  [
    "refit nope",
    () => G.refit(m, { formula: "y ~ nope" }),
    'RangeError: Cannot find column "nope" named in the formula: the data have',
  ],
  [
    "refit options",
    () => G.refit(m, { options: { famly: "x" } }),
    'RangeError: Cannot use option "famly" in fit(): its options are "family", "zeroInflation", "oneInflation", "dispersion", "nominal", "weights", "offset",',
  ],
  [
    "dataGrid nope",
    () => G.dataGrid(data, { nope: true }),
    'RangeError: Cannot find column "nope" for the grid: the data have',
  ],
  [
    "dataGrid range of text",
    () => G.dataGrid(data, { f: G.range(3) }),
    'RangeError: Cannot take a range of "f": it is a factor; use true for its levels',
  ],
  [
    "dataGrid by",
    () => G.dataGrid(data, { x: true }, { by: ["nope"] }),
    'RangeError: Cannot find column "nope" for the grid: the data have',
  ],
  [
    "dataGrid 3",
    () => G.dataGrid(data, { x: 3 }),
    'TypeError: Cannot use 3 for "x": give true, an array of values, or range(n)',
  ],
  [
    "dataGrid empty",
    () => G.dataGrid(D.empty, { x: G.range(3) }),
    'RangeError: Cannot take a range of "x": it has no values',
  ],
  [
    "expandGrid scalar",
    () => G.expandGrid({ a: 3 }),
    'TypeError: Cannot expand "a": its values should be an array or another iterable, not 3',
  ],
  [
    "range 1",
    () => G.range(1),
    "RangeError: Cannot make a range of 1 values: n should be a whole number, 2 or more (up to 10000000)",
  ],
  [
    "range Inf",
    () => G.range(Infinity),
    "RangeError: Cannot make a range of Infinity values: n should be a whole number, 2 or more (up to 10000000)",
  ],
  [
    "range 1e9",
    () => G.dataGrid(data, { x: G.range(1e9) }),
    "RangeError: Cannot make a range of 1000000000 values: n should be a whole number, 2 or more (up to 10000000)",
  ],
  [
    "adviseFamily",
    () => G.adviseFamily("nope ~ x", data),
    'RangeError: Cannot find column "nope" named in the formula: the data have',
  ],
  ["adviseFamily text", () => G.adviseFamily("f ~ x", data), "value"],
  [
    "testGeneric",
    () => G.testGeneric(simulated, { summary: () => NaN }),
    "TypeError: Cannot test a summary: of simulation 1 it is NaN, it should be a finite number",
  ],
  [
    "testGeneric text",
    () => G.testGeneric(simulated, { summary: () => "a" }),
    'TypeError: Cannot test a summary: of simulation 1 it is "a", it should be a finite number',
  ],
  [
    "testTemporal dates",
    () => G.testTemporalAutocorrelation(simulated, { time: "date" }),
    'TypeError: Cannot test temporal autocorrelation: "date" holds dates or times; make it numeric, for instance days since 1970-0',
  ],
  [
    "testTemporal twice",
    () => G.testTemporalAutocorrelation(simulated, { time: "three" }),
    "RangeError: Cannot test temporal autocorrelation: time 3 occurs more than once; add up rows of one time first: recalculateRes",
  ],
  [
    "testSpatial length",
    () => G.testSpatialAutocorrelation(simulated, { x: [1, 2], y: [1, 2] }),
    "RangeError: Cannot test spatial autocorrelation: 2 values are given, there should be 24, one for each row",
  ],
  [
    "testQuantiles text",
    () => G.testQuantiles(simulated, { x: "f" }),
    'TypeError: Cannot test quantiles: "f" holds text, it should hold numbers',
  ],
  [
    "residualsFromSimulations lengths",
    () => G.residualsFromSimulations({ simulated: [[1, 2]], observed: [1, 2, 3], fitted: [1, 2, 3] }),
    "RangeError: Cannot make residuals from simulations: simulation 1 has 2 values, observed has 3; give one row per observation,",
  ],
  [
    "residualsFromSimulations NaN",
    () => G.residualsFromSimulations({ simulated: [[1, NaN]], observed: [1, 2], fitted: [1, 2] }),
    "RangeError: Cannot make residuals from simulations: simulation 1 is NaN in row 1, it should be a number",
  ],
  [
    "recalculate missing",
    () => G.recalculateResiduals(simulated, { group: "missing" }),
    'RangeError: Cannot recalculate residuals: "missing" has 2 missing values',
  ],
  [
    "setSeed",
    () => G.setSeed(1.5),
    "RangeError: Cannot seed the random numbers: seed is 1.5, it should be a whole number of 32 bits",
  ],
  [
    "rnorm",
    () => G.setSeed(1).rnorm(-1),
    "RangeError: Cannot draw -1 numbers with rnorm(): it should be a whole number",
  ],
  [
    "studentT df",
    () => G.studentT({ df: -1 }),
    "RangeError: Cannot use df: -1, it should be a positive number (in studentT())",
  ],
  [
    "poisson link",
    () => G.poisson("logg"),
    'RangeError: Cannot use link "logg" with family "poisson": it should be one of "1/mu^2", "identity", "inverse", "log", "sqrt", "power(λ)" with a number λ, or a Link',
  ],
  ["beta link", () => G.beta("log"), "value"],
  [
    "gamma null",
    () => G.gamma(null),
    'RangeError: Cannot use link null with family "gamma": it should be one of "1/mu^2", "identity", "inverse", "log", "sqrt", "power(λ)" with a number λ, or a Link obj',
  ],
  [
    "modelTable none",
    () => G.modelTable(),
    "RangeError: Cannot use modelTable() without models: give some, modelTable(m0, m1)",
  ],
  ["modelTable mixed", () => G.modelTable(m, mp), "value"],
  [
    "modelSel mixed",
    () => G.modelSel(m, mp),
    "RangeError: Cannot compare the models: their responses are y and count; criteria of different responses have no common scale",
  ],
  [
    "equation digits",
    () => G.equation(m, { digits: 0 }),
    "RangeError: Cannot use digits: 0, it should be a whole number, 1 or more (in equation())",
  ],
  [
    "bootstrapTest kinds",
    () => G.aicc(null),
    'TypeError: Cannot use aicc(): its model is null, it should be the result of fit("y ~ x", data)',
  ],
  [
    "effSize sigma",
    () => G.effSize(G.emmeans(mp, "~ x"), {}),
    "TypeError: Cannot compute effect sizes without sigma: only Gaussian models have one residual standard deviation; give sigma",
  ],
  [
    "predict(loaded)",
    () => G.residuals(G.loadModel(G.saveModel(m))),
    "TypeError: Cannot compute residuals: this model was loaded from JSON and has no data; fit it again, or use predict() with new",
  ],
]);
