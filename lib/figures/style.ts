/** How figures with colours of their own meaning are drawn: one for what is shown, one for what asks for attention. */
import type { FigureOptions } from "../display.ts";
import { NEUTRAL, refuseLevels, twoColors } from "./colors.ts";
import { Words } from "./words.ts";

/** Colour of what asks for attention, because its test is significant: outliers, quantile curves, levels that are off. */
export const ALERT = "#ff725c";
/** Share of right models that a test may call wrong. */
const ALPHA = 0.05;

/** What the reader says of colours, names, bands and points. */
export interface Style {
  /** Colour of points, bars, boxes and bands. */
  readonly color: string;
  /** Colour of what asks for attention. */
  readonly alert: string;
  readonly words: Words;
  /** Bands and intervals are drawn. */
  readonly bands: boolean;
  /** Points of the data are drawn. */
  readonly points: boolean;
  /** The colour of alert where a test is significant; else that of text. */
  readonly alertIf: (pValue: number) => string;
}

/** The first colour of the reader's is that of what is shown, the second that of alert. */
export function styleOf(options: FigureOptions): Style {
  const { range, scheme, reverse, ...ofLevels } = (options.color ?? {}) as Record<string, never>;
  refuseLevels(ofLevels);
  const [color = NEUTRAL, alert = ALERT] = twoColors({ range, scheme, reverse });
  return {
    color,
    alert,
    words: new Words(options),
    bands: options.bands !== false,
    points: options.points !== false,
    alertIf: (pValue) => pValue < ALPHA ? alert : "currentColor",
  };
}
