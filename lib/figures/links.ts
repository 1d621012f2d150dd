/** Links: the mean over the linear predictor. */
import {
  type CurvesPlotOptions,
  type FigureMeta,
  type KindFigure,
  type OwnOptions,
  plotOptions,
} from "../display.ts";
import { LINKS } from "../inference/describe/links.ts";
import { drawCurves } from "./curves.ts";
import { rowsOf } from "./rows.ts";

/** Means up to which curves are drawn: beside those of probabilities, and without. */
const BESIDE = 2, ALONE = 4;

/**
 * Draws what `links` lists.
 *
 * @param frame `link`, `eta`, `mean`
 */
export const links: KindFigure<FigureMeta> = {
  kind: LINKS,
  options: {
    ...plotOptions.vertical,
    ...plotOptions.labels,
    ...plotOptions.color,
    facet: plotOptions.names,
  } satisfies OwnOptions<Omit<CurvesPlotOptions, "points">>,
  draw: (frame, _meta, options) => {
    const places = rowsOf(frame).map(({ link, eta, mean }) => ({
      x: Number(eta),
      y: Number(mean),
      level: String(link),
    }));
    const levels = [...new Set(places.map(({ level }) => level))];
    const within = levels.filter((name) =>
      places.every(({ level, y }) => level !== name || (y >= 0 && y <= 1))
    );
    const beyond = within.length < levels.length, high = !beyond ? 1 : within.length > 0 ? BESIDE : ALONE;
    const low = places.some(({ y }) => y < 0) ? -high / 2 : 0;
    const cut = levels.filter((name) =>
      places.some(({ level, y }) => level === name && (y < low || y > high))
    );
    return drawCurves({
      axis: { name: "link", levels },
      lines: places,
      dots: [],
      x: "linear predictor η",
      y: "mean μ",
      domain: [low, high],
      rules: within.length > 0 && beyond ? [1] : [],
      caption: [cut.length > 0 && `Cut at the frame: ${cut.join(", ")}.`],
    }, options);
  },
};
