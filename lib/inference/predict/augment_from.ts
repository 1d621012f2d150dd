/** augmentFrom(): all rows of a source with fitted values and residuals, a block at a time. */
import { checkOptions, type Kinds, kinds, noMore } from "../../check.ts";
import type { Frame } from "../../frame.ts";
import type { RowSource } from "../../source/open_source.ts";
import { rowsInBlocks } from "../../source/sample_rows.ts";
import { assertRows, modelAtRows, rowsWanted } from "../../model/sample_from.ts";
import type { Model } from "../../model/result/model.ts";
import { ownModel } from "../../model/result/model_argument.ts";
import { openWatched, SOURCE_OPTIONS, type SourceOptions } from "../../model/source_options.ts";
import { augment } from "./residuals.ts";

/**
 * Options of {@link augmentFrom}.
 *
 * @category The model
 */
export interface AugmentFromOptions extends SourceOptions {
  /** About how many rows a block has (100,000); {@link fromBlocks} gives those of its reader. */
  block?: number;
  /** Further columns beside those of the model, such as the one that identifies a row. */
  columns?: readonly string[];
}

const OPTIONS: Kinds<AugmentFromOptions> = {
  ...SOURCE_OPTIONS,
  block: kinds.count,
  columns: kinds.listOf(kinds.text),
};

/**
 * {@link augment} of a model of {@link fitFrom}: all rows without missing values, block by block, with `fitted`, `residual` and `pearson` beside
 * the model's columns. One block is held at a time.
 *
 * @param model what {@link fitFrom} gave
 * @param source the source that it was fitted to
 * @returns the blocks, to be gone through once; leaving the loop ends the query
 * @throws as {@link sampleFrom}, when the first block is asked for
 * @example
 * ```ts
 * import { augmentFrom, dataset, fitFrom } from "@tidyglmm/tidyglmm";
 *
 * const rows = (await dataset("InstEval")).lazy();
 * const model = await fitFrom("y ~ service + (1 | s) + (1 | d)", rows);
 * let file = 0;
 * for await (const block of augmentFrom(model, rows, { block: 50_000 })) {
 *   block.height; // or block.writeParquet(`residuals/${file++}.parquet`)
 * }
 * ```
 * @category The model
 */
export function augmentFrom(
  model: Model,
  source: RowSource,
  options: AugmentFromOptions = {},
): AsyncGenerator<Frame> {
  noMore("augmentFrom", arguments, 3);
  const own = ownModel(model, "augmentFrom");
  checkOptions("augmentFrom", options, OPTIONS);
  assertRows(own);
  return blocks(own, source, options);
}

async function* blocks(model: Model, source: RowSource, options: AugmentFromOptions): AsyncGenerator<Frame> {
  const { block = 100_000, columns = [] } = options;
  const opened = await openWatched(source, options, "augmentFrom", "Reading rows");
  try {
    const wanted = await rowsWanted(model, opened.source, columns);
    for await (const frame of rowsInBlocks(opened.source, wanted, block)) {
      yield augment(modelAtRows(model, frame, model.nobs)).drop("row");
    }
  } finally {
    await opened.close();
  }
}
