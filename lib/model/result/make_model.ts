/** From an optimum to the model: coefficients, covariances and modes on the scale of the data, and what to tell the user. */
import type { Frame } from "../../frame.ts";
import { congruence, Matrix } from "../../math/dense.ts";
import type { Design, GroupPrecision, PredictorDesign, RandomTerm } from "../../formula/types.ts";
import { certify } from "./certificate.ts";
import { type Flat, NOT_FLAT } from "../optimum/directions.ts";
import type { Family, Part } from "../families/family.ts";
import { coefficientNames, isDispersion, isShape } from "../families/part.ts";
import { givenFormula } from "../options/part_formulas.ts";
import type { FitOptions } from "../options/options.ts";
import { isConstant } from "../../formula/constant_predictor.ts";
import { gaussianCovariance } from "./coefficient_covariance.ts";
import { explain } from "./messages.ts";
import type { ProfiledDeviance } from "../objective/linear.ts";
import { keepEngine, liveEngine } from "./engines.ts";
import type { Method, Model, PartResult, TermResult } from "./model.ts";
import type { Engine } from "../optimum/engine.ts";
import { basisRow, type TermLayout } from "../objective/random_effects.ts";
import { covarianceAt } from "../objective/term_covariance.ts";
import { residualCells, residualGroup, wholeEffects } from "./residual_effects.ts";
import { positionsCovariance, readParameters as readTermParameters } from "./term_result.ts";

/**
 * Assembles the immutable model.
 * @param data what the fit read, in a frame that the caller cannot change
 * @param again makes the engine once more, where that takes no more than the data: it is then not kept
 */
export function makeModel(
  formula: string,
  data: Frame | null,
  family: Family,
  engine: Engine,
  options: FitOptions,
  again?: () => Engine,
): Model {
  const { design, optimum } = engine, quadrature = options.quadrature ?? 1;
  if (!Number.isFinite(optimum.value)) throw noLikelihood(engine, family, options);
  const restricted = engine.kind === "gaussian" ? engine.objective.reml : engine.restricted === true,
    linear = restricted && engine.kind === "gaussian" && engine.objective.effects.q === 0,
    reml = restricted && !linear;
  const self: Later = { model: null };
  const specs = family.parts(design.response), parts = readParts(engine, specs, options);
  const random = design.predictors.flatMap((p) =>
    p.random.map((term) => readTerm(engine, layoutOf(engine, term), p))
  );
  const parameters = readParameters(engine, specs);
  const certificate = certify(engine, quadrature, engineOfLater(self));
  const own = optimum.psi.length - optimum.held.length,
    size = engine.kind === "gaussian" ? own + engine.objective.p + 1 : own;
  const bare: Omit<Model, "messages"> = {
    formula,
    family,
    nobs: design.counted ?? design.n,
    converged: certificate.converged,
    singular: certificate.boundary.length > 0,
    certificate,
    formulas: {
      zeroInflation: options.zeroInflation,
      oneInflation: options.oneInflation,
      dispersion: options.dispersion,
      ...(options.residual === undefined ? {} : { residual: options.residual }),
      ...(options.nominal === undefined ? {} : { nominal: options.nominal }),
      ...(options.shape ? { shape: options.shape } : {}),
    },
    method: linear ? "least squares" : methodOf(engine, reml, quadrature),
    reml,
    quadrature,
    response: design.response.name,
    parts,
    random,
    covariance: coefficientCovariance(engine, parts),
    flat: flatCoefficients(engine),
    logLik: linear ? leastSquaresLogLik(engine.objective, design) : -optimum.value,
    npar: size,
    dfResidual: linear ? engine.objective.N : (design.counted ?? design.n) - size,
    parameters,
    sigma: engine.kind === "gaussian" ? parameters.disp : family.sigma(Object.values(parameters)),
    weights: weightsOf(family, options),
    rowsGiven: design.rowsGiven,
    recipe: design.recipe,
    options,
    data,
  };
  keepEngine(bare as Model, engine); // explanations read the rows
  const messages = Object.freeze(explain(bare, design, engine));
  return self.model = keepEngine(Object.freeze({ ...bare, messages }), engine, again);
}

/** A model that is being made. */
interface Later {
  model: Model | null;
}

/** Its engine; in a function of its own, whose closure holds nothing else of the fit. */
function engineOfLater(self: Later): () => Engine {
  return () => liveEngine(self.model!)!;
}

