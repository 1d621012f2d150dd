/** Comparison arrows beside the intervals of means. */
import type { FigureOptions } from "../display.ts";
import { comparisonArrows } from "../inference/means/comparison_arrows.ts";
import type { Estimates } from "../inference/means/estimates.ts";
import type { Roles } from "./axes.ts";
import { colorChannel } from "./colors.ts";
import { type Mark, placeOf } from "./effect.ts";
import { Plot } from "./plot.ts";
import { formatValue, type Row } from "./rows.ts";

/** Pixels right of the interval. */
const BESIDE = 7;

/** An arrow from the mean to one of its ends. */
interface Arrow extends Mark {
  readonly end: number;
}

/** The arrows of some means, and what the caption says of them. */
export interface Arrows {
  readonly note: string;
  marks(
    placed: readonly (readonly [Row, Mark])[],
    roles: Roles,
    offset: (mark: Mark) => number,
    options: FigureOptions,
  ): unknown[];
}

/** @throws {RangeError} Where the covariances of the means are not known. */
export function arrowMarks(estimates: Estimates | undefined): Arrows {
  if (!estimates) {
    throw new RangeError(
      "Cannot draw comparisons: this table does not know the covariances of its means; it should be the result of emmeans() itself",
    );
  }
  const { low, high, misleading } = comparisonArrows(estimates);
  const wrong = misleading.slice(0, 3).map((pair) => pair.join(" and ")).join("; ");
  const more = misleading.length > 3 ? ` and ${misleading.length - 3} more` : "";
  return {
    note:
      `Arrows: two means differ (Tukey, ${
        formatValue(100 - 100 * estimates.level)
      }%) where theirs do not overlap.` +
      (wrong ? ` They mislead for ${wrong}${more}: see pairs().` : ""),
    marks(placed, roles, offset, options) {
      const arrows = placed.flatMap(([, mark], i): Arrow[] =>
        [low[i], high[i]].filter(Number.isFinite).map((end) => ({ ...mark, end }))
      );
      return [...Map.groupBy(arrows, ({ line }) => line).values()].flatMap((own) => {
        const { x, ...facets } = placeOf(roles), at = { ...facets, dx: offset(own[0]) + BESIDE };
        const color = colorChannel(roles.color, options);
        const head = (up: boolean) =>
          Plot.dot(own.filter(({ y, end }) => (end > y) === up), {
            ...at,
            x,
            y: "end",
            symbol: "triangle",
            rotate: up ? 0 : 180,
            r: 3,
            fill: color,
          } as never);
        return [
          Plot.link(own, { ...at, x, y1: "y", y2: "end", stroke: color, strokeWidth: 1.4 } as never),
          head(true),
          head(false),
        ];
      });
    },
  };
}
