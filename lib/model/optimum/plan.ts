/** What a fit computes with, and what it tells on the way. */
import type { Matrix } from "../../math/dense.ts";
import type { Held } from "../objective/held.ts";
import type { Laplace } from "../objective/laplace.ts";
import type { ProfiledDeviance } from "../objective/linear.ts";
import type { StartValue } from "../options/start_values.ts";
import type { Ingredients } from "./engine.ts";
import type { OptimumOptions } from "./optimum.ts";
import { type Step, stepAt } from "./stopped.ts";
import type { Estimates } from "./warm_start.ts";

/** What a fit computes with. */
export interface FitPlan extends Ingredients {
  readonly quadrature: number;
  /** A point to start from, and its Hessian: the optimum of the same model for other responses. */
  readonly warm?: { readonly psi: Float64Array; readonly hessian: Matrix };
  /** Values to start from, where the caller gave some. */
  readonly start?: readonly StartValue[];
  /** A model to start from, for other rows of its data. */
  readonly from?: Estimates;
  /** Is told how far the search is. */
  readonly watch?: Watch;
}

/** What is told how far a search is. */
export interface Watch {
  /** After every step. */
  readonly step: (step: Step) => void;
  /** After every step of the search of a part of the rows, from which that of all begins: how many rows, and the steps so far. */
  readonly part: (rows: number, steps: number) => void;
  /** While the Hessian is differenced: evaluations done, and of how many. */
  readonly standardErrors: (done: number, of: number) => void;
}

/** Options of a search, which tells of its steps. */
export function optionsOf(
  { control, watch }: FitPlan,
  objective: Laplace | ProfiledDeviance,
  { points, held, stands = true }: {
    readonly points: number;
    readonly held: readonly Held[];
    readonly stands?: boolean;
  },
): OptimumOptions {
  const { onProgress, maxEvaluations, tolerance } = control ?? {};
  return {
    maxEvaluations,
    tolerance,
    onProgress: (onProgress || watch) && ((value, count, psi, slope) => {
      onProgress?.(-value, count);
      const at = {
        points,
        held: held.map(({ at }) => at),
        standing: stands ? objective.standing() : undefined,
      };
      watch?.step(stepAt(psi, -value, count, slope, at));
    }),
    onHessian: watch?.standardErrors,
  };
}
