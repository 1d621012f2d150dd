/**
 * Generalized linear mixed models for Deno notebooks: data frame in, data frame out, results that draw themselves.
 *
 * ```ts
 * import { beta, dataGrid, dataset, fit, predict, range } from "@tidyglmm/tidyglmm";
 *
 * const dragons = await dataset("dragons_1");
 * const model = fit("testScore ~ bodyLength + (bodyLength | mountainRange)", dragons, { family: beta() });
 * const grid = dataGrid(dragons, { bodyLength: range(20), mountainRange: true }, { by: ["mountainRange"] });
 * const lines = predict(model, grid); // a data frame with estimate, std_error, conf_low, conf_high that draws itself
 * ```
 *
 * @module
 */
import "./lib/figures/register.ts";

// data
export { type FactorOrigin, type Frame, type Levels, pl } from "./lib/frame.ts";
export { Plot } from "./lib/figures/own_plots.ts";
export { dataset, datasets } from "./lib/datasets.ts";
export { read, type ReadFrame, type ReadOptions } from "./lib/read.ts";
export {
  dataGrid,
  type DataGridOptions,
  expandGrid,
  type GridValues,
  type Range,
  range,
} from "./lib/inference/grid/grids.ts";
export { describe } from "./lib/inference/describe/describe.ts";
export { look } from "./lib/figures/look_data.ts";
export { setSeed } from "./lib/math/random.ts";

// fit
export { type FamilyName, fit, type FitOptions } from "./lib/model/fit.ts";
export { fitAsync, type FitAsyncOptions } from "./lib/model/fit_async.ts";
export { fitFrom, type FitFromOptions } from "./lib/model/fit_from.ts";
export { explain } from "./lib/model/explain_from.ts";
export { sampleFrom, type SampleFromOptions } from "./lib/model/sample_from.ts";
export type { SourceOptions } from "./lib/model/source_options.ts";
export { type BlockReader, fromBlocks, type Rows } from "./lib/source/from_blocks.ts";
export type { RowSource } from "./lib/source/open_source.ts";
export type { DialectName, SqlClient } from "./lib/source/engines/client.ts";
export type { QueryBatch } from "./lib/source/engines/batches.ts";
export type { DuckDBChunk, DuckDBConnection, DuckDBStream } from "./lib/source/engines/duckdb.ts";
export type { LazyFrame } from "./lib/frame.ts";
export type { FactorSums, PairSums, RowsWanted, Source, Sums, SumsPlan } from "./lib/source/source.ts";
export type { ColumnDescription, Description, FactorLevels, Question } from "./lib/formula/description.ts";
export type { FitControl } from "./lib/model/options/options.ts";
export type {
  Covariance,
  Edge,
  Extension,
  FreeFactor,
  Limit,
  Precision,
  Shown,
  SquareForm,
  Structure,
  TermShape,
  ThetaValue,
} from "./lib/model/structures/structure.ts";
export type { Cells } from "./lib/model/structures/cells.ts";
export type {
  ByLevel,
  GroupPrecision,
  LevelSum,
  Positions,
  Relation,
  ResidualPlace,
} from "./lib/formula/types.ts";
export type { Tie } from "./lib/math/ties.ts";
export type { Known, SquareMatrix } from "./lib/model/options/known_precision.ts";
export { icar, type IcarOptions, type NeighbourGraph } from "./lib/model/options/relations/icar.ts";
export { pedigree, type PedigreeOptions } from "./lib/model/options/relations/pedigree.ts";
export { phylogeny, type PhylogenyOptions } from "./lib/model/options/relations/phylogeny.ts";
export {
  beta,
  betabinomial,
  binomial,
  compois,
  cumulative,
  gamma,
  gaussian,
  genpois,
  inverseGaussian,
  lognormal,
  nbinom1,
  nbinom2,
  orderedBeta,
  poisson,
  studentT,
  truncatedCompois,
  truncatedGenpois,
  truncatedNbinom1,
  truncatedNbinom2,
  truncatedPoisson,
  tweedie,
} from "./lib/model/families/mod.ts";
export { hurdle, oneInflated, truncated, zeroInflated } from "./lib/model/families/combinators.ts";

