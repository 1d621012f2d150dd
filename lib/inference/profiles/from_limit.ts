/**
 * Profile of a structure's own parameter that has run to an end of its range, where the likelihood is flat in it: from where it has not
 * yet gone that far, and with that end as one of its limits.
 */
import type { Base, Parameter } from "../../model/parameters/parameter.ts";
import { type Profile, profile } from "./profile.ts";

/** Has the parameter run away, as the likelihood's flat directions have it? @param slope its gradient over what the data determine */
export function hasRunAway({ own, move }: Parameter, slope: Float64Array): boolean {
  return own?.limit !== undefined && move !== undefined && slope.every((v) => v === 0);
}

/** @param base over all coordinates, the parameter's own among them */
export function profileFromLimit(base: Base, p: Parameter, cutoff: number): Profile {
  const own = p.own!, { beyond } = own.limit!, estimate = p.value(base.psi), up = own.theta(estimate) > 0;
  const [near, nearer] = [beyond, beyond / 2].map((theta) => own.value(up ? theta : -theta)),
    psi = p.move!(base.psi, near)!;
  const found = profile({ ...base, psi }, p, Math.abs(near - nearer), cutoff, p.range);
  return estimate > near ? { ...found, high: p.range[1] } : { ...found, low: p.range[0] };
}
