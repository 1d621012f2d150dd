/** A source of rows that are read in blocks, each time from the first on: the engine is here, and never holds more than one block. */
import { noMore } from "../check.ts";
import { columnNames, type Frame, frameOf, keepRows, type Levels, pl } from "../frame.ts";
import { markMissing } from "../formula/complete_rows.ts";
import { DataColumns, SelectedColumns } from "../formula/data_columns.ts";
import { DescribedColumns } from "../formula/described_columns.ts";
import type { Description, Question } from "../formula/description.ts";
import { Evaluator } from "../formula/evaluate.ts";
import { parseExpression } from "../formula/parse.ts";
import { readBlock } from "../formula/read_block.ts";
import { designRecipe } from "../formula/recipe.ts";
import { numbersOf } from "../formula/transforms/transform.ts";
import { namesIn } from "../formula/tree.ts";
import type { State } from "../formula/values.ts";
import { BlockSums } from "./block_sums.ts";
import { ColumnSurvey } from "./column_survey.ts";
import { GroupSurvey, LevelSurvey } from "./level_survey.ts";
import type { RowsWanted, Source, Sums, SumsPlan } from "./source.ts";
import { learnStates } from "./states.ts";

/**
 * Some rows: a data frame, or arrays of numbers, text or booleans by column; null where missing.
 *
 * @category Fit
 */
export type Rows = Frame | Readonly<Record<string, ArrayLike<number | string | boolean | null>>>;

/**
 * A reader of rows.
 *
 * @category Fit
 */
export interface BlockReader {
  /** Names of the columns. */
  readonly columns: readonly string[];
  /**
   * The rows in blocks, all of them each time it is called, in blocks of any size.
   * @param columns those that are needed; a block may hold others too
   */
  read(columns: readonly string[]): AsyncIterable<Rows> | Iterable<Rows>;
}

/**
 * Makes a source of a reader of blocks: of a file that is read in pieces, a database's cursor, a generator.
 *
 * The rows are read twice: for levels, means and counts, and for the sums, which are added up from centred values; once more for what
 * `scale` and `cut` remember, `degree + 2` times for `poly`, some eight times for the quantiles of `ns`, once for factors that the formula computes and for combinations of grouping factors,
 * and once where X explains so nearly all of the response that the sums of its residuals are needed. Held are one block and the sums.
 *
 * @param reader names of the columns, and how to read them
 * @returns the source, for {@link fitFrom}
 * @throws TypeError when `reader` is none
 * @example
 * ```ts
 * import { fitFrom, fromBlocks, tidy } from "@tidyglmm/tidyglmm";
 *
 * const source = fromBlocks({
 *   columns: ["y", "x", "g"],
 *   *read() { // a million rows would do as well: one block is held at a time
 *     for (let block = 0; block < 20; block++) {
 *       const rows = Array.from({ length: 50 }, (_, i) => 50 * block + i);
 *       yield {
 *         x: rows.map((i) => i % 7),
 *         g: rows.map((i) => `g${i % 11}`),
 *         y: rows.map((i) => 2 + 0.5 * (i % 7) + Math.sin(i % 11) + Math.cos(i * i)),
 *       };
 *     }
 *   },
 * });
 * console.log(tidy(await fitFrom("y ~ x + (1 | g)", source)));
 * ```
 * @category Fit
 */
export function fromBlocks(reader: BlockReader): Source {
  noMore("fromBlocks", arguments, 1);
  if (!Array.isArray(reader?.columns) || typeof reader.read !== "function") {
    throw new TypeError(
      "Cannot make a source of this reader: it should be an object { columns: [names], read(columns) { … } } whose read() gives the rows in blocks",
    );
  }
  return new BlockSource(reader);
}

/** A block with the columns that are used, and which of its rows have a value in each. */
interface Piece {
  readonly columns: DataColumns;
  readonly complete: Uint8Array;
}

class BlockSource implements Source {
  constructor(private readonly reader: BlockReader) {}

  columns(): Promise<readonly string[]> {
    return Promise.resolve(this.reader.columns);
  }

  async describe(question: Question): Promise<Description> {
    const { columns, rows, rowsGiven } = await this.survey(question);
    const known = [...columns.values()], levels = levelsOfBlocks(known);
    const each = (use: (piece: Piece) => void) => this.pass(question.used, levels, use);
    const states = await learnStates(question.calls, (use) => each(({ columns }) => use(columns)));
    const byName = <T>(of: (column: ColumnSurvey) => T) =>
      Object.fromEntries(known.map((column) => [column.name, of(column)]));
    const described = byName((column) => column.describe());
    const kinds = new Evaluator(new DescribedColumns(question.used, described), states);
    const isFactor = (text: string) => kinds.evaluate(parseExpression(text)).kind === "factor";
    const { factors, groups } = await this.levels(question, columns, isFactor, states, each);
    return {
      rows,
      rowsGiven,
      missing: byName(({ missing }) => missing),
      columns: described,
      states,
      factors,
      groups,
    };
  }

  async crossProducts({ recipe, used, less }: SumsPlan): Promise<Sums> {
    const sums = new BlockSums(designRecipe(recipe), less);
    await this.pass(used, {}, ({ columns, complete }) => {
      const rows = Int32Array.from(complete.keys()).filter((i) => complete[i] === 1);
      sums.add(readBlock(recipe, rows.length === columns.n ? columns : new SelectedColumns(columns, rows)));
    });
    return sums.finish();
  }

