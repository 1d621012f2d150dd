/**
 * Wald intervals of standard deviations and correlations on the scales where they are nearly normal: log sd, and
 * r/√(1 − r²) (glmmTMB's parametrisation of a correlation).
 */
import type { Parameter } from "../../model/parameters/parameter.ts";
import { withStandardErrors } from "../../model/parameters/list.ts";
import type { Model } from "../../model/result/model.ts";

/** One interval. */
export interface DeviationInterval {
  readonly component: string;
  readonly group: string;
  readonly term: string;
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** Intervals of every parameter of the random effects; z normal deviates to each side. */
export function deviationIntervals(model: Model, z: number): DeviationInterval[] {
  return withStandardErrors(model).flatMap(({ parameter: p, estimate, se }) => {
    if (p.kind === "fixed" || p.kind === "dispersion") return [];
    const { component, group, term } = p, name = { component, group: group!, term, estimate };
    if (p.held) return [{ ...name, low: estimate, high: estimate }];
    if (p.kind === "own") return [{ ...name, ...ownLimits(p.own!, estimate, p.idle ? NaN : z * se) }];
    return [{
      ...name,
      ...(p.kind === "sd" ? deviationLimits(estimate, z * se) : correlationLimits(estimate, z * se)),
    }];
  });
}

/** On the scale of θ, where a structure's own parameter is nearly normal; its whole range where θ is not determined. */
function ownLimits(p: NonNullable<Parameter["own"]>, estimate: number, width: number) {
  const theta = p.theta(estimate), onTheta = width / p.slope(theta);
  if (!Number.isFinite(onTheta)) return { low: p.range[0], high: p.range[1] };
  return { low: p.value(theta - onTheta), high: p.value(theta + onTheta) };
}

function deviationLimits(estimate: number, width: number) {
  if (!(estimate > 1e-7)) return { low: 0, high: Infinity };
  const f = Math.exp(width / estimate);
  return { low: estimate / f, high: estimate * f };
}

function correlationLimits(estimate: number, width: number) {
  const room = 1 - estimate * estimate;
  if (!(room > 1e-9)) return { low: -1, high: 1 };
  const q = estimate / Math.sqrt(room),
    onScale = width / room ** 1.5,
    back = (x: number) => x / Math.sqrt(1 + x * x);
  return { low: back(q - onScale), high: back(q + onScale) };
}
