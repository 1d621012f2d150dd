/**
 * Every function of a model for every family × every covariance structure, by registry: each cell is a number that dense algebra, the
 * family's own distribution, a refit or the printed digits give too. A family or structure is in the table by its line in mod.ts.
 *
 * Tolerances: rounding of the same computation 1e-8; what is taken from an optimum 1e-4 of a standard error; standard errors against
 * second differences of the dense likelihood 2e-4 to 1e-3 (steps of 0.03 standard errors); simulations by
 * their own standard errors.
 */
import assert from "node:assert/strict";
import * as t from "../../mod.ts";
import * as registered from "../../lib/model/families/mod.ts";
import * as structures from "../../lib/model/structures/mod.ts";
import { isDispersion, isMassPart, isValid } from "../../lib/model/families/part.ts";
import type { Shown } from "../../lib/model/structures/structure.ts";
import type { Link } from "../../lib/model/links/link.ts";
import { covarianceOf, positionsCovariance } from "../../lib/model/result/term_result.ts";
import { choleskyFactor, Matrix, positiveInverse } from "../../lib/math/dense.ts";
import { seed } from "../../lib/math/random.ts";
import { curvature, deltaVariance, laplace, reml, type Rows, started } from "./dense_model.ts";
import { linksOf, respond, shapeOf } from "./family_points.ts";
import { middle, middleOf } from "./small_designs.ts";
import { lineOf, prints } from "./printed.ts";

type Row =
  & Record<string, number>
  & Record<"term" | "component" | "group" | "level" | "effect" | "check" | "finding", string>;
const rowsOf = (table: unknown) => (table as { toRecords(): unknown[] }).toRecords() as Row[];
const near = (got: number, expected: number, allowed: number, what: string) =>
  assert.ok(Math.abs(got - expected) <= allowed, `${what}: ${got}, expected ${expected} ± ${allowed}`);
const relative = (got: number, expected: number, allowed: number, what: string) =>
  near(got, expected, allowed * Math.max(1e-300, Math.abs(expected)), what);

type Make = (link?: Link) => t.Family;
/** The registered families, each with a link that takes every η, and four mixtures. */
const families: readonly t.Family[] = [
  ...(Object.values(registered) as unknown as Make[]).map((make) => {
    const takesAll = (link: Link) => {
      const [mean] = make(link).parts(shapeOf(make(link)));
      return isValid(mean, -3) && isValid(mean, 3);
    };
    return make([make().link, ...linksOf(make)].find(takesAll));
  }),
  ...[
    { options: { thresholds: "symmetric" }, variant: {} },
    { options: { thresholds: "equidistant" }, variant: { dispersion: true } },
    { options: {}, variant: { dispersion: true } },
    { options: {}, variant: { nominal: true } },
    { options: { thresholds: "symmetric" }, variant: { nominal: true, dispersion: true } },
  ].map(({ options, variant }) =>
    t.cumulative("logit", options as t.CumulativeOptions).as!({ ...variant, categories: 4 })
  ),
  t.zeroInflated(t.poisson()),
  t.hurdle(t.nbinom2()),
  t.oneInflated(t.zeroInflated(t.beta())),
  t.hurdle(t.gamma("log")),
];

const GROUPS = 40, POSITIONS = 3, REPLICATES = 3, LETTERS = "abcdefgh";

/** The dispersion with a standard deviation of half the mean: beyond, such densities are far from concave in their predictor. */
function moderate(family: t.Family): number {
  const { eta } = middle(family),
    log = (tau: number) => Math.log(family.variance([eta, tau], 1) / family.mean([eta, tau]) ** 2);
  const slope = log(1) - log(0); // of a power of the parameter
  return (Math.log(0.25) - log(0)) / slope;
}