// families and links of one's own
export {
  type MeanFamily,
  meanFamily,
  type OfDistribution,
  type OfPredictors,
  type Parameters,
} from "./lib/model/families/mean_family.ts";
export { dispersionPart, meanPart, part, type PartGiven } from "./lib/model/families/part.ts";
export { requireSupport } from "./lib/model/families/response.ts";
export { bivariate, type BivariateSlot, pair, triple } from "./lib/math/jets.ts";
export { between } from "./lib/model/links/between.ts";
export { powerLink } from "./lib/model/links/power.ts";
export { type MeanJet, ontoFromMean } from "./lib/model/links/from_mean.ts";
export { resolveLink } from "./lib/model/links/resolve.ts";
export type { Family } from "./lib/model/families/family.ts";
export type { Link } from "./lib/model/links/link.ts";

// the model
export type { Model, PartResult, TermResult } from "./lib/model/result/model.ts";
export type { TermParameter } from "./lib/model/result/term_result.ts";
export type { Certificate, IterativeSearch, Starts } from "./lib/model/optimum/optimum.ts";
export type { Flat } from "./lib/model/optimum/directions.ts";
export { summary } from "./lib/model/result/summary.ts";
export { type Component, fixef, vcov } from "./lib/model/result/coefficients.ts";
export { loadings } from "./lib/model/result/loadings.ts";
export { ranef, type RanefOptions } from "./lib/model/result/ranef.ts";
export { varCorr } from "./lib/model/result/var_corr.ts";
export { aic, bic, deviance, dfResidual, logLik, nobs, sigma } from "./lib/model/result/statistics.ts";
export { glance, tidy, type TidyOptions } from "./lib/inference/intervals/tidy.ts";
export { augment, fitted, residuals, type ResidualType } from "./lib/inference/predict/residuals.ts";
export { augmentFrom, type AugmentFromOptions } from "./lib/inference/predict/augment_from.ts";
export type { ResidualPlot, Residuals } from "./lib/inference/predict/residual_vector.ts";
export { confint, type ConfintOptions } from "./lib/inference/intervals/confint.ts";
export { modelEcho } from "./lib/model/result/echo.ts";
export { type Equation, equation, type EquationOptions } from "./lib/model/result/equation.ts";
export { type Report, report } from "./lib/inference/describe/report.ts";
export { loadModel, saveModel } from "./lib/model/result/save.ts";

// tests and intervals
export { anova, type AnovaOptions } from "./lib/inference/tests/anova.ts";
export {
  type AssumptionTestOptions,
  nominalTest,
  type NominalTestOptions,
  scaleTest,
} from "./lib/inference/tests/assumptions.ts";
export { drop1, type Drop1Options } from "./lib/inference/tests/compare.ts";
export { icc, r2, type ShareOptions } from "./lib/inference/describe/r2.ts";
export { bootstrap, type BootstrapOptions } from "./lib/inference/intervals/bootstrap.ts";
export { refit } from "./lib/inference/simulate/refit.ts";
export { bootstrapTest } from "./lib/inference/tests/bootstrap_lrt.ts";
export { vif } from "./lib/inference/describe/collinearity.ts";
export { influence, type InfluenceOptions } from "./lib/inference/describe/influence.ts";
export { distributions } from "./lib/inference/describe/distributions.ts";
export type { DistributionGiven } from "./lib/inference/describe/distribution_curves.ts";
export { links } from "./lib/inference/describe/links.ts";
export { compareParameters } from "./lib/inference/describe/compare_parameters.ts";
export { aicc, modelSel } from "./lib/inference/describe/model_sel.ts";
export { modelTable } from "./lib/inference/describe/model_table.ts";
export type { ModelTableOptions } from "./lib/inference/describe/model_table_options.ts";
export type { Gof } from "./lib/inference/describe/goodness_of_fit.ts";