/** Maximum of the log-likelihood at least-squares estimates, n(1 + log(2π RSS/n))/−2, as logLik.lm has it. */
function leastSquaresLogLik({ N, p, sigma2 }: ProfiledDeviance, { precision }: Design): number {
  const n = N + p, logWeights = precision ? precision.reduce((s, w) => s + Math.log(w), 0) : 0;
  return (logWeights - n * (1 + Math.log(2 * Math.PI * N * sigma2 / n))) / 2;
}

/** No number of the fit would mean anything. */
function noLikelihood(engine: Engine, family: Family, options: FitOptions): RangeError {
  const { kind, design } = engine, { name } = design.response;
  if (kind === "gaussian" && design.weights && engine.objective.N <= 0) {
    const { N, p, reml } = engine.objective;
    return new RangeError(
      `Cannot fit: the frequency weights count ${
        Number((N + (reml ? p : 0)).toPrecision(6))
      } observations, which is not more ` +
        `than the ${p} coefficients; weights that divide the variance are { precision: … }`,
    );
  }
  return new RangeError(
    kind === "gaussian"
      ? `Cannot fit: the model reproduces the response "${name}" exactly, so its residual variance is 0 and nothing can be tested`
      : `Cannot fit family "${family.name}" with link "${family.link.name}": no starting point gives possible means for the ` +
        `response "${name}"; take another link, or check the offset${
          options.fixed ? " and the values that are held (option fixed)" : ""
        }`,
  );
}

function methodOf(engine: Engine, reml: boolean, quadrature: number): Method {
  if (reml) return "REML";
  if (engine.kind === "gaussian") return "maximum likelihood";
  if (engine.objective.effects.q === 0) return "maximum likelihood";
  return quadrature > 1 ? "adaptive Gauss-Hermite quadrature" : "Laplace approximation";
}

function weightsOf(family: Family, { weights }: FitOptions): Model["weights"] {
  if (weights === undefined) return "none";
  if (typeof weights === "string") return family.usesTrials ? "trials" : "frequency";
  return weights.trials ? "trials" : weights.precision ? "precision" : "frequency";
}

function layoutOf(engine: Engine, term: PredictorDesign["random"][number]): TermLayout {
  return engine.objective.effects.terms.find((t) => t.term === term)!;
}

/** β = R⁻¹γ for every part. */
function readParts(engine: Engine, specs: readonly Part[], options: FitOptions): PartResult[] {
  const all = engine.kind === "general" ? engine.objective.joint.at(engine.optimum.psi) : null;
  let start = 0;
  return engine.design.predictors.map((p, k) => {
    let beta: Float64Array;
    if (engine.kind === "general") beta = all!.slice(start, start + p.X.length);
    else if (k === 0) beta = engine.objective.basis.coefficients(engine.objective.gamma);
    else beta = Float64Array.of(residualGroup(engine) ? -Infinity : Math.log(engine.objective.sigma2) / 2);
    const spec = specs[k];
    const shown = spec.shown === true || (givenFormula(spec, options) !== undefined && !isConstant(p));
    const names = coefficientNames(spec, p.names);
    const part = {
      part: p.part,
      component: spec.component ?? spec.name,
      formula: p.formula,
      names,
      terms: p.terms,
      beta,
      start,
      dropped: p.dropped,
      fixed: names.filter((_, j) => p.held && !Number.isNaN(p.held[j])),
      shown,
    };
    start += beta.length;
    return part;
  });
}

/** The flat directions in which coefficients take part. */
function flatCoefficients({ kind, objective, optimum: { flat } }: Engine): Flat {
  if (kind === "gaussian" || flat.directions.length === 0) return NOT_FLAT;
  const own = (v: Float64Array) => v.slice(0, objective.coefficients);
  return {
    directions: flat.directions.map(own).filter((d) => d.some((v) => v !== 0)),
    pulls: flat.pulls.map(own),
    ray: flat.ray && own(flat.ray),
  };
}

/** Covariance of the stacked β. */
function coefficientCovariance(engine: Engine, parts: readonly PartResult[]): Matrix {
  if (engine.kind === "gaussian") return gaussianCovariance(engine);
  const P = parts.reduce((s, p) => s + p.beta.length, 0);
  const { objective: { thetaAt: size, joint }, optimum } = engine;
  if (size === 0) return Matrix.zeros(P, P);
  const all = Array.from({ length: size }, (_, i) => i);
  return congruence(joint.jacobian(), optimum.covariance.selection(all, all));
}

