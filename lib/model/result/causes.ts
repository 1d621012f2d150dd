/** Why a likelihood is flat in some direction, one sentence per cause. */
import { effectsIn } from "./term_result.ts";
import { denseColumn } from "../../math/columns.ts";
import type { Design } from "../../formula/types.ts";
import type { Model } from "./model.ts";
import type { Engine } from "../optimum/engine.ts";
import type { Part } from "../families/family.ts";
import { isDispersion, isInflated, MEAN } from "../families/part.ts";
import { partSpec, usedRows } from "./model.ts";
import { atLimits } from "./limits.ts";
import { cellsOf, levelAround } from "./separated_cells.ts";
import { Tendencies } from "./tendency.ts";

/** A standard deviation on the scale of a logit or log beyond which groups are all or nothing. */
const HUGE = 30;
/** Coefficients that a sentence lists. */
const MOST_NAMES = 6;

type Bare = Omit<Model, "messages">;

/** Sentences on coefficients that run to infinity, and on covariance parameters that the data do not determine. */
export function flatDirections(model: Bare, design: Design, engine: Engine): string[] {
  if (engine.optimum.flat.directions.length === 0) return [];
  return [
    ...(engine.kind === "general" ? ofParts(model, engine, design) : []),
    ...ofTerms(model, engine),
  ];
}

/** "The likelihood is flat in the direction of a, b: …". */
function sentence(names: readonly string[], cause: string, consequence: string): string {
  const listed = names.length > MOST_NAMES
    ? `${names.slice(0, MOST_NAMES - 1).join(", ")} and ${names.length - MOST_NAMES + 1} others`
    : names.join(", ");
  return `The likelihood is flat in the direction of ${listed}: ${cause}. ${consequence}`;
}

/** What has run away in one part. */
interface PartFlat {
  readonly part: string;
  readonly labels: readonly string[];
  /** Nothing pulls: the likelihood simply does not depend on these coefficients. */
  readonly still: boolean;
  /** Rows whose predictor runs up, and down. */
  readonly up: Uint8Array;
  readonly down: Uint8Array;
}

function readPart(
  model: Bare,
  engine: Engine & { kind: "general" },
  design: Design,
  k: number,
): PartFlat | null {
  const part = model.parts[k],
    first = engine.objective.firstCoefficient[k],
    { directions, pulls } = engine.optimum.flat;
  const own = (v: Float64Array) => v.subarray(first, first + part.names.length);
  const mine = directions.filter((d) => own(d).some((v) => v !== 0));
  if (mine.length === 0) return null;
  const X = design.predictors[k].X.map(denseColumn),
    rule = new Tendencies(model.flat),
    l = new Float64Array(model.covariance.rows);
  const up = new Uint8Array(design.n), down = new Uint8Array(design.n);
  for (let i = 0; i < design.n; i++) {
    X.forEach((x, j) => l[part.start + j] = x[i]);
    const t = rule.of(l);
    if (t > 0) up[i] = 1;
    else if (t < 0) down[i] = 1;
  }
  const names = part.names.filter((_, j) => mine.some((d) => own(d)[j] !== 0));
  return {
    part: part.part,
    labels: names.map((n) => (part.part === MEAN ? n : `${n} (${part.part})`)),
    still: !pulls.some((a) => own(a).some((v) => v !== 0)),
    up,
    down,
  };
}

