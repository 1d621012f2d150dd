/** explain(): what fitFrom() would ask of an engine, before it does. */
import { noMore } from "../check.ts";
import { type ResultFrame, resultFrame } from "../display.ts";
import type { RowSource } from "../source/open_source.ts";
import type { PlannedQuery } from "../source/sql/planned.ts";
import { SqlSource } from "../source/sql/sql_source.ts";
import { binsFor, inBins } from "./binned.ts";
import { questionOf, sufficientResponse } from "./cell_question.ts";
import { FIT_FROM_OPTIONS, type FitFromOptions, planSums, withoutBins, withSource } from "./fit_from.ts";
import { checkArguments } from "./options/check_options.ts";
import type { FitOptions } from "./options/options.ts";
import { familyOf } from "./options/part_formulas.ts";
import { settleOptions } from "./options/settle_options.ts";
import { obstacle } from "./options/sums_suffice.ts";

/**
 * What {@link fitFrom} would ask of a database, DuckDB or polars, and what would come back, before it is asked: a row for each query
 * with its text (`sql`), the groups of rows that it is expected to have (`cells`), the bytes that come back and those that the fit
 * holds of it. Counts, levels and what `scale` and `poly` remember are asked for; sums are not, so that the numbers in the queries by
 * which columns are centred are still to come.
 *
 * A query that would give more than a fit can hold has the reason in `obstacle`, with what can be done; fitFrom() would throw it.
 * Models of sums of products have cells by level and by pair of levels, as many as can occur, and a factor of their random effects,
 * dense where levels cross, whose bytes the notes say; others the different rows, as many as
 * 100,000 of them let expect.
 *
 * @param formula as for fitFrom()
 * @param source as for fitFrom(), but for what answers by itself
 * @returns a table with `query`, `cells`, `bytes`, `memory`, `obstacle` and `sql`
 * @throws as fitFrom(), except for what would be too large
 * @example
 * ```ts
 * import { dataset, explain } from "@tidyglmm/tidyglmm";
 *
 * const rows = (await dataset("InstEval")).lazy();
 * console.log(await explain("y ~ service + (1 | s) + (1 | d)", rows));
 * ```
 * Source of the expected number of different rows: Chao (1984), Scand. J. Stat. 11:265–270.
 * @category Fit
 */
export async function explain(
  formula: string,
  source: RowSource,
  options: FitFromOptions = {},
): Promise<ResultFrame> {
  noMore("explain", arguments, 3);
  checkArguments(formula, options, "explain", FIT_FROM_OPTIONS);
  return await withSource(source, options, "explain", async (opened, fitting, bins) => {
    if (!(opened instanceof SqlSource)) {
      throw new TypeError("Cannot explain what this source is asked: it answers by itself, without queries");
    }
    const found = await plan(formula, opened, fitting, bins), { n, rowsGiven, how } = found;
    return tableOf(found, opened, {
      title: `What fitFrom() asks of ${opened.dialect} for ${formula}`,
      rows: `${count(n)} of ${count(rowsGiven)} rows are complete; ${how}`,
    });
  });
}

interface Plan {
  readonly planned: readonly PlannedQuery[];
  /** Bytes of the Cholesky factor of the random effects; null where it is not known before. */
  readonly factor: number | null;
  readonly n: number;
  readonly rowsGiven: number;
  readonly how: string;
}

async function plan(
  formula: string,
  source: SqlSource,
  fitting: FitOptions,
  bins: FitFromOptions["bins"],
): Promise<Plan> {
  const settled = settleOptions(fitting);
  if (obstacle(familyOf(settled), settled) === null) {
    const { plan, description: { rows: n, rowsGiven } } = await planSums(
      formula,
      source,
      withoutBins(settled, bins),
    );
    const how = "the model is fitted from sums of products, of columns less their means";
    const { queries, factor } = await source.plannedSums(plan, n);
    return { planned: queries, factor: factor > 0 ? factor : null, n, rowsGiven, how };
  }
  const question = questionOf(formula, await source.columns(), fitting);
  const texts = sufficientResponse(formula, await source.columns(), fitting);
  const { plans } = await binsFor(formula, source, question, fitting, bins);
  const { planned, sums, cells, n, rowsGiven } = await source.plannedCells(question, texts, plans);
  const how = sums
    ? "the model is fitted from sums of the response over those with equal predictors"
    : "the model is fitted from the different ones and their numbers";
  const binned = cells.bins.length > 0 ? `, with ${inBins(cells.bins)}` : "";
  return { planned: [planned], factor: null, n, rowsGiven, how: how + binned };
}

function tableOf(
  { planned, factor }: Plan,
  source: SqlSource,
  { title, rows }: { readonly title: string; readonly rows: string },
): ResultFrame {
  const bytes = planned.map(({ cells, width }) => 8 * cells * width), held = planned.map(({ held }) => held);
  const obstacles = planned.flatMap(({ obstacle }) => obstacle === null ? [] : [obstacle]);
  const notes = [
    `${rows}.`,
    `About ${size(bytes)} come back, the fit holds about ${size(held)} of them` +
    `${factor === null ? "" : `, and the factor of the random effects takes about ${size([factor])}`}.`,
    ...obstacles.map((text) => `${text}.`),
  ];
  const columns = {
    query: planned.map(({ what }) => what),
    cells: planned.map(({ cells }) => cells),
    bytes,
    memory: held,
    obstacle: planned.map(({ obstacle }) => obstacle ?? "none"),
    sql: planned.map(({ query }) => source.text(query)),
  };
  const look = {
    hidden: ["obstacle", "sql"], // the notes say it, and a query is longer than a cell
    cells: {
      cells: columns.cells.map(count),
      bytes: bytes.map((b) => size([b])),
      memory: held.map((b) => size([b])),
    },
  };
  return resultFrame("explain", columns, { title, notes, table: look });
}

const count = (n: number): string => n.toLocaleString("en");

const UNITS = ["bytes", "kB", "MB", "GB", "TB"];

/** The sum in a unit that shows up to three digits before the point. */
function size(bytes: readonly number[]): string {
  const all = bytes.reduce((s, b) => s + b, 0),
    k = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(all, 1)) / 3));
  return `${Number((all / 1000 ** k).toPrecision(2))} ${UNITS[k]}`;
}
