/** Rows of a source: in blocks, and random samples of them that are the same for the same seed. */
import { type Frame, pl, rowCount, takeRows } from "../frame.ts";
import { type Random, seed as stream } from "../math/random.ts";
import type { RowsWanted, Source } from "./source.ts";
import { SqlSource } from "./sql/sql_source.ts";

/** A random sample. */
export interface RowSample {
  readonly frame: Frame;
  /** Complete rows that it was drawn of. */
  readonly of: number;
  /** The same seed draws the same rows. */
  readonly repeatable: boolean;
}

/** The complete rows in blocks: of about `size` rows where an engine is asked, else as the source gives them. */
export async function* rowsInBlocks(source: Source, wanted: RowsWanted, size: number): AsyncGenerator<Frame> {
  if (source instanceof SqlSource) {
    yield* (await source.fetched(wanted.used, wanted.further)).blocks(size);
  } else yield* rowsOf(source, wanted);
}

/** A simple random sample of so many complete rows; all of them where there are no more. */
export async function sampleRows(
  source: Source,
  wanted: RowsWanted,
  rows: number,
  seed: number,
): Promise<RowSample> {
  return source instanceof SqlSource
    ? await sampleOfEngine(source, wanted, rows, seed)
    : await reservoir(rowsOf(source, wanted), rows, seed);
}

/**
 * The engine draws somewhat more, each row by itself, of which as many as are wanted are drawn here: which they are depends on no order of
 * the rows. Six standard deviations of their number and 20 more: there are fewer less often than once in 10⁹ times.
 */
async function sampleOfEngine(
  source: SqlSource,
  { used, further }: RowsWanted,
  rows: number,
  seed: number,
): Promise<RowSample> {
  const fetched = await source.fetched(used, further), { complete: of } = await fetched.count();
  const share = of > rows ? (rows + 6 * Math.sqrt(rows) + 20) / of : 1;
  const { frame, repeatable } = share < 1
    ? await fetched.sample(share, seed)
    : { frame: await whole(fetched.blocks(Infinity)), repeatable: true };
  const sorted = frame.sort([...used, ...further]);
  return { frame: rowCount(sorted) > rows ? drawn(sorted, rows, stream(seed)) : sorted, of, repeatable };
}

async function whole(blocks: AsyncIterable<Frame>): Promise<Frame> {
  const all: Frame[] = [];
  for await (const block of blocks) all.push(block);
  if (all.length > 0) return pl.concat(all);
  throw noRows();
}

function noRows(): RangeError {
  return new RangeError("Cannot read rows of this source: it has none without missing values");
}

/** `rows` of the frame's rows, in their order: the places of a partial shuffle (Fisher & Yates). */
function drawn(frame: Frame, rows: number, random: Random): Frame {
  const n = rowCount(frame), place = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = 0; i < rows; i++) {
    const j = i + Math.floor((n - i) * random.uniform());
    [place[i], place[j]] = [place[j], place[i]];
  }
  return takeRows(frame, place.subarray(0, rows).sort());
}

/**
 * One pass over the rows: the first fill the sample, row i replaces one of it with probability rows/i (Vitter 1985, ACM Trans. Math.
 * Softw. 11:37–57, algorithm R).
 */
async function reservoir(blocks: AsyncIterable<Frame>, rows: number, seed: number): Promise<RowSample> {
  const random = stream(seed), place = new Int32Array(rows).fill(-1);
  let kept: Frame | null = null, of = 0;
  for await (const block of blocks) {
    const n = rowCount(block), before = kept === null ? 0 : rowCount(kept);
    for (let i = 0; i < n; i++, of++) {
      const at = of < rows ? of : Math.floor((of + 1) * random.uniform());
      if (at < rows) place[at] = before + i;
    }
    const both: Frame = kept === null ? block : pl.concat([kept, block]), used = place.filter((p) => p >= 0);
    kept = takeRows(both, used);
    place.fill(-1).set(used.keys().toArray());
  }
  if (kept === null) throw noRows();
  return { frame: kept, of, repeatable: true };
}

function rowsOf(source: Source, wanted: RowsWanted): AsyncIterable<Frame> {
  if (source.rows) return source.rows(wanted);
  throw new TypeError(
    "Cannot read rows of this source: it has no function rows({ used, further }) that hands them out in blocks",
  );
}
