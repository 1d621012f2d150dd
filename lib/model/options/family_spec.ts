/** A built-in family as plain data, to make it again in a worker or from a saved model. */
import type { Family, FamilyVariant } from "../families/family.ts";
import * as combinators from "../families/combinators.ts";
import * as families from "../families/mod.ts";
import { isBuiltIn } from "../links/resolve.ts";

/** Name, link and fixed numbers of a built-in family; of a combined one the combinator and what it was given. */
export interface FamilySpec {
  readonly name: string;
  readonly link: string;
  readonly fixed?: Readonly<Record<string, number>>;
  readonly variant?: FamilyVariant;
  readonly of?: FamilySpec;
}

/** The spec of a family; null for a family or link that a user made, which only its own code can make again. */
export function familySpec({ name, link, fixed, variant, made }: Family): FamilySpec | null {
  if (made) {
    const of = familySpec(made.of);
    return of && Object.hasOwn(combinators, made.by) ? { name: made.by, link: link.name, of } : null;
  }
  const builtIn = Object.hasOwn(families, name) && isBuiltIn(link);
  return builtIn ? { name, link: link.name, fixed, variant } : null;
}

/** The family of a spec. */
export function familyFrom({ name, link, fixed, variant, of }: FamilySpec): Family {
  if (of) return (combinators as Record<string, (family: Family) => Family>)[name](familyFrom(of));
  const make = (families as unknown as Record<string, (options: unknown) => Family>)[name];
  if (!make) {
    throw new RangeError(
      `Cannot find family "${name}": built in are ${Object.keys(families).map((f) => `"${f}"`).join(", ")}`,
    );
  }
  const family = make(fixed ? { link, ...fixed } : link);
  return variant && family.as ? family.as(variant) : family;
}
