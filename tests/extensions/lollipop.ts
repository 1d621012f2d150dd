import {
  type CommonPlotOptions,
  compose,
  type Figure,
  type FigureMeta,
  kinds,
  panelOptions,
  Plot,
} from "../../mod.ts";

/** What `.plot()` takes here beside what every figure takes. */
export interface LollipopOptions extends CommonPlotOptions {
  /** Radius of the dots in pixels (5). */
  radius?: number;
}

/** Estimates as dots on stems from the value of no effect, the largest on top. */
export const lollipop: Figure<FigureMeta, LollipopOptions> = {
  options: { radius: kinds.positive },
  draw(frame, meta, options) {
    const { radius = 5 } = options, none = meta.null ?? 0, name = frame.columns[0];
    const rows = frame.sort("estimate", true).toRecords(), names = rows.map((row) => String(row[name]));
    const plot = Plot.plot(panelOptions(
      {
        width: 640,
        height: 60 + 28 * rows.length,
        marginLeft: 24 + 7 * Math.max(...names.map(({ length }) => length)),
        x: { label: meta.response ?? "estimate" },
        y: { label: null, domain: names },
        marks: [
          Plot.ruleX([none], { stroke: "currentColor", strokeOpacity: 0.5 }), // the page's colour: light and dark
          Plot.ruleY(rows, { x1: none, x2: "estimate", y: name, stroke: "#4c7fe6", strokeWidth: 2 }),
          Plot.dot(rows, { x: "estimate", y: name, r: radius, fill: "#4c7fe6", title: name }),
        ],
      },
      options,
      ["radius"], // which is not Plot's
    ));
    return compose(
      { panels: [{ plot }], caption: [meta.title && `${meta.title}.`, ...meta.notes ?? []] },
      options,
    );
  },
};
