/** Which exact values of a response are counted: those that have a probability of their own. */
import type { ResidualState } from "./state.ts";

/**
 * 0 of counts, 0 and 1 of families with point masses there (hurdles, Tweedie, ordered beta, …), by whatever option or family they have
 * them; none of categories, of counts above 0, or of successes out of trials. Of simulations from outside, 0 where they are whole numbers.
 */
export function countedValues(state: Pick<ResidualState, "trials" | "model" | "integer">): (0 | 1)[] {
  const { trials, model, integer } = state, family = model?.family;
  if (trials !== null || family?.categories) return [];
  const zeros = family ? family.mass(0) : integer, ones = family && !family.discrete && family.mass(1);
  return [...zeros ? [0 as const] : [], ...ones ? [1 as const] : []];
}