/** One sentence per part; where a separated mean leaves nothing to say on another part, that part is named with it. */
function ofParts(model: Bare, engine: Engine & { kind: "general" }, design: Design): string[] {
  const found = model.parts.flatMap((_, k) => readPart(model, engine, design, k) ?? []);
  const mean = found.find((f) => f.part === MEAN && !f.still);
  const follows = (f: PartFlat) =>
    mean !== undefined && f !== mean && !f.still &&
    f.up.every((_, i) => f.up[i] + f.down[i] === 0 || mean.up[i] + mean.down[i] > 0);
  const alike = isBinaryMixture(model, design)
    ? found.filter((f) => f.still && !isDispersion(partSpec(model, f.part)))
    : [];
  const rest = found.filter((f) => !follows(f) && !alike.includes(f)).flatMap((f) =>
    ofPart(
      model,
      design,
      f === mean ? { ...f, labels: [...f.labels, ...found.filter(follows).flatMap((o) => o.labels)] } : f,
    )
  );
  if (alike.length === 0) return rest;
  return [
    sentence(
      alike.flatMap((f) => f.labels),
      ALIKE,
      "Their probability of a success stands; leave the zero inflation out.",
    ),
    ...rest,
  ];
}

const ALIKE = "every row has one trial, so that an extra zero and a failure look alike";

/** Zero inflation of single trials: a Bernoulli variable is a Bernoulli variable, whatever makes its zeros. */
function isBinaryMixture({ family }: Bare, { response }: Design): boolean {
  const { trials } = response;
  return family.usesTrials && isInflated(family.parts(response)) &&
    (trials === null || trials.every((t) => t <= 1));
}

/** What zero inflation of single trials rests on, where it is not flat. */
export function binaryMixture(model: Bare, design: Design): string[] {
  if (!isBinaryMixture(model, design) || model.flat.directions.length > 0) return [];
  return [
    `Zero inflation here: ${ALIKE}. It is told from the mean by the shape of a curve alone, a probability that levels off below 1, and badly.`,
  ];
}

function ofPart(model: Bare, design: Design, { part, labels, still, up, down }: PartFlat): string[] {
  const several = labels.length > 1, them = several ? "them" : "it";
  if (still) {
    if (!model.converged) return []; // the first message says so
    return [sentence(
      labels,
      several
        ? "the data determine these coefficients in other combinations only"
        : "nothing in the data informs this coefficient",
      `${
        several ? "Their" : "Its"
      } standard error is infinite; what does not involve ${them} is reported as usual.`,
    )];
  }
  if (part === MEAN) {
    return [sentence(
      labels,
      separation(model, design, { up, down }),
      `${
        several ? "These coefficients have" : "This coefficient has"
      } no finite estimate and one-sided intervals; what does ` +
        `not involve ${them} is reported as usual.`,
    )];
  }
  const crowded = tooManyCoefficients(design, partSpec(model, part));
  if (crowded) return [sentence(labels, crowded, "The other estimates and the log-likelihood stand.")];
  const causes = [{ rows: down, isUp: false }, { rows: up, isUp: true }].filter(({ rows }) =>
    rows.some(Boolean)
  ).map(
    ({ rows, isUp }) => {
      if (rows.every(Boolean)) return limit(model, part, isUp, "");
      const where = cellsOf(model.recipe, part, usedRows(model as Model), rows);
      return limit(model, part, isUp, where === null ? " in some rows" : ` where ${where}`);
    },
  );
  return [sentence(labels, causes.join(", "), "The other estimates and the log-likelihood stand.")];
}

/** "no successes where f = b (complete separation …)". */
function separation(model: Bare, design: Design, { up, down }: Pick<PartFlat, "up" | "down">): string {
  const { y, trials } = design.response, data = usedRows(model as Model), { recipe } = model;
  const vanished = up.map((v, i) => v + down[i]), inflated = model.formulas.zeroInflation !== undefined;
  const complete = vanished.every((v) => v === 1);
  const what = `${complete ? "complete separation" : "separation"} drives ${
    model.flat.directions.length > 1 ? "estimates" : "an estimate"
  } to infinity`;
  const pieces = [
    {
      rows: down,
      words: trials ? "no successes" : only(y, down),
    },
    { rows: up, words: trials ? `no failures${inflated ? " but extra zeros" : ""}` : only(y, up) },
  ].filter(({ rows }) => rows.some(Boolean)).map(({ rows, words }) => {
    const cells = cellsOf(recipe, MEAN, data, rows);
    return cells === null ? null : `${words} where ${cells}`;
  });
  if (pieces.every((p) => p !== null)) return `${pieces.join(", ")} (${what})`;
  const count = vanished.reduce((s, v) => s + v, 0),
    around = complete ? null : levelAround(recipe, MEAN, data, vanished);
  return `a combination of these predictors tells ${complete ? "all" : count} of the ${design.n} rows${
    around ? `, within ${around},` : ""
  } with certainty (${what})`;
}

