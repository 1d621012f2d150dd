/** Partial residuals: the estimate at a row's place plus the row's residual, on the scale of the linear predictor. */
import type { FigureData } from "../display.ts";
import type { Mark } from "./effect.ts";

/**
 * h(g(estimate) + r) at the place of each row, r the working residual (to first order, estimate + r h′, where a mean has no upper
 * bound): what the data say of the effect that is drawn, the other effects of the model (random ones too) taken out. Between the
 * points of a line g(estimate) is interpolated.
 *
 * @param places where the rows are; NaN is given for those on none of the lines
 * @param marks the estimates
 * Source: Landwehr, Pregibon & Shoemaker (1984), J. Am. Stat. Assoc. 79:61–71; Fox & Weisberg (2018), J. Stat. Softw. 87(9).
 */
export function partialValues(
  places: readonly Mark[],
  marks: readonly Mark[],
  { eta, value }: NonNullable<FigureData["partial"]>,
  residual: readonly number[],
): number[] {
  const population = marks.filter(({ grouped }) => !grouped),
    lines = linesOf(population.length > 0 ? population : marks);
  return places.map((place, i) => {
    const line = namesOf(place).map((name) => lines.get(lineOf({ ...place, line: name }))).find(Boolean);
    return line ? value(at(line, place.x, eta), residual[i]) : NaN;
  });
}

/** The line of a place, and those of the population, which have no group: variables of groups are the last. */
function namesOf({ line }: Mark): string[] {
  const parts = line.split("\n");
  return parts.map((_, k) =>
    [...parts.slice(0, parts.length - k), ...new Array(k).fill("missing")].join("\n")
  ).concat(
    new Array(parts.length).fill("missing").join("\n"),
    parts[0],
  );
}

function lineOf({ line, fx, fy }: Pick<Mark, "line" | "fx" | "fy">): string {
  return [line, fx, fy].join("\n\n");
}

function linesOf(marks: readonly Mark[]): Map<string, Mark[]> {
  const lines = Map.groupBy(marks, lineOf);
  for (const line of lines.values()) line.sort((a, b) => Number(a.x) - Number(b.x));
  return lines;
}

/** g(estimate) at x: of the level, or between the two neighbours; NaN outside of the line. */
function at(line: readonly Mark[], x: Mark["x"], eta: (estimate: number) => number): number {
  if (typeof x === "string") return eta(line.find((mark) => mark.x === x)?.y ?? NaN);
  const right = line.findIndex((mark) => (mark.x as number) >= x);
  if (right < 0) return NaN;
  const b = line[right], to = b.x as number;
  if (to === x) return eta(b.y);
  if (right === 0) return NaN;
  const a = line[right - 1], from = a.x as number, share = (x - from) / (to - from);
  return (1 - share) * eta(a.y) + share * eta(b.y);
}
