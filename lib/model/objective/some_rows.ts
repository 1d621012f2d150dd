/** A design of some of the rows: those of some levels of its largest grouping factor. */
import { type DesignColumn, sparseAtRows, SparseColumn, valuesAt } from "../../math/columns.ts";
import type { Design, PredictorDesign, RandomTerm } from "../../formula/types.ts";

/** The golden section: levels whose multiple of it has a small fraction are spread evenly, whatever the order repeats. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Rows of about one in `every` levels. */
export function rowsOfSomeLevels({ level }: RandomTerm, every: number): Int32Array {
  const taken = (l: number) => (l * GOLDEN) % 1 < 1 / every;
  const rows = new Int32Array(level.length);
  let count = 0;
  for (let i = 0; i < level.length; i++) if (taken(level[i])) rows[count++] = i;
  return rows.slice(0, count);
}

/** The design of these rows, with the levels of grouping factors that they have. Columns may have become dependent. */
export function designOfRows(design: Design, rows: Int32Array): Design {
  const { response, predictors, weights, precision } = design;
  const some = <T extends Float64Array | null>(v: T) => (v ? valuesAt(v, rows) : null) as T;
  return {
    ...design,
    n: rows.length,
    response: { ...response, y: valuesAt(response.y, rows), trials: some(response.trials) },
    predictors: predictors.map((p): PredictorDesign => ({
      ...p,
      X: p.X.map((x) => columnOfRows(x, rows)),
      offset: some(p.offset),
      random: p.random.map((term) => termOfRows(term, rows)),
    })),
    weights: some(weights),
    precision: some(precision),
    rows: rows.map((i) => design.rows[i]),
  };
}

const columnOfRows = (x: DesignColumn, rows: Int32Array): DesignColumn =>
  x instanceof SparseColumn ? sparseAtRows(x, rows) : valuesAt(x, rows);

/** A term (x | g), its levels numbered anew in the order that they had. */
function termOfRows(term: RandomTerm, rows: Int32Array): RandomTerm {
  const seen = new Int32Array(term.levels.length);
  for (const i of rows) seen[term.level[i]] = 1;
  const kept = Array.from(seen.keys()).filter((l) => seen[l] === 1), anew = new Int32Array(seen.length);
  kept.forEach((l, k) => anew[l] = k);
  return {
    ...term,
    columns: term.columns.map((z) => z && valuesAt(z, rows)),
    level: Int32Array.from(rows, (i) => anew[term.level[i]]),
    levels: kept.map((l) => term.levels[l]),
  };
}