/** Groups of three positions with correlated effects, three rows for each; the response is drawn from the family. */
function drawn(family: t.Family) {
  // a dispersion in the response's own unit (a lognormal's standard deviation) is of means of about one size
  const identity = family.link.name === "identity", sized = !identity && family.unitShift?.[0] === 1;
  const random = seed(12), parts = family.parts(shapeOf(family)).slice(1);
  const others = parts.map((part, k) =>
    isDispersion(part) && part.intercept ? 0 : isMassPart(part) ? -2 : middleOf(part, k + 1)
  );
  if (sized) others[0] = moderate(family);
  const sd = identity ? 3 : sized ? 0.4 : 1.2,
    X: number[][] = [],
    y: number[] = [],
    trials: number[] = [];
  const group: number[] = [], position: number[] = [];
  for (let g = 0; g < GROUPS; g++) {
    let carry = random.normal();
    for (let k = 0; k < POSITIONS; k++) {
      if (k > 0) carry = 0.5 * carry + Math.sqrt(0.75) * random.normal();
      for (let r = 0; r < REPLICATES; r++) {
        const x = random.normal(), f = (g + k + r) % 2, m = 5 + (g + r) % 4;
        y.push(family.simulate(random, [middle(family).eta + 0.5 * x + 0.4 * f + sd * carry, ...others], m));
        X.push([1, x, f]);
        trials.push(m);
        group.push(g);
        position.push(k);
      }
    }
  }
  const data = t.pl.DataFrame({
    y: family.categories ? y.map((k) => LETTERS[k - 1]) : y,
    x: X.map((row) => row[1]),
    f: X.map((row) => "ab"[row[2]]),
    time: position,
    id: group.map((g) => `i${String(g).padStart(2, "0")}`),
    trials,
  });
  return { data, X, y, trials, group, position };
}

/** Arguments after the term; with as many factors as positions a covariance has an inverse. */
const FURTHER: Readonly<Record<string, string>> = { rr: ", d = 3", propto: ", V" };
/** What propto is proportional to. */
const RELATION = {
  labels: ["0", "1", "2", "3"],
  covariance: [[1, 0.5, 0.3, 0.2], [0.5, 1.2, 0.6, 0.3], [0.3, 0.6, 0.9, 0.4], [0.2, 0.3, 0.4, 1.1]],
};

/** One cell of the table: the model, and the same by dense algebra. */
function cell(family: t.Family, structure: string) {
  const made = drawn(family), { data, y, trials, group, position } = made;
  const response = family.usesTrials ? "cbind(y, trials - y)" : "y",
    term = `${structure}(0 + factor(time) | id${FURTHER[structure] ?? ""})`;
  const scaled = family.variant?.dispersion === true, nominal = family.variant?.nominal === true;
  const options: t.FitOptions = {
    family,
    ...Object.fromEntries(family.parts(shapeOf(family)).filter(isMassPart).map((p) => [p.option, "~ 1"])),
    ...scaled && { dispersion: "~ x" },
    ...nominal && { nominal: "~ f" },
    ...structure === "propto" && { known: { V: RELATION } },
  };
  const f = nominal ? "" : " + f", model = t.fit(`${response} ~ x${f} + ${term}`, data, options);
  const X = family.intercept === "elsewhere" ? made.X.map((row) => row.slice(1)) : made.X;
  const [random] = model.random, covariance = covarianceOf(random);
  // where θ is not that of cov(b) itself (coefficients in another basis), the member of the structure that the covariance is
  const C = (random.covariance as unknown as Matrix).clone().div(model.reml ? model.sigma ** 2 : 1);
  const theta = covariance.between ? random.theta : covariance.near(columnMajor(choleskyFactor(C)!));
  const rows: Rows = {
    family: model.family,
    response: {
      ...respond(family, y, trials),
      categories: family.categories ? [...new Set(y)].map(String) : null,
    },
    X,
    group,
    position,
    groups: GROUPS,
    positions: POSITIONS,
    covariance,
    along: model.parts.slice(1).map(({ part, component }) =>
      scaled && part === "disp" ? [0] : nominal && component === "threshold" ? [null, 1] : [null]
    ),
  };
  const further = model.parts.slice(1).flatMap(({ beta }) => [...beta]);
  const dense = model.reml
    ? reml(rows, theta, model.sigma)
    : laplace(rows, model.parts[0].beta, further, theta, modesOf(random));
  return { ...made, X, model, dense, term, response, options, rows, structure, family, f };
}

