/** Tasks over ranges of rows, shared by the threads of a search where there are many rows. */
import { Crew, threadsAllowed } from "../../math/crew.ts";
import { besideRows, portable } from "../../math/shared_memory.ts";
import { ALONE, type Share, shareOf } from "../../math/shares.ts";
import type { Family } from "../families/family.ts";
import { familySpec } from "../options/family_spec.ts";
import type { RowRange, RowTask } from "./row_range.ts";
import { numberOf, ROW_WORKER, type RowsTold, runTask } from "./row_worker.ts";

/** Rows from which two threads are faster than one, which the machine leaves to compiler and collector otherwise; more threads always are. */
const WORTH_TWO = 300_000;

/** Ranges, and who does them. */
export class RowTeam {
  private readonly results: Float64Array;
  /** Those that help: none outside of a search. */
  crew: Crew | null = null;

  constructor(
    private readonly ranges: readonly RowRange[],
    private readonly family: Family,
    private readonly n: number,
  ) {
    this.results = besideRows(ranges.length, n);
    this.crew = this.startCrew(); // they are there when the first task is
  }

  /** What each range gives. */
  do(task: RowTask, option: number): Float64Array {
    const { ranges, results } = this, number = numberOf(task);
    const mine = (share: Share) => runTask(number, option, ranges, shareOf(share, ranges.length), results);
    const crew = ranges.length > 1 ? this.crewNow() : null;
    if (crew) crew.together(number, option, 0, mine);
    else mine(ALONE);
    return results;
  }

  /** The threads of the search under way. */
  private crewNow(): Crew | null {
    if (this.crew?.over) this.crew = null;
    return this.crew ??= this.startCrew();
  }

  private startCrew(): Crew | null {
    const { ranges, results, family, n } = this, allowed = threadsAllowed();
    const pays = ranges.length > 1 && (allowed > 2 || (allowed === 2 && n >= WORTH_TWO));
    const spec = pays ? familySpec(family) : null, threads = Math.min(allowed, ranges.length);
    if (!spec) return null; // alone, or a family that only its own code can make again
    return new Crew(threads, { module: ROW_WORKER, duty: "rows" }).invite((part) => {
      const [from, to] = shareOf({ part, parts: threads }, ranges.length);
      return portable<RowsTold>({
        family: spec,
        results,
        from,
        ranges: ranges.slice(from, to).map(({ data }) => data),
      });
    });
  }
}
