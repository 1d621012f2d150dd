/**
 * Which linear functions of the coefficients the data determine. Columns of X that are linear combinations of others were
 * dropped, d = c₀ + K c; a row x with x_d ≠ c₀ + x_Kᵀ c asks for more than the data can tell.
 */
import { type ColumnValues, type Frame, frameOf } from "../../frame.ts";
import { evaluateRecipe, type NewDesign, type NewPredictor } from "../../formula/evaluate_recipe.ts";
import { type DesignRecipe, designRecipe, type PartMemory } from "../../formula/recipe.ts";
import type { Recipe } from "../../formula/types.ts";
import { type Model, partOf } from "../../model/result/model.ts";

/** Columns of some cells, all of one length. */
export type Cells = Readonly<Record<string, ColumnValues>>;

/** A part's predictor in some rows. */
export interface PartRows {
  /** Its random terms and offset. */
  readonly predictor: NewPredictor;
  /** The columns that the fit kept. */
  readonly X: readonly Float64Array[];
  /** x_d − c₀ − x_Kᵀ c of every dropped column d: not zero where the data do not determine xᵀβ. */
  readonly defect: readonly Float64Array[];
}

/** Rows of new data: what {@link evaluateRecipe} makes of them, by part, with what dropped columns say beyond the kept ones. */
export interface EstimableDesign extends Omit<NewDesign, "predictors"> {
  readonly parts: ReadonlyMap<string, PartRows>;
}

/** Rebuilds the predictors of a model in new rows. @param parts only these; all when not given */
export function estimableDesign(
  model: Model,
  frame: Frame,
  random: boolean,
  parts?: readonly string[],
): EstimableDesign {
  const whole = withDropped(model.recipe);
  const { predictors, ...design } = evaluateRecipe(whole, frame, { random, parts });
  const memories = designRecipe(model.recipe).parts;
  return {
    ...design,
    parts: new Map(predictors.map((predictor) => {
      const memory = memories.find(({ part }) => part === predictor.part)!;
      return [predictor.part, partRows(memory, predictor)];
    })),
  };
}

/** η = offset + Xβ in some rows. @param offset in place of the rows' own */
export function fixedPredictor(
  model: Model,
  { predictor, X }: PartRows,
  n: number,
  offset?: number,
): { value: Float64Array; constant: Float64Array } {
  const { beta } = partOf(model, predictor.part), constant = new Float64Array(n);
  if (offset !== undefined) constant.fill(offset);
  else if (predictor.offset) constant.set(predictor.offset);
  const value = constant.slice();
  X.forEach((x, j) => {
    for (let i = 0; i < n; i++) value[i] += beta[j] * x[i];
  });
  return { value, constant };
}

/** The same of cells, made once for the same cells: their values change with the coefficients, not their columns. */
export function cellRows(model: Model, part: string, cells: Cells, n: number, random: boolean): PartRows {
  const key = `${random} ${part}`,
    of = rowsOfCells.get(model.recipe) ?? new WeakMap<Cells, Map<string, PartRows>>();
  rowsOfCells.set(model.recipe, of);
  const known = of.get(cells) ?? new Map<string, PartRows>();
  of.set(cells, known);
  let found = known.get(key);
  if (!found) {
    const frame = frameOf({ ...cells, "(grid)": new Int32Array(n) });
    known.set(key, found = estimableDesign(model, frame, random, [part]).parts.get(part)!);
  }
  return found;
}

const rowsOfCells = new WeakMap<Recipe, WeakMap<Cells, Map<string, PartRows>>>();

/** The recipe with the columns that the fit dropped. */
function withDropped(recipe: Recipe): DesignRecipe {
  const own = designRecipe(recipe);
  if (own.parts.every(({ aliased }) => aliased.length === 0)) return own;
  return { ...own, parts: own.parts.map((p) => ({ ...p, kept: columnsOf(p) })) };
}

/** All columns that count: those kept, then those that are combinations of them. */
function columnsOf({ kept, aliased }: PartMemory): number[] {
  return [...kept, ...aliased.map(({ column }) => column)];
}

/** Share of what a dropped column is made of up to which it is what the fit took it for: R's limit is 1e-7, of all rows. */
const ROUNDING = 1e-6;

function partRows(memory: PartMemory, predictor: NewPredictor): PartRows {
  if (memory.aliased.length === 0) return { predictor, X: predictor.X, defect: [] };
  const X = predictor.X.slice(0, memory.kept.length);
  let defect: Float64Array[] | null = null;
  return {
    predictor,
    X,
    get defect() {
      return defect ??= [...defects(memory, predictor.X)];
    },
  };
}

/** Rows whose linear predictor the data do not determine; null where there are none. */
export function undeterminedRows(model: Model, { predictor, X }: PartRows, n: number): Uint8Array | null {
  const memory = designRecipe(model.recipe).parts.find(({ part }) => part === predictor.part)!;
  if (memory.aliased.length === 0 || X.length === predictor.X.length) return null;
  const out = new Uint8Array(n);
  for (const beyond of defects(memory, predictor.X)) {
    for (let i = 0; i < n; i++) if (beyond[i] !== 0 && beyond[i] === beyond[i]) out[i] = 1;
  }
  return out.includes(1) ? out : null;
}

/** x_d − c₀ − x_Kᵀ c, column by column. @param X kept columns, then those that were dropped */
function* defects({ kept, aliased }: PartMemory, X: readonly Float64Array[]): Generator<Float64Array> {
  const place = new Map(kept.map((column, j) => [column, j]));
  for (const [d, { constant, at, value, size }] of aliased.entries()) {
    const beyond = X[kept.length + d].map((v) => v - constant),
      share = beyond.map((v) => Math.max(size, Math.abs(v)));
    at.forEach((column, k) => {
      const x = X[place.get(column)!];
      for (let i = 0; i < beyond.length; i++) {
        beyond[i] -= value[k] * x[i];
        share[i] += Math.abs(value[k] * x[i]);
      }
    });
    yield beyond.map((v, i) => Math.abs(v) <= ROUNDING * share[i] ? 0 : v);
  }
}
