/** What the main thread and a fitting worker say to each other: plain data only. */
import { Matrix } from "../../math/dense.ts";
import { bindTerm } from "../structures/bind.ts";
import type { Design, PredictorDesign, RandomTerm } from "../../formula/types.ts";
import { familyFrom, type FamilySpec, familySpec } from "../options/family_spec.ts";
import type { FitPlan } from "../optimum/optimise.ts";
import type { FitControl } from "../options/options.ts";
import type { Optimum } from "../optimum/optimum.ts";
import type { Step } from "../optimum/stopped.ts";

/** A plan as plain data. */
export interface PlainPlan {
  readonly design: Omit<Design, "recipe">;
  readonly family: FamilySpec;
  readonly closed: boolean;
  readonly reml: boolean;
  readonly quadrature: number;
  readonly control: Omit<FitControl, "onProgress">;
  readonly warm?: { readonly psi: Float64Array; readonly hessian: number[][] };
  readonly start?: FitPlan["start"];
}

/** An optimum as plain data. */
export type PlainOptimum = Omit<Optimum, "hessian" | "covariance"> & {
  hessian: number[][];
  covariance: number[][];
};

/** To the worker: a plan (kept, plans are numbered from 0), or a response for one that it has, with its steps told when watched. */
export type Request =
  | { kind: "plan"; plan: PlainPlan }
  | { kind: "fit"; id: number; plan: number; y?: Float64Array; watched: boolean };

/** From the worker. */
export type Reply =
  | { kind: "step"; id: number; step: Step }
  | { kind: "part"; id: number; rows: number; steps: number }
  | { kind: "standardErrors"; id: number; done: number; of: number }
  | { kind: "done"; id: number; optimum: PlainOptimum }
  | { kind: "failed"; id: number; name: string; message: string };

/** A plan without functions; null when its family cannot be sent. */
export function plainPlan(plan: FitPlan): PlainPlan | null {
  const family = familySpec(plan.family);
  if (!family || plan.design.predictors.some((p) => p.random.some(({ own }) => own))) return null;
  const { recipe: _, ...whole } = plan.design,
    design = { ...whole, predictors: whole.predictors.map(withoutIndicators) },
    { maxEvaluations, tolerance, threads, crossed } = plan.control ?? {};
  const { closed, reml, quadrature, warm, start } = plan;
  return {
    design,
    family,
    closed,
    reml,
    quadrature,
    control: { maxEvaluations, tolerance, threads, crossed },
    warm: warm && { psi: warm.psi, hessian: warm.hessian.to2DArray() },
    start,
  };
}

/** Indicators of positions, which a structure over positions does without, are not sent. */
function withoutIndicators(p: PredictorDesign): PredictorDesign {
  const lean = (t: RandomTerm) => t.position !== null && bindTerm(t, null).freedom === "scalar";
  return {
    ...p,
    random: p.random.map((t) => {
      if (!lean(t)) return t;
      const { columns: _, ...others } = Object.getOwnPropertyDescriptors(t); // not read, which would make them
      return Object.defineProperties({}, {
        ...others,
        columns: { value: [], enumerable: true },
      }) as RandomTerm;
    }),
  };
}

/** The plan again. */
export function planFrom(plain: PlainPlan): FitPlan {
  const { family, design, warm, ...rest } = plain;
  return {
    ...rest,
    family: familyFrom(family),
    design: { ...design, recipe: { version: 1 } },
    warm: warm && { psi: warm.psi, hessian: new Matrix(warm.hessian) },
  };
}

/** An optimum without methods. */
export function plainOptimum(o: Optimum): PlainOptimum {
  return { ...o, hessian: o.hessian.to2DArray(), covariance: o.covariance.to2DArray() };
}

/** The optimum again. */
export function optimumFrom(o: PlainOptimum): Optimum {
  const matrix = (rows: number[][]) => (rows.length > 0 ? new Matrix(rows) : Matrix.zeros(0, 0));
  return { ...o, hessian: matrix(o.hessian), covariance: matrix(o.covariance) };
}