/** Level by level, 0 at the positions that a level does not have. */
function modesOf({ cells, modes, levels, names: { length: c } }: t.TermResult): Float64Array {
  if (!cells) return modes;
  const out = new Float64Array(levels.length * c);
  levels.forEach((_, l) => {
    for (let k = cells.first[l]; k < cells.first[l + 1]; k++) out[l * c + cells.position[k]] = modes[k];
  });
  return out;
}

const columnMajor = (L: Matrix) => Float64Array.from(L.transpose().to1DArray());

type Cell = ReturnType<typeof cell>;

/** The mean of a row, with its standard error, from the dense model. */
function meanAt(
  { model, dense }: Cell,
  curve: ReturnType<typeof curvature>,
  x: readonly number[],
  g: number | null,
  a: readonly number[],
) {
  const eta = (psi: Float64Array) => dense.predictor(psi, x, g, a).eta;
  const mean = (psi: Float64Array) => model.family.mean([eta(psi), ...dense.others(psi, x)]);
  const { eta: at, variance } = dense.predictor(dense.psi, x, g, a), estimate = mean(dense.psi);
  const others = dense.others(dense.psi, x), out = new Float64Array(1 + others.length);
  model.family.meanSlopes([at, ...others], out);
  // least squares' standard errors of the fixed effects are those given the variances; with random effects theirs come on top
  const further = model.reml && g === null ? 0 : deltaVariance(mean, dense, curve);
  return { eta: at, estimate, slope: out[0], std_error: Math.sqrt(out[0] ** 2 * variance + further) };
}

/** What the checks of a cell share. */
function measured(here: Cell) {
  const { dense, X, group, position, trials, model, y } = here, curve = curvature(dense);
  const size = (i: number) => model.family.usesTrials ? trials[i] : 1;
  const etas = X.map((
    x,
    i,
  ) => [dense.predictor(dense.psi, x, group[i], unit(position[i])).eta, ...dense.others(dense.psi, x)]);
  return { ...here, curve, size, etas, observed: (i: number) => y[i] / size(i) };
}

/** A standard deviation, of a walk from that at its end. */
function scaleOf(shown: Shown, C: Matrix): number {
  if (shown.kind !== "sd") return NaN;
  const at = shown.name.startsWith("sd__rw") ? POSITIONS - 1 : shown.of;
  return (shown.factor ?? 1) * Math.sqrt(C.get(at, at));
}

type Measured = ReturnType<typeof measured>;
const unit = (k: number) => Array.from({ length: POSITIONS }, (_, j) => Number(j === k));
/** A row like the data's: intercept (where there is one), x, f. */
const at = ({ X }: Cell, x: number, f: number) => X[0].length === 3 ? [1, x, f] : [x, f];
const fixedOf = ({ model }: Cell) => rowsOf(t.tidy(model, { effects: "fixed", df: "asymptotic" }));

