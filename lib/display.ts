/** How results show themselves: result frames, MIME bundles, tables as text and HTML, numbers as R writes them. */
export { DISPLAY, type Displayable, displayable, type MimeBundle, mimeBundle } from "./display/bundle.ts";
export { escapeHtml, htmlBlock, htmlParts, preformatted } from "./display/html.ts";
export type { Finding } from "./display/findings.ts";
export { figureHtml, onPaper } from "./display/image.ts";
export { above, beside } from "./display/beside.ts";
export type { Drawable } from "./display/drawable.ts";
export { type Length, save, type SaveOptions } from "./display/save.ts";
export { PAPERS, type Theme } from "./display/standalone.ts";
export { simplifyPath } from "./display/paths.ts";
export { type Coefficients, coefficientTable, layoutText, textTable, wrapWords } from "./display/text.ts";
export { type Progress, startProgress } from "./display/progress.ts";
export { type LabelledTableOptions, toDocx, toHtml, toLatex, toMarkdown, toTypst } from "./display/write.ts";
export { type FittedModel, type Table, table, type TableOptions, type TableSource } from "./display/table.ts";
export type { TableLook } from "./display/frame_picture.ts";
export {
  type CellColumn,
  type MixedQuantities,
  type NumberStyle,
  pictured,
  type TablePart,
  type TablePicture,
} from "./display/picture.ts";
export { decimalsByErrors, writeFixed, writeStatistics, writeValues } from "./display/decimals.ts";
export {
  formatCount,
  formatNumbers,
  formatPValues,
  formatShortP,
  formatSignificant,
  type NumberFormat,
  stars,
  STARS_LEGEND,
} from "./display/format.ts";
export type {
  AxisOptions,
  ColorOptions,
  CommonPlotOptions,
  EstimatePlotOptions,
  ForestPlotOptions,
  NamedPlotOptions,
} from "./display/plot_options.ts";
export type {
  AssumptionPlotOptions,
  BootstrapPlotOptions,
  ContrastPlotOptions,
  CurvesPlotOptions,
  DescriptionPlotOptions,
  EffectsPlotOptions,
  LevelPlotOptions,
  LookPlotOptions,
  MeansPlotOptions,
  PartsPlotOptions,
  PlotOptions,
  PredictPlotOptions,
  ProfilePlotOptions,
  PwppPlotOptions,
  VariogramPlotOptions,
} from "./display/figure_options.ts";
export type {
  AugmentPlotOptions,
  CheckPlotOptions,
  ResidualCheckPlotOptions,
  ResidualPlotOptions,
  ResidualsPlotOptions,
} from "./display/check_figure_options.ts";
export { FIGURE_OPTIONS, plotOptions } from "./display/option_kinds.ts";
export {
  allFigures,
  draw,
  type Figure,
  type FigureData,
  type FigureElement,
  figureKinds,
  type FigureMeta,
  type FigureOptions,
  type FigureVariable,
  keepPanels,
  type KindFigure,
  type OwnOptions,
  type PanelOptions,
  type ResultKind,
  setFigures,
} from "./display/figure.ts";
export {
  type Drawn,
  metaOf,
  type PlotParts,
  type ResultFrame,
  resultFrame,
  resultKind,
  withFigure,
} from "./display/result.ts";
