/** What the degrees-of-freedom methods know of a model: computed once when first asked for, or read with a saved model. */
import { hasDf } from "./has_df.ts";
import { kenwardRoger, type KenwardRogerState } from "./kenward_roger.ts";
import { engineOf, type Model } from "./model.ts";
import { covarianceOf } from "./term_result.ts";
import { satterthwaite, type SatterthwaiteState } from "./satterthwaite.ts";

/**
 * Most random effects for which Kenward and Roger's matrices are formed unless they are asked for: their cost grows with the
 * square of the number, and their correction falls with it (InstEval, 4,114 effects: 50 s, standard errors 0.2 % larger).
 */
const MOST_EFFECTS = 1000;

const effectsOf = ({ random }: Model) => random.reduce((n, t) => n + t.levels.length * t.names.length, 0);

/**
 * Is Kenward and Roger's method the one of a model? It is where the covariance is linear in variances and covariances of independent groups,
 * as everywhere in R; of other structures it is there to be asked for.
 */
export function hasKenwardRoger(model: Model): boolean {
  return hasDf(model) && effectsOf(model) <= MOST_EFFECTS &&
    model.random.every((t) => t.known === null && covarianceOf(t).entries !== undefined);
}

/** Random effects, and effects of a node (places of a field), up to which the matrices of other models are formed within a second. */
const MOST_SAVED = 500, WIDEST_SAVED = 100;

/** Is it saved with a model? */
export function savesKenwardRoger(model: Model): boolean {
  return hasKenwardRoger(model) || hasDf(model) && effectsOf(model) <= MOST_SAVED &&
      model.random.every((t) => covarianceOf(t).width <= WIDEST_SAVED);
}

/** The states of one model, as far as they are known. */
export interface DfStates {
  satterthwaite?: SatterthwaiteState;
  kenwardRoger?: KenwardRogerState;
}

const known = new WeakMap<Model, DfStates>();

function statesOf(model: Model): DfStates {
  let states = known.get(model);
  if (!states) known.set(model, states = {});
  return states;
}

function gaussianEngine(model: Model, what: string) {
  const engine = engineOf(model, `${what} degrees of freedom`);
  if (engine.kind === "gaussian") return engine;
  throw new RangeError(
    `Cannot compute ${what} degrees of freedom: this Gaussian model was not fitted in closed form`,
  );
}

/** The state of Satterthwaite's method. */
export function satterthwaiteState(model: Model): SatterthwaiteState {
  const states = statesOf(model);
  return states.satterthwaite ??= satterthwaite(model, gaussianEngine(model, "Satterthwaite"));
}

/** The state of Kenward and Roger's method. */
export function kenwardRogerState(model: Model): KenwardRogerState {
  const states = statesOf(model);
  return states.kenwardRoger ??= kenwardRoger(gaussianEngine(model, "Kenward-Roger"));
}

/** Gives a model that was read from JSON the states that were saved with it. */
export function rememberDfStates(model: Model, states: DfStates) {
  known.set(model, states);
}