/** Coefficients and their standard errors from the curvature; standard deviations, correlations, ranges from C(θ). */
function tables({ model, dense, curve, rows }: Measured) {
  const random = rowsOf(t.tidy(model)).filter((r) => r.effect === "ran_pars" && r.group === "id");
  const [term] = model.random, S = dense.covariance(dense.psi);
  S.to1DArray().forEach((v, i) =>
    relative((term.covariance as unknown as Matrix).to1DArray()[i], v, 1e-8, "covariance")
  );
  const gls = model.reml ? generalized({ dense, rows }) : null;
  fixedOf({ model } as Cell).slice(0, model.parts[0].beta.length).forEach((r, j) => {
    relative(
      r.std_error,
      Math.sqrt(gls ? gls.get(j, j) : curve.V.get(j, j)),
      2e-3,
      `tidy: standard error of ${r.term}`,
    );
    near(r.estimate, gls ? model.parts[0].beta[j] : dense.psi[j], 1e-12, `tidy: ${r.term}`);
  });
  assert.deepEqual(random.map((r) => r.term), term.parameters.map((q) => q.name));
  const shown = (psi: Float64Array, k: number) => {
    const C = dense.covariance(psi), { kind, of, estimate } = term.parameters[k];
    if (kind === "sd") return scaleOf(rows.covariance.shown[k], C);
    return kind === "cor"
      ? C.get(of[0], of[1]) / Math.sqrt(C.get(of[0], of[0]) * C.get(of[1], of[1]))
      : estimate;
  };
  random.forEach((r, k) => relative(r.estimate, shown(dense.psi, k), 1e-8, `tidy: ${r.term}`));
  const wald = rowsOf(t.confint(model, { df: "asymptotic" })), z = 1.959963984540054;
  fixedOf({ model } as Cell).forEach((r) => {
    const w = wald.find((row) => row.term === r.term && row.component === r.component)!;
    near(w.conf_low, r.estimate - z * r.std_error, 1e-9 * (1 + Math.abs(r.estimate)), `confint: ${r.term}`);
  });
  term.parameters.forEach((q, k) => { // on the log scale
    if (q.kind !== "sd") return;
    const w = wald.find((row) => row.term === q.name)!,
      se = Math.sqrt(deltaVariance((psi) => Math.log(shown(psi, k)), dense, curve));
    near(Math.log(w.conf_high / w.estimate), z * se, 5e-3 * z * se, `confint: ${q.name}`);
  });
}

/** (X'V⁻¹X)⁻¹: the variances of predictors at unit rows. */
function generalized({ dense, rows }: Pick<Measured, "dense" | "rows">): Matrix {
  const p = rows.X[0].length, along = (x: number[]) => dense.predictor(dense.psi, x, null, []).variance;
  const e = (j: number) => Array.from({ length: p }, (_, i) => Number(i === j));
  return new Matrix(
    e(0).map((_, i) =>
      e(0).map((_, j) => (along(e(i).map((v, k) => v + e(j)[k])) - along(e(i)) - along(e(j))) / 2)
    ),
  );
}

/**
 * Known: three positions have two distances, which do not tell range and smoothness apart: towards long ranges the likelihood is a
 * bent ridge that hardly falls, and the search along it ends a little below its top (0.06 of 3.84 at a range of 240 times the estimate).
 */
const RIDGE: Readonly<Record<string, number>> = { range__mat: 0.07 };

/** Twice the drop of the likelihood at a profile limit is the cut-off. */
function isCutOff(free: t.Model, held: t.Model, what: string, allowed = 2e-3) {
  near(
    2 * (free.logLik - held.logLik),
    1.959963984540054 ** 2,
    allowed,
    `confint: drop at a limit of ${what}`,
  );
}

/** Profile limits, by fits with the parameter held there: a coefficient as an offset, parameters of the structure by the option `fixed`. */
function profiles(here: Measured) {
  const { model, data, X, term, response, options, f } = here;
  const [row] = rowsOf(t.confint(model, { method: "profile", terms: ["x"], df: "asymptotic" })).filter((r) =>
    r.component === "cond"
  );
  const ml = model.reml ? t.fit(`${response} ~ x${f} + ${term}`, data, { ...options, reml: false }) : model;
  for (const limit of [row.conf_low, row.conf_high]) {
    const held = data.withColumn(t.pl.Series("held", X.map((x) => limit * x[x.length - 2])));
    const other = t.fit(`${response} ~ offset(held)${f} + ${term}`, held, {
      ...options,
      ...(model.reml && { reml: false }),
    });
    isCutOff(ml, other, "x");
  }
  structureProfiles(here, ml);
}

