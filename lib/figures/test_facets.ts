/** Tests of residuals within the levels of a column: a panel each. */
import { pText, type TestMeta, type TestView } from "../inference/diagnostics/test_frame.ts";
import { extent } from "../math/descriptive.ts";
import { stepwise } from "../math/stepwise.ts";
import { Plot } from "./plot.ts";
import {
  alongInParts,
  heightOf,
  type ResidualParts,
  residualParts,
  type TitledPanel,
} from "./residual_facets.ts";
import { captionOf, type ResidualPanel } from "./residual_panel.ts";
import { narrowAxis } from "./row_facets.ts";
import type { Style } from "./style.ts";
import type { FacetOption } from "./table_facets.ts";
import { textWidth } from "./text.ts";
import { type DrawnTest, panelOf } from "./test_panels.ts";
import { uniformQqPanel } from "./uniform_qq.ts";

/**
 * The test made anew in each panel; time and places are those of all panels.
 *
 * @throws {RangeError} For a test that has no parts.
 */
export function inPanels(meta: TestMeta, facet: FacetOption, width: number, style: Style): DrawnTest {
  const { state, of } = meta.within, { view } = meta;
  if (typeof of === "string") throw new RangeError(`Cannot use facet: ${of}`);
  const parts = residualParts(state, facet, width, style)!;
  const panels = view.kind === "quantiles"
    ? alongInParts(state, parts, view.x, style, view.tested.map(({ tau }) => tau))
    : testedPanels(of, parts, style);
  const label = view.kind === "histogram" ? style.words.of(view.label) : undefined;
  const across = isWide(label, parts.width) ? `Across: ${label}.` : undefined;
  return {
    panels,
    columns: parts.columns,
    caption: [captionOf(meta), SAID[view.kind], across, parts.note, ...notesOf(panels, view)],
  };
}

/** What is said of the rows; of boxes, whose levels are tested, panel by panel. */
function notesOf(panels: readonly TitledPanel[], { kind }: TestView): (string | undefined)[] {
  if (kind !== "boxes") return [...new Set(panels.map(({ note }) => note))];
  return panels.map(({ title, note }) => note && `${title.replaceAll("\n", " ")}: ${note}`);
}

/** What is tested in the panels, and how it is adjusted for their number. */
const ADJUSTED = "Tested within the panels, adjusted for their number (Holm).";
const SAID: Readonly<Record<TestView["kind"], string>> = {
  histogram: ADJUSTED,
  qq: ADJUSTED,
  series: ADJUSTED,
  map: "",
  quantiles: "Curves are tested within their panels, adjusted for all of them.",
  boxes: "Levels are tested within their panels.",
};

function testedPanels(
  of: Exclude<TestMeta["within"]["of"], string>,
  { panels, columns, width }: ResidualParts,
  style: Style,
): TitledPanel[] {
  const tested = panels.map(({ part, rows }) => of(part, rows));
  const adjusted = stepwise("holm", tested.map(({ pValue }) => Number.isNaN(pValue) ? 1 : pValue));
  const axes = sharedAxes(tested.map(({ view }) => view));
  return tested.map(({ view }, k): TitledPanel => {
    const panel = isEmpty(view)
      ? emptyPanel(width, panels[k].rows.length)
      : view.kind === "qq"
      ? uniformQqPanel(view.state, width, style, [{ text: pText(adjusted[k]), alert: adjusted[k] < 0.05 }])
      : panelOf(view, width, style, style.alertIf(adjusted[k]));
    const shared = Object.fromEntries(
      Object.entries(axes).map((
        [axis, domain],
      ) => [axis, { ...panel.options[axis] as object, ...narrowAxis(width), domain }]),
    );
    const named = { ...panel.options, ...shared };
    const height = view.kind === "map" ? Math.round(0.75 * width) + 30 : heightOf(columns);
    return { ...panel, title: panels[k].title, options: { ...withLabel(named, width), height } };
  });
}

/** Pixels left and right of a label. */
const SIDES = 40;

/** A label that is wider than its panel is said below the figure. */
function withLabel(options: Record<string, unknown>, width: number): Record<string, unknown> {
  const x = options.x as { label?: string } | undefined;
  return isWide(x?.label, width) ? { ...options, x: { ...x, label: null } } : options;
}

const isWide = (label: string | undefined, width: number): label is string =>
  label !== undefined && textWidth(label) > width - SIDES;

/** Time, or a map, is the same in all panels. */
function sharedAxes(views: readonly TestView[]): Record<string, readonly [number, number]> {
  const ends = (values: readonly Float64Array[]) =>
    extent(values.flatMap((own) => [...own])) as [number, number];
  const series = views.filter((view) => view.kind === "series"),
    maps = views.filter((view) => view.kind === "map");
  if (series.length > 0) return { x: ends(series.map(({ time }) => time)) };
  return maps.length > 0 ? { x: ends(maps.map(({ x }) => x)), y: ends(maps.map(({ y }) => y)) } : {};
}

/** Few rows may have no statistic: one has no spread. */
const isEmpty = (view: TestView): boolean =>
  view.kind === "histogram" && !(Number.isFinite(view.observed) && view.simulated.every(Number.isFinite));

function emptyPanel(width: number, n: number): ResidualPanel {
  const text = n === 1 ? "one row has no spread" : `${n} rows are too few`;
  return {
    options: { width, axis: null, marks: [Plot.text([text], { frameAnchor: "middle" })] },
    note: undefined,
  };
}