// predict
export { predict } from "./lib/inference/predict/predict.ts";
export type { PredictOptions } from "./lib/inference/predict/predict_options.ts";
export { effectPlot } from "./lib/figures/effect_plot.ts";

// simulate and residual diagnostics
export { simulate, type SimulateOptions } from "./lib/inference/simulate/simulate.ts";
export type { SimulatedEffects } from "./lib/inference/simulate/simulator.ts";
export {
  simulateResiduals,
  simulateResidualsAsync,
  type SimulateResidualsAsyncOptions,
  type SimulateResidualsOptions,
} from "./lib/inference/diagnostics/simulate_residuals.ts";
export type { MatrixLike, Rotation } from "./lib/inference/diagnostics/rotation.ts";
export {
  type OutsideSimulations,
  residualsFromSimulations,
} from "./lib/inference/diagnostics/from_simulations.ts";
export { type RecalculateOptions, recalculateResiduals } from "./lib/inference/diagnostics/recalculate.ts";
export type { TestAlternative } from "./lib/inference/diagnostics/test_frame.ts";
export { testResiduals } from "./lib/inference/diagnostics/all.ts";
export { checkModel, type CheckModelOptions } from "./lib/inference/diagnostics/check_model.ts";
export {
  checkPredictions,
  type CheckPredictionsOptions,
} from "./lib/inference/diagnostics/check_predictions.ts";
export { meanVariance, type MeanVarianceOptions } from "./lib/inference/diagnostics/mean_variance.ts";
export { adviseFamily, type AdviseFamilyOptions } from "./lib/inference/diagnostics/advise_family.ts";
export { type AlternativeOptions, testUniformity } from "./lib/inference/diagnostics/uniformity.ts";
export { type DispersionOptions, testDispersion } from "./lib/inference/diagnostics/dispersion.ts";
export { type OutlierOptions, testOutliers } from "./lib/inference/diagnostics/outliers.ts";
export { type GenericOptions, testGeneric, testZeroInflation } from "./lib/inference/diagnostics/generic.ts";
export { type QuantileOptions, testQuantiles } from "./lib/inference/diagnostics/quantiles.ts";
export { type CategoricalOptions, testCategorical } from "./lib/inference/diagnostics/categorical.ts";
export { type TemporalOptions, testTemporalAutocorrelation } from "./lib/inference/diagnostics/temporal.ts";
export { variogram, type VariogramOptions } from "./lib/inference/diagnostics/variogram.ts";
export type { VariogramResiduals } from "./lib/inference/diagnostics/row_residuals.ts";
export { type SpatialOptions, testSpatialAutocorrelation } from "./lib/inference/diagnostics/spatial.ts";

