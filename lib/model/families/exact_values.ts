/** Where a continuous response has point masses. */
import type { Family } from "./family.ts";

/** Values with a probability of their own, in their order: 0 and the ends of the support, where the family gives them; none of counts. */
export function exactValues(
  { discrete, support, mass }: Pick<Family, "discrete" | "support" | "mass">,
): number[] {
  if (discrete) return [];
  const possible = new Set([0, ...support.filter(Number.isFinite)]);
  return [...possible].filter(mass).sort((a, b) => a - b);
}