/** Of the first standard deviation, and of the first parameter that is none: a correlation, a range. */
function structureProfiles({ model, data, term, response, options, f, structure }: Measured, ml: t.Model) {
  const [sd, ...others] = model.random[0].parameters, other = others.find(({ kind }) => kind !== "sd");
  const names = [sd, ...other ? [other] : []].map(({ name }) => name);
  const rows = rowsOf(t.confint(model, { method: "profile", terms: names }));
  assert.deepEqual(rows.map((r) => r.term), names);
  for (const { term: name, group, conf_low, estimate, conf_high } of rows) {
    assert.ok(conf_low < estimate && estimate < conf_high, `confint: ${name} between its limits`);
    if (structure === "rr") continue; // functions of all loadings, which are not held
    for (const limit of [conf_low, conf_high]) {
      const at = limit === 0 ? 1e-3 * estimate : limit; // a range of 0 cannot be held, but one as short as that
      const held = t.fit(`${response} ~ x${f} + ${term}`, data, {
        ...options,
        fixed: { [`${name} | ${group}`]: at },
        ...(model.reml && { reml: false }),
      });
      if (![0, 1, -1].includes(limit)) isCutOff(ml, held, name, RIDGE[name]);
      else { // the edge is not excluded
        const drop = 2 * (ml.logLik - held.logLik);
        assert.ok(
          drop > -1e-6 && drop < 1.959963984540054 ** 2,
          `confint: drop at the edge of ${name}: ${drop}`,
        );
      }
    }
  }
}

/** Predictions in the rows of the fit, of a new group, at a new position. */
function predictions(here: Measured) {
  const { model, dense, curve, X, group, position, family } = here,
    type = family.categories ? "mean" : "response";
  const inside = rowsOf(t.predict(model, undefined, { type }));
  for (const i of [0, 100, 359]) {
    const own = meanAt(here, curve, X[i], group[i], unit(position[i]));
    near(inside[i].estimate, own.estimate, 1e-6 * (1 + Math.abs(own.estimate)), `predict: row ${i}`);
    relative(inside[i].std_error, own.std_error, 1e-3, `predict: standard error of row ${i}`);
  }
  const fitted = t.fitted(model);
  inside.forEach((r, i) => near(fitted[i], r.estimate, 1e-8 * (1 + Math.abs(r.estimate)), "fitted"));
  const grid = (time: number, id: string) =>
    t.pl.DataFrame({ x: [0.3], f: ["b"], time: [time], id: [id], trials: [6] });
  const x = at(here, 0.3, 1),
    none = rowsOf(t.predict(model, grid(1, "i03"), { type, randomEffects: "none" }))[0];
  const typical = meanAt(here, curve, x, null, []);
  near(none.estimate, typical.estimate, 1e-8 * (1 + Math.abs(typical.estimate)), "predict: typical group");
  relative(none.std_error, typical.std_error, 1e-3, "predict: standard error of the typical group");
  const stranger = rowsOf(t.predict(model, grid(1, "new"), { type, newLevels: "population" }))[0];
  const spread = typical.slope ** 2 * dense.covariance(dense.psi).get(1, 1);
  relative(
    stranger.std_error ** 2,
    typical.std_error ** 2 + spread,
    6e-3,
    "predict: variance of a new group",
  );
  newPosition(here, grid, x, type);
}