// means and contrasts
export { emmeans, type EmmeansOptions, type MeansFrame } from "./lib/inference/means/emmeans.ts";
export type { AtValues } from "./lib/inference/grid/reference_grid.ts";
export type { Weights } from "./lib/inference/grid/grid_weights.ts";
export type { DfName } from "./lib/model/result/df_method.ts";
export type { Side } from "./lib/inference/means/estimates_table.ts";
export { emtrends, type EmtrendsOptions } from "./lib/inference/means/trends.ts";
export {
  contrast,
  type ContrastName,
  type ContrastOptions,
  type ContrastSpec,
  pairs,
} from "./lib/inference/means/contrast.ts";
export type {
  Combination,
  ContrastChoices,
  ContrastMethod,
} from "./lib/inference/means/contrasts/contrast_method.ts";
export type { Control, OwnContrasts } from "./lib/inference/means/contrast_methods.ts";
export type { AdjustName } from "./lib/inference/means/adjust.ts";
export { cld, type CldOptions } from "./lib/inference/means/letters.ts";
export { emmip } from "./lib/inference/means/emmip.ts";
export { pwpp, type PwppOptions } from "./lib/inference/means/pwpp.ts";
export { jointTests, type JointTestsOptions } from "./lib/inference/means/joint_tests.ts";
export { effSize, type EffSizeOptions } from "./lib/inference/means/effect_size.ts";
export { plot } from "./lib/figures/plot_frame.ts";
export {
  type Figure,
  type FigureData,
  type FigureMeta,
  type FigureOptions,
  type FigureVariable,
  type Finding,
  type OwnOptions,
  type PanelOptions,
  plotOptions,
  withFigure,
} from "./lib/display.ts";
export {
  above,
  beside,
  type Drawable,
  type Length,
  save,
  type SaveOptions,
  type Theme,
} from "./lib/display.ts";
export { compose, type FigureParts, type Panel, panelOptions } from "./lib/figures/compose.ts";
export type { Legend, LegendItem } from "./lib/figures/legend.ts";
export {
  type CellColumn,
  type FittedModel,
  type LabelledTableOptions,
  type MixedQuantities,
  type NumberStyle,
  type Table,
  table,
  type TableLook,
  type TableOptions,
  type TablePart,
  type TablePicture,
  type TableSource,
  toDocx,
  toHtml,
  toLatex,
  toMarkdown,
  toTypst,
} from "./lib/display.ts";
export { type Kind, type Kinds, kinds } from "./lib/check.ts";
export type {
  AssumptionPlotOptions,
  AugmentPlotOptions,
  AxisOptions,
  BootstrapPlotOptions,
  CheckPlotOptions,
  ColorOptions,
  CommonPlotOptions,
  ContrastPlotOptions,
  CurvesPlotOptions,
  DescriptionPlotOptions,
  Displayable,
  Drawn,
  EffectsPlotOptions,
  EstimatePlotOptions,
  FigureElement,
  ForestPlotOptions,
  LevelPlotOptions,
  LookPlotOptions,
  MeansPlotOptions,
  NamedPlotOptions,
  PartsPlotOptions,
  PlotOptions,
  PlotParts,
  PredictPlotOptions,
  ProfilePlotOptions,
  PwppPlotOptions,
  ResidualCheckPlotOptions,
  ResidualPlotOptions,
  ResidualsPlotOptions,
  ResultFrame,
  VariogramPlotOptions,
} from "./lib/display.ts";

// types that the signatures above name
export type { LevelOrders } from "./lib/formula/data_columns.ts";
export type { GroupMemory } from "./lib/formula/grouping.ts";
export type { FactorValue, State } from "./lib/formula/values.ts";
export type { DenseMatrix } from "./lib/math/dense.ts";
export type { Random, SeededGenerators } from "./lib/math/random.ts";
export type { FixedTerm, Recipe } from "./lib/formula/types.ts";
export type {
  FamilyVariant,
  FittedAt,
  Kernel,
  Part,
  Predictors,
  Response,
  ResponseShape,
} from "./lib/model/families/family.ts";
export type { Jets } from "./lib/math/jets.ts";
export type { Scale } from "./lib/model/links/link.ts";
export type { TweedieOptions } from "./lib/model/families/tweedie.ts";
export type { CumulativeOptions } from "./lib/model/families/cumulative.ts";
export type { StudentTOptions } from "./lib/model/families/student_t.ts";
export type { Thresholds } from "./lib/model/families/thresholds.ts";
export type { Composition } from "./lib/model/links/link.ts";
export type { LinkName } from "./lib/model/links/resolve.ts";
export type { Method } from "./lib/model/result/model.ts";
export type { RandomChoice } from "./lib/inference/predict/random_choice.ts";
export type { Containment, HypothesisType } from "./lib/inference/tests/hypotheses.ts";