/** Σ = C T TᵀCᵀ (times σ² for Gaussian models) and b̂ = C b̃ on the scale of the data's columns. */
function readTerm(engine: Engine, layout: TermLayout, predictor: PredictorDesign): TermResult {
  const { term, count, basis, covariance: bound } = layout, at = thetaAtOf(engine) + layout.theta;
  const theta = engine.optimum.psi.slice(at, at + layout.thetas);
  const sigma2 = engine.kind === "gaussian" ? engine.objective.sigma2 : 1;
  const positions = basis.rows < count ? term.position!.labels : null;
  const scale = positions ? basis.get(0, 0) ** 2 * sigma2 : 1;
  const covariance = lazily(() =>
    positions
      ? positionsCovariance(bound, theta, scale, count)
      : covarianceAt({ covariance: bound, basis, count }, theta, 0, sigma2)
  );
  const entry = bound.cells
    ? () => covarianceAt({ covariance: bound, basis, count }, theta, 0, sigma2).get(0, 0) // of a node
    : (i: number, j: number) => covariance().get(i, j);
  return {
    part: predictor.part,
    label: term.label,
    group: term.group,
    structure: term.structure,
    own: term.own ?? null,
    structureArguments: term.structureArguments ?? {},
    names: term.names,
    variables: term.variables,
    positions,
    levels: term.levels,
    cells: bound.cells ?? null,
    by: term.by ?? null,
    relation: term.relation ?? null,
    known: knownOf(engine, term.group),
    fixed: term.fixed ?? {},
    residual: term.residual ?? null,
    theta,
    scale,
    get covariance() {
      return covariance();
    },
    parameters: readTermParameters(bound, theta, entry),
    modes: modesOf(engine, layout),
    rowsPerLevel: rowsPerLevel(term),
  };
}

/** Made when first asked for. */
function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => made ??= make();
}

/** b̂ = C b̃, level by level. */
function modesOf(engine: Engine, layout: TermLayout): Float64Array {
  const { effects } = engine.objective,
    b = effectsOf(engine),
    { count, slot, term: { levels } } = layout,
    group = effects.groups.find((g) => g.terms.includes(layout))!;
  if (group.onePosition) {
    return b.slice(group.start, group.start + group.nodes * group.width).map((v) =>
      v * layout.basis.get(0, 0)
    );
  }
  const modes = new Float64Array(levels.length * count);
  for (let i = 0; i < count; i++) {
    const row = basisRow(layout, i);
    for (let l = 0; l < levels.length; l++) {
      const first = group.start + l * group.width + slot;
      for (const [k, value] of row) modes[l * count + i] += value * b[first + k];
    }
  }
  return modes;
}

/** b̃ of the engine; in full where a term stands in the residual's place. */
function effectsOf(engine: Engine): Float64Array {
  const group = residualGroup(engine), { b } = engine.objective;
  if (!group || engine.kind !== "gaussian") return b;
  const { basis, gamma } = engine.objective;
  return wholeEffects(engine, residualCells(engine, group), b, basis.coefficients(gamma));
}

function knownOf({ design: { known } }: Engine, group: string): GroupPrecision | null {
  return known && Object.hasOwn(known, group) ? known[group] : null;
}

function thetaAtOf(engine: Engine): number {
  return engine.kind === "general" ? engine.objective.thetaAt : 0;
}

/** Fewest, median and most. */
function rowsPerLevel(term: RandomTerm): [number, number, number] {
  const count = (term.rowsPerLevel ?? countRows(term)).slice().sort(), levels = count.length;
  return [count[0], count[levels >> 1], count[levels - 1]];
}

function countRows({ level, levels }: RandomTerm): Int32Array {
  const count = new Int32Array(levels.length);
  for (let i = 0; i < level.length; i++) count[level[i]]++;
  return count;
}

/** Parameters of dispersion and shapes: the constant, or the mean over the rows. */
function readParameters(engine: Engine, specs: readonly Part[]): Record<string, number> {
  const out: Record<string, number> = {};
  specs.forEach((spec, k) => {
    if (!isDispersion(spec) && !isShape(spec)) return;
    const { name, link } = spec;
    if (engine.kind === "gaussian") {
      out[name] = residualGroup(engine) ? 0 : Math.sqrt(engine.objective.sigma2);
    } else if (isConstant(engine.design.predictors[k])) out[name] = link.mean(engine.objective.eta[k][0]);
    else out[name] = engine.objective.eta[k].reduce((s, e) => s + link.mean(e), 0) / engine.design.n;
  });
  return out;
}
