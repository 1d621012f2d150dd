/** The factors within whose levels means are compared. */
import { nearestName } from "../../frame.ts";
import { quoted } from "../grid/reference_grid.ts";
import type { ContrastOptions } from "./contrast_options.ts";
import type { Estimates } from "./estimates.ts";

/** The factors to condition on: those asked for, all but the simple ones, or those of the means. */
export function comparedWithin(
  means: Estimates,
  { by, simple }: Pick<ContrastOptions, "by" | "simple">,
): readonly string[] {
  const names = means.factors.map(({ name }) => name);
  const list = (given: string | readonly string[], option: string) => {
    const wanted = typeof given === "string" ? [given] : given;
    for (const name of wanted) {
      if (names.includes(name)) continue;
      const near = nearestName(name, names);
      throw new RangeError(
        `Cannot find "${name}" of ${option}: the factors of these means are ${quoted(names)}` +
          (near ? `; did you mean "${near}"?` : ""),
      );
    }
    return wanted;
  };
  if (by !== undefined && simple !== undefined) {
    throw new RangeError("Cannot use both by and simple: give one of them");
  }
  if (simple !== undefined) {
    const wanted = list(simple, "simple");
    return names.filter((name) => !wanted.includes(name));
  }
  return by === undefined ? means.by : list(by, "by");
}
