/** Data before there is a model, in one line. */
import { describe as inWords, noMore } from "../check.ts";
import { type FigureElement, type LookPlotOptions, type ResultFrame, resultFrame } from "../display.ts";
import { assertFrame, type Frame } from "../frame.ts";
import { readSketch } from "../formula/sketch.ts";
import { describe } from "../inference/describe/describe.ts";
import { LOOK } from "./look.ts";

/**
 * Looks at data before there is a model: points of a response over a number with means or a smooth curve, points and boxes by category,
 * shares of categories; distributions where nothing stands on the left.
 *
 * ```ts
 * import { dataset, look } from "@tidyglmm/tidyglmm";
 *
 * const dragons = await dataset("dragons_1"), sleep = await dataset("sleepstudy");
 * look(dragons, "testScore ~ bodyLength"); //                      points and a smooth curve
 * look(dragons, "testScore ~ bodyLength | mountainRange"); //      by group: colours up to six, else panels
 * look(dragons, "testScore ~ site | mountainRange"); //            points, boxes and means by category
 * look(dragons, "testScore ~ bodyLength + site | mountainRange"); // colours, and panels
 * look(sleep, "Reaction ~ Days + (Days | Subject)"); //            a model's formula: a panel for each subject
 * look(await dataset("blood_pressure"), "bp ~ time | hospital_id/patient_id"); // a line for each patient
 * look(dragons, "~ testScore | site"); //                          distributions
 * ```
 *
 * @param data a data frame
 * @param formula one response (numbers, 0 and 1, text or booleans, `cbind(successes, failures)`) over one variable, which a second
 *   colours; after a bar the group, and units in it as lines. Numbers of many values are cut into three where categories are needed
 * @param options those of `.plot()`: size, title, caption, axes, colours, `marks` on top
 * @returns the figure
 * @throws {RangeError} for a name that is no column, and for more variables or levels than a picture has room for
 * @throws {SyntaxError} for a text that is no formula
 * Source: Cleveland (1979) for the curve, a local regression with span 0.75.
 * @category Data and grids
 */
export function look(data: Frame, formula: string, options: LookPlotOptions = {}): FigureElement {
  noMore("look", arguments, 3);
  assertFrame(data);
  if (typeof formula !== "string") {
    throw new TypeError(`Cannot look at ${inWords(formula)}: it should be a formula such as "y ~ x | g"`);
  }
  const sketch = readSketch(formula, data);
  if (sketch.left.length === 0 || sketch.right.length === 0) {
    return (describe(data, formula) as ResultFrame<LookPlotOptions>).plot(options);
  }
  const meta = { title: `${formula}, ${sketch.n} rows`, formula, sketch };
  return (resultFrame(LOOK, data, meta) as ResultFrame<LookPlotOptions>).plot(options);
}