/** At a position that the fit does not have: the conditional distribution given those that it has, by dense algebra. */
function newPosition(
  here: Measured,
  grid: (time: number, id: string) => t.Frame,
  x: readonly number[],
  type: string,
) {
  const { model, dense, curve, structure, rows } = here, [term] = model.random;
  if (!rows.covariance.extend) return; // free positions say nothing of others
  const labels = [...term.positions!, String(POSITIONS)],
    bound = (structures as unknown as Record<string, t.Structure>)[structure].bind({
      label: term.label,
      names: labels,
      levels: term.levels,
      positions: labels,
      arguments: {},
      relation: RELATION,
      known: null,
    });
  // θ of the same parameters among one position more: their scale may depend on the positions
  const theta = (psi: Float64Array) => {
    const old = model.reml ? psi.slice(0, -1) : psi.slice(psi.length - bound.thetas);
    bound.shown.forEach((q, k) => {
      const own = rows.covariance.shown[k];
      if (q.kind === "own" && own.kind === "own") old[q.at] = q.theta(own.value(old[own.at]));
      if (q.kind === "sd" && own.kind === "sd") old[q.at!] *= (own.factor ?? 1) / (q.factor ?? 1);
    });
    return old;
  };
  const conditional = (psi: Float64Array) => {
    const S = positionsCovariance(
      bound,
      theta(psi),
      model.reml ? Math.exp(2 * psi.at(-1)!) : 1,
      POSITIONS + 1,
    ) as unknown as Matrix;
    const old = S.subMatrix(0, POSITIONS - 1, 0, POSITIONS - 1),
      c = Matrix.columnVector(unit(0).map((_, k) => S.get(k, POSITIONS)));
    const w = positiveInverse(started(old))!.mmul(c);
    return {
      weights: w.to1DArray(),
      variance: S.get(POSITIONS, POSITIONS) - w.transpose().mmul(c).get(0, 0),
    };
  };
  const family = model.family, others = dense.others(dense.psi, x);
  const eta = (psi: Float64Array) => dense.predictor(psi, x, 3, conditional(psi).weights).eta;
  const mean = (psi: Float64Array) => family.mean([eta(psi), ...dense.others(psi, x)]),
    out = new Float64Array(1 + others.length);
  family.meanSlopes([eta(dense.psi), ...others], out);
  const { weights, variance } = conditional(dense.psi),
    given = dense.predictor(dense.psi, x, 3, weights).variance + variance;
  const [found] = rowsOf(t.predict(model, grid(POSITIONS, "i03"), { type }));
  near(found.estimate, mean(dense.psi), 1e-6 * (1 + Math.abs(mean(dense.psi))), "predict: a new position");
  relative(
    found.std_error ** 2,
    out[0] ** 2 * given + deltaVariance(mean, dense, curve),
    1e-2,
    "predict: variance at a new position",
  );
}

/** Marginal means of the typical group on the link scale and of the response; the Wald test of one coefficient. */
function meansAndTests(here: Measured) {
  const { model, dense, curve, X } = here, { family } = model, K = 1 + dense.others(dense.psi, X[0]).length;
  const weights = family.location?.(K) ?? Array.from({ length: K }, (_, k) => Number(k === 0));
  const average = X.reduce((sum, x) => sum + x[x.length - 2] / X.length, 0);
  const means = rowsOf(t.emmeans(model, "~ f", { df: "asymptotic" })),
    response = rowsOf(t.emmeans(model, "~ f", { component: "response", df: "asymptotic" }));
  [0, 1].forEach((f) => {
    const x = at(here, average, f);
    const linear = (psi: Float64Array) =>
      weights[0] * dense.predictor(psi, x, null, []).eta +
      dense.others(psi, x).reduce((sum, v, k) => sum + weights[k + 1] * v, 0);
    near(means[f].estimate, linear(dense.psi), 1e-8, "emmeans");
    const variance = dense.predictor(dense.psi, x, null, []).variance +
      (model.reml ? 0 : deltaVariance(linear, dense, curve));
    relative(means[f].std_error, Math.sqrt(variance), 1e-3, "emmeans: standard error");
    const typical = meanAt(here, curve, x, null, []);
    near(
      response[f].estimate,
      typical.estimate,
      1e-8 * (1 + Math.abs(typical.estimate)),
      "emmeans: response",
    );
    relative(response[f].std_error, typical.std_error, 1e-3, "emmeans: standard error of the response");
  });
  const x = fixedOf(here).find((r) => r.term === "x")!;
  relative(
    rowsOf(t.anova(model)).find((r) => r.term === "x")!.statistic,
    (x.estimate / x.std_error) ** 2,
    1e-8,
    "anova",
  );
}

