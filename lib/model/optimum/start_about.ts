/**
 * Starts that are about 0, for the search about another point m of the scale: what the scale multiplies is exp(−c) times as large there,
 * c = ζᵀm (scale_reference.ts).
 */
import { Matrix } from "../../math/dense.ts";
import { dot } from "../../math/vectors.ts";
import type { Laplace } from "../objective/laplace.ts";
import type { ScaleReference } from "../objective/scale_reference.ts";
import type { StartValue } from "../options/start_values.ts";
import type { Estimates } from "./warm_start.ts";

/** What a fitted model says, about m. */
export function estimatesAbout(
  { part, at, offset }: ScaleReference,
  model: Estimates,
  { effects }: Laplace,
): Estimates {
  const factor = Math.exp(-dot(at, model.parts[part].beta) - offset);
  return {
    ...model,
    parts: model.parts.map(({ beta }, k) => ({ beta: k === part ? beta : beta.map((v) => factor * v) })),
    random: model.random.map((t, k) => ({
      theta: t.theta,
      covariance: effects.terms[k].part === part ? t.covariance : Matrix.mul(t.covariance, factor ** 2),
    })),
  };
}

/** Values that the caller gives, about m; a coefficient of the scale that is not given starts at 0. */
export function valuesAbout(
  { part, at, offset }: ScaleReference,
  values: readonly StartValue[],
  { effects }: Laplace,
): StartValue[] {
  const c = values.reduce(
    (s, v) => s + (v.kind === "coefficient" && v.part === part ? at[v.index] * v.value : 0),
    offset,
  );
  const isScaled = (v: StartValue) =>
    v.kind === "coefficient" ? v.part !== part : effects.terms[v.term].part !== part &&
      effects.terms[v.term].covariance.shown.some(({ name, kind }) => name === v.name && kind === "sd");
  return values.map((v) => isScaled(v) ? { ...v, value: Math.exp(-c) * v.value } : v);
}
