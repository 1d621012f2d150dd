/** What random terms need of sums by level, and what these say of them. */
import { changed } from "../formula/absent_rows.ts";
import { groupInBoth } from "../formula/predictor.ts";
import type { Design, RandomTerm } from "../formula/types.ts";
import type { Sums } from "../source/source.ts";
import { bindTerm } from "./structures/bind.ts";

const CHAIN =
  "every position of a level has an effect of its own that depends on its neighbours', for which sums by level and position would be needed";

/** @throws {TypeError | RangeError} For a term that sums by level do not determine. */
export function assertTerms({ predictors: [{ random }] }: Design): void {
  for (const term of random) {
    if (term.group === "1") {
      throw new RangeError(
        `Cannot fit (${term.label}) from a source: it has one constant group, so there is nothing to pool over; leave the term out`,
      );
    }
    const { precision, cells } = bindTerm({ ...term, level: new Int32Array(0) }, null);
    if (precision || cells) throw unfit(term, CHAIN);
  }
}

/** What needs more than sums by level. */
function unfit({ structure, label }: RandomTerm, reason: string): TypeError {
  return new TypeError(
    `Cannot fit the structure "${structure}" of (${label}) from a source: ${reason}; collect the rows in a data frame and use fit()`,
  );
}

/**
 * The design with the level of f that every group of `(x | g, by = f)` lies in: the one whose columns it has.
 * @throws {RangeError} For a group that lies in several.
 */
export function withGroupsBy(design: Design, { factors }: Sums): Design {
  const [mean, ...rest] = design.predictors, first = new Map<string, number>();
  const random = mean.random.map((term) => {
    const from = first.get(term.group) ?? 0, { by, levels } = term;
    first.set(term.group, from + term.names.length);
    if (!by) return term;
    const { own, centre } = factors.find(({ group }) => group === term.group)!,
      k = by.labels.length;
    const of = levels.map((level, l) => {
      const found = new Set<number>(), width = centre.length;
      for (let j = 0; j < term.names.length; j++) {
        const at = from + j, here = own[l * width * width + at * (width + 1)] !== 0;
        if (here && centre[at] === 0) found.add(j % k); // a column about its centre is 0 nowhere
      }
      const [one = -1, other] = found;
      if (other === undefined) return one;
      throw groupInBoth({ text: by.text, group: term.group }, level, by.labels[one], by.labels[other]);
    });
    return changed(term, { by: { ...by, of } });
  });
  return changed(design, { predictors: [{ ...mean, random }, ...rest] });
}