/** What is asked for by Kenward and Roger's method is the same wherever it is asked; of models without it, a sentence. */
function degreesOfFreedom({ model, X }: Measured) {
  const df = "kenward-roger";
  if (!model.reml) {
    return assert.throws(
      () => t.emmeans(model, "~ f", { df }),
      /RangeError: Cannot use .*Kenward|"kenward-roger"/i,
    );
  }
  const terms = rowsOf(t.tidy(model, { effects: "fixed", df })), f = terms.find((r) => r.term === "fb")!;
  const given = rowsOf(t.tidy(model, { effects: "fixed", df: "asymptotic" })).find((r) => r.term === "fb")!;
  assert.ok(f.df > 1 && f.df < X.length, `df ${f.df}`);
  // with 360 rows in 40 groups there is next to nothing to adjust
  near(f.std_error / given.std_error, 1, 0.02, "adjusted standard error");
  const [difference] = rowsOf(t.contrast(t.emmeans(model, "~ f", { df }), "revpairwise"));
  near(difference.std_error, f.std_error, 1e-10 * f.std_error, "contrast: adjusted standard error");
  near(difference.df, f.df, 1e-8 * f.df, "contrast: df");
  const test = rowsOf(t.anova(model, { test: "F", df })).find((r) => r.term === "f")!;
  near(test.statistic, (f.estimate / f.std_error) ** 2, 1e-8 * test.statistic, "anova: F");
}

/** Simulations have the family's mean and variance in every row; scaled residuals lie between F(y−) and F(y). */
function simulations({ model, etas, size, y }: Measured) {
  const runs = 120,
    sims = t.simulate(model, { n: runs, seed: 5 }),
    draws = Array.from({ length: runs }, (_, s) => sims.getColumn(`sim_${s + 1}`).toArray() as number[]);
  let sum = 0, squares = 0, worst = 0;
  etas.forEach((eta, i) => {
    const mean = model.family.mean(eta), sd = Math.sqrt(model.family.variance(eta, size(i)));
    const z = draws.reduce((total, draw) => total + (draw[i] / size(i) - mean) / sd, 0) / Math.sqrt(runs);
    sum += z / Math.sqrt(etas.length);
    squares += z * z / etas.length;
    worst = Math.max(worst, Math.abs(z));
  });
  assert.ok(Math.abs(sum) < 4, `simulate: the mean of all rows is ${sum} standard errors off`);
  near(
    squares,
    1,
    5 * Math.sqrt(2 / etas.length),
    "simulate: variance of the rows' means, in standard errors",
  );
  assert.ok(worst < 5.5, `simulate: a row's mean is ${worst} standard errors off`);
  const n = 100,
    scaled = t.simulateResiduals(model, { n, seed: 7 }),
    residual = scaled.getColumn("residual").toArray() as number[];
  residual.forEach((r, i) => { // n draws, so a binomial standard deviation, and 1/n for ties
    const high = model.family.cdf(y[i], etas[i], size(i)),
      low = model.family.discrete || model.family.mass(y[i])
        ? model.family.cdf(y[i] - (model.family.discrete ? 1 : 1e-9), etas[i], size(i))
        : high;
    const room = (p: number) => 5 * Math.sqrt(p * (1 - p) / n) + 2 / n;
    assert.ok(
      r >= low - room(low) && r <= high + room(high),
      `simulateResiduals: row ${i}: ${r}, F(y-) ${low}, F(y) ${high}`,
    );
  });
  return { scaled, residual };
}

/** checkModel says what the tests of the same residuals say; the largest distance to uniform is found by sorting. */
function checks({ model }: Measured, scaled: t.ResultFrame, residual: readonly number[]) {
  const found = rowsOf(t.checkModel(model, { n: 100, seed: 7 })),
    finding = (check: string) => found.find((r) => r.check === check)!.finding;
  const sorted = [...residual].sort((a, b) => a - b), n = sorted.length;
  const distance = Math.max(...sorted.map((u, i) => Math.max((i + 1) / n - u, u - i / n)));
  const [uniform] = rowsOf(t.testUniformity(scaled));
  near(uniform.statistic, distance, 1e-12, "testUniformity");
  prints(finding("uniformity"), uniform.p_value, "checkModel: uniformity");
  const [dispersion] = rowsOf(t.testDispersion(scaled));
  if (dispersion.p_value > 0) prints(finding("dispersion"), dispersion.p_value, "checkModel: dispersion");
  else assert.match(finding("dispersion"), /p < 0\.0\d|p = 0\b/); // no simulation is as far out
  prints(finding("dispersion"), dispersion.statistic, "checkModel: dispersion");
}

