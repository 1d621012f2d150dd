/** What a search leaves behind, and the objectives that it is made of. */
import type { Design } from "../../formula/types.ts";
import type { Family } from "../families/family.ts";
import { allEffects } from "../objective/all_effects.ts";
import { Laplace } from "../objective/laplace.ts";
import { ProfiledDeviance } from "../objective/linear.ts";
import type { ScaleMap } from "../objective/scale_map.ts";
import { aboutReference } from "../objective/scale_reference.ts";
import { aboutZero } from "./about_zero.ts";
import { exactly, type MakeFactor, whereThereIsRoom } from "../objective/make_factor.ts";
import type { CrossProducts } from "../objective/cross_products.ts";
import type { FitControl } from "../options/options.ts";
import type { RandomEffects } from "../objective/random_effects.ts";
import { Restricted } from "../objective/restricted.ts";
import { rowSums } from "../objective/row_sums.ts";
import type { Optimum } from "./optimum.ts";
import { withMeans } from "./restricted_optimum.ts";

/** The live objects behind a fit: absent in a model that was loaded from JSON. */
export type Engine =
  & { readonly design: Design; readonly optimum: Optimum }
  & ({
    readonly kind: "general";
    readonly objective: Laplace;
    /** The optimum is one of the restricted likelihood, which the objective is not. */
    readonly restricted?: boolean;
    /** What was searched, where that is about another point of the scale, and how to come from there. */
    readonly searched?: { readonly engine: Engine & { readonly kind: "general" }; readonly map: ScaleMap };
  } | {
    readonly kind: "gaussian";
    readonly objective: ProfiledDeviance;
  });

/** The engine whose optimum a search may start from again. */
export function searchedEngine(engine: Engine): Engine {
  return engine.kind === "general" ? engine.searched?.engine ?? engine : engine;
}

/** What an objective is made from. */
export interface Ingredients {
  readonly design: Design;
  readonly family: Family;
  /** Gaussian with identity link and one residual variance: profiled deviance in closed form. */
  readonly closed: boolean;
  readonly reml: boolean;
  /** Its cross-products, where they were added up elsewhere. */
  readonly sums?: CrossProducts;
  readonly control?: FitControl;
}

/** The engine at an optimum that was found elsewhere; where that said where it stands, nothing is evaluated before it is needed. */
export function engineAt(
  plan: Ingredients,
  { standing, ...optimum }: Optimum,
  objective = objectiveOf(plan),
): Engine {
  const { design } = plan, { psi } = optimum;
  if (optimum.stopped && plan.reml && objective instanceof Laplace) { // such a search does not know the mean's coefficients
    const whole = withMeans(new Restricted(objective), optimum);
    return { kind: "general", design, objective, optimum: whole, restricted: true };
  }
  if (standing) objective.resume(psi, standing);
  else objective.evaluate(psi, new Float64Array(psi.length));
  return objective instanceof Laplace
    ? aboutZero(
      { kind: "general", design: objective.design, objective, optimum, restricted: plan.reml },
      plan,
    )
    : { kind: "gaussian", design, objective, optimum };
}

/** The objective of a plan that is searched. */
export function objectiveOf(
  { design, family, closed, reml, sums, control }: Ingredients,
  effects?: RandomEffects,
  make: MakeFactor = control?.crossed === "iterative" ? whereThereIsRoom : exactly,
): Laplace | ProfiledDeviance {
  return closed
    ? new ProfiledDeviance(sums ?? rowSums(design), reml, make)
    : new Laplace(aboutReference(design, family), family, effects, undefined, make);
}

/** The same in two pieces, before and between which this thread looks up, so that it hears the stop button. */
export async function objectiveInPieces(plan: Ingredients): Promise<Laplace | ProfiledDeviance> {
  await lookUp();
  const { closed, design } = plan;
  const sums = closed ? plan.sums ?? rowSums(design) : undefined;
  const effects = closed ? undefined : allEffects(design);
  await lookUp();
  return objectiveOf({ ...plan, sums }, effects);
}

function lookUp(): Promise<void> {
  return new Promise((resume) => setTimeout(resume, 0));
}