  async *rows({ used, further }: RowsWanted): AsyncGenerator<Frame> {
    const names = [...used, ...further];
    let block = 0;
    for await (const rows of this.reader.read(names)) {
      const frame = frameOfRows(rows, names, block++), complete = completeRows(new DataColumns(frame), used);
      if (complete.includes(1)) yield keepRows(frame, names, Array.from(complete, (each) => each === 1));
    }
  }

  /** The first pass: columns one by one. */
  private async survey({ used, levels, frequency, categories, groups }: Question) {
    const grouping = new Set(groups.flat().flatMap((text) => namesIn(parseExpression(text))));
    const columns = new Map(used.map((name) => {
      const own = Object.hasOwn(levels, name) ? levels[name] : undefined;
      const listed = categories.includes(name), all = own !== undefined || listed || grouping.has(name);
      return [name, new ColumnSurvey(name, all, listed, own)];
    }));
    let rows = 0, rowsGiven = 0;
    await this.pass(used, {}, ({ columns: data, complete }) => {
      const weights = frequency === null ? null : weightsIn(frequency, data);
      for (const name of used) columns.get(name)!.add(data.read(name), complete, weights);
      rowsGiven += complete.length;
      for (const each of complete) rows += each;
    });
    return { columns, rows, rowsGiven };
  }

  /** Levels and groups: known of columns; of computed factors and of combinations by another pass. */
  private async levels(
    { factors, groups }: Question,
    columns: ReadonlyMap<string, ColumnSurvey>,
    isFactor: (text: string) => boolean,
    states: Readonly<Record<string, State>>,
    each: (use: (piece: Piece) => void) => Promise<void>,
  ): Promise<Pick<Description, "factors" | "groups">> {
    const plain = (text: string) => {
      const node = parseExpression(text);
      return node.kind === "name" ? columns.get(node.name) : undefined;
    };
    const computed = new Map(
      factors.filter((text) => !plain(text) && isFactor(text)).map((text) => [text, new LevelSurvey()]),
    );
    const surveys = new Map(
      groups.filter((texts) => texts.length > 1 || !plain(texts[0])).map((
        texts,
      ) => [texts, new GroupSurvey(texts)]),
    );
    if (computed.size + surveys.size > 0) {
      await each(({ columns, complete }) => {
        const evaluator = new Evaluator(columns, states),
          valueOf = (text: string) => evaluator.evaluate(parseExpression(text));
        for (const [text, survey] of computed) survey.add(valueOf(text), text, complete);
        for (const [texts, survey] of surveys) survey.add(texts.map(valueOf), complete);
      });
    }
    return {
      factors: Object.fromEntries(factors.flatMap((text) => {
        const survey = computed.get(text), column = plain(text);
        return survey ? [[text, survey.finish()]] : column ? [[text, column.factorLevels()]] : [];
      })),
      groups: groups.map((texts) =>
        surveys.get(texts)?.finish() ??
          { components: [{ text: texts[0], levels: plain(texts[0])!.factorLevels().used }], cells: null }
      ),
    };
  }

  /** Reads all blocks. */
  private async pass(
    used: readonly string[],
    levels: Readonly<Record<string, Levels>>,
    use: (piece: Piece) => void,
  ): Promise<void> {
    let block = 0, first = 0;
    for await (const rows of this.reader.read(used)) {
      const frame = frameOfRows(rows, used, block);
      const columns = new DataColumns(frame, levels), complete = completeRows(columns, used);
      try {
        if (columns.n > 0) use({ columns, complete });
      } catch (error) {
        throw inBlock(error, block, first);
      }
      block++;
      first += columns.n;
    }
    if (first === 0) throw new RangeError("Cannot fit from this source: its read() gave no rows");
  }
}

/** Rows are counted from the first of the block. */
function inBlock(error: unknown, block: number, first: number): unknown {
  if (!(error instanceof RangeError) || !/\brow \d/.test(error.message)) return error;
  return new RangeError(
    `${error.message} (rows counted within block ${block}, which begins at row ${first})`,
  );
}

function frameOfRows(rows: Rows, used: readonly string[], block: number): Frame {
  const isFrame = pl.DataFrame.isDataFrame(rows),
    names: readonly string[] = isFrame ? columnNames(rows as Frame) : Object.keys(rows);
  const lacking = used.find((name) => !names.includes(name));
  if (lacking !== undefined) {
    throw new RangeError(
      `Cannot read block ${block} of the source: it has no column "${lacking}", its columns are ${
        names.map((name) => `"${name}"`).join(", ")
      }`,
    );
  }
  if (isFrame) return rows as Frame;
  const arrays = rows as Exclude<Rows, Frame>;
  return frameOf(Object.fromEntries(used.map((name) => [name, arrays[name]])));
}

/** 1 for the rows that have a value in every used column. */
function completeRows(columns: DataColumns, used: readonly string[]): Uint8Array {
  const missing = new Uint8Array(columns.n);
  for (const name of used) markMissing(columns, name, missing);
  return missing.map((each) => 1 - each);
}

/** The levels that every block is read with, so that codes are the same in all. */
function levelsOfBlocks(columns: readonly ColumnSurvey[]): Record<string, Levels> {
  return Object.fromEntries(
    columns.flatMap(({ name, blockLevels }) => blockLevels === undefined ? [] : [[name, blockLevels]]),
  );
}

function weightsIn(text: string, columns: DataColumns): Float64Array {
  return numbersOf(new Evaluator(columns).evaluate(parseExpression(text)), columns.n, `the weights ${text}`)
    .values;
}