/** What is printed, said and stored are the numbers of the model. */
function texts(here: Measured) {
  const { model, data } = here,
    text = t.summary(model),
    latex = t.equation(model, { estimates: true }).latex,
    said = String(t.report(model));
  for (
    const r of fixedOf(here).filter(({ component }) => component === "cond").slice(
      0,
      model.parts[0].beta.length,
    )
  ) {
    const line = lineOf(text, "Conditional model:", r.term);
    prints(line, r.estimate, `summary: ${r.term}`);
    prints(line, r.std_error, `summary: standard error of ${r.term}`);
    prints(latex.replaceAll("- ", "-"), r.estimate, `equation: ${r.term}`);
  }
  const block = text.slice(text.indexOf("Random effects:"), text.indexOf("Number of obs"));
  const S = model.random[0].covariance;
  model.random[0].parameters.forEach((q) => {
    prints(block, q.estimate, `summary: ${q.name}`);
    if (q.kind === "sd") prints(block, q.estimate ** 2, `summary: variance of ${q.name}`);
    if (q.kind !== "cor") prints(said, q.estimate, `report: ${q.name}`);
    const [i, j] = q.of.length === 2 ? q.of : [q.of[0], q.of[0]]; // a law of its own, or a matrix of covariances
    prints(
      latex,
      latex.includes(`\\mathrm{${here.structure}}`) ? q.estimate : S.get(i, j),
      `equation: ${q.name}`,
    );
  });
  prints(text, model.reml ? -2 * model.logLik : model.logLik, "summary: log-likelihood");
  const again = t.loadModel(t.saveModel(model));
  assert.equal(t.summary(again), text);
  assert.deepEqual(rowsOf(t.predict(again, data)), rowsOf(t.predict(model, data)));
  assert.deepEqual(rowsOf(t.emmeans(again, "~ f")), rowsOf(t.emmeans(model, "~ f")));
}

/** The structures that every family is tried with; the others share their code and are tried with {@link EVERY_STRUCTURE}. */
const EVERY_FAMILY = ["us", "diag", "ar1", "exp"];
/** One family of the closed form, one of the general objective. */
const EVERY_STRUCTURE = ["gaussian", "poisson"];

for (const family of families) {
  for (const structure of Object.keys(structures)) {
    const plain = EVERY_STRUCTURE.includes(family.name) && !family.made;
    if (!EVERY_FAMILY.includes(structure) && !plain) continue;
    const made = family.made
      ? ` ${family.made.by}`
      : family.variant
      ? ` ${
        Object.entries(family.variant).flatMap(([name, v]) => v === true ? [name] : v === false ? [] : [v])
          .join(" ")
      }`
      : "";
    Deno.test(`capability: ${family.name}${made}, ${structure}`, async (step) => {
      const here = cell(family, structure), { model, dense } = here;
      assert.ok(model.converged && !model.singular, model.certificate.text);
      near(model.logLik, dense.logLik(dense.psi), 1e-6, "log-likelihood");
      const all = measured(here);
      await step.step("tidy, confint", () => tables(all));
      await step.step("profile", () => profiles(all));
      await step.step("predict", () => predictions(all));
      await step.step("emmeans, anova", () => meansAndTests(all));
      await step.step("degrees of freedom", () => degreesOfFreedom(all));
      await step.step("simulate, simulateResiduals, checkModel", () => {
        const { scaled, residual } = simulations(all);
        checks(all, scaled, residual);
      });
      await step.step("summary, report, equation, save", () => texts(all));
    });
  }
}