/** A dispersion or shape with a coefficient for (almost) every row, in words; null where it has fewer. */
export function tooManyCoefficients(design: Design, part: Part): string | null {
  const { X } = design.predictors.find((p) => p.part === part.name)!;
  if (part.shown || 2 * X.length <= design.n) return null;
  return `the formula of ${
    isDispersion(part) ? "the dispersion" : `part "${part.name}"`
  } has ${X.length} coefficients for ${design.n} ` +
    "rows, and a row by itself says nothing about its spread; give it fewer, which several rows share";
}

function only(y: Float64Array, rows: Uint8Array): string {
  const values = y.filter((_, i) => rows[i] === 1);
  return values.every((v) => v === 0) ? "only zeros" : "only values at the edge of what is possible";
}

/** What it means that zero inflation, a dispersion or a shape runs to its limit. */
function limit(model: Bare, name: string, up: boolean, where: string): string {
  const part = partSpec(model, name), known = part.limit?.(up, where);
  if (known) return known;
  const end = part.range[up ? 1 : 0];
  return `the ${part.meaning}${where} runs to ${end === Infinity ? "infinity" : end}`;
}

/** Covariance parameters without information. */
function ofTerms(model: Bare, engine: Engine): string[] {
  const thetaAt = engine.kind === "general" ? engine.objective.coefficients : 0,
    { effects } = engine.objective;
  const moves = (i: number) => engine.optimum.flat.directions.some((d) => d[i] !== 0);
  const sources = engine.design.predictors.flatMap((p) => p.random);
  if (!model.converged) return [];
  const found = effects.terms.filter((t) =>
    Array.from({ length: t.thetas }, (_, i) => thetaAt + t.theta + i).some(moves) &&
    atLimits(engine, t).length === 0 // which is a sentence of its own
  ).map((t) => model.random[sources.indexOf(t.term)]);
  const stands = "The log-likelihood and the fixed effects stand.";
  const alone = (t: Model["random"][number]) =>
    t.levels.length === 1 && !t.positions || effectsIn(t) >= model.nobs;
  const why = (t: Model["random"][number]) => {
    const { group, levels, positions } = t, effects = effectsIn(t);
    if (levels.length === 1 && !positions) {
      return `the grouping factor ${group} has one level, so its variance cannot be told from the fixed effects`;
    }
    return levels.length === model.nobs
      ? `the grouping factor ${group} has as many levels as there are rows, so its variance and the ${model.family.name} ` +
        `dispersion compete for the same differences`
      : `it has ${effects} random effects for ${model.nobs} rows, ${
        effects > model.nobs ? "more than" : "as many as"
      } there ` +
        `are rows, so they cannot be told from the residuals`;
  };
  const out = found.filter(alone).map((t) => sentence([`(${t.label})`], why(t), stands));
  const rest = found.filter((t) => !alone(t)), { link } = model.family;
  const unbounded = (t: Model["random"][number]) => {
    const far = t.positions
      ? t.parameters.some(({ kind, estimate }) => kind === "sd" && estimate > HUGE)
      : t.covariance.diagonal().some((v) => v > HUGE ** 2);
    return link.name !== "identity" && far;
  };
  if (rest.length > 0) {
    out.push(sentence(
      rest.map((t) => `(${t.label})`),
      rest.length > 1
        ? "these terms explain the same differences, and only their sum is determined"
        : unbounded(rest[0])
        ? "a variance grows without bound, because whole groups lie at the edge of what is possible"
        : "nothing in the data tells its variances apart",
      stands,
    ));
  }
  return out;
}
