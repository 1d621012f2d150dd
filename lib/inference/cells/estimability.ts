/**
 * Which linear functions of the coefficients the data determine. Columns of X that are linear combinations of others were
 * dropped, d = K c; a row x with x_d ≠ x_Kᵀ c asks for more than the data can tell.
 */
import { type ColumnValues, type Frame, frameOf } from "../../frame.ts";
import { evaluateRecipe, type NewPredictor } from "../../formula/evaluate_recipe.ts";
import { type DesignRecipe, designRecipe } from "../../formula/recipe.ts";
import { orthogonalColumns } from "../../math/basis.ts";
import { dot } from "../../math/dense.ts";
import { type Model, partOf, usedRows } from "../../model/result/model.ts";

/** Columns of some cells, all of one length. */
export type Cells = Readonly<Record<string, ColumnValues>>;

/** What a part's recipe makes of new rows. */
interface RowsOfPart {
  readonly predictor: NewPredictor;
  readonly X: Float64Array[];
  readonly defect: Float64Array[];
}

/** Rebuilds a part's columns in new rows, with what the dropped columns say beyond the kept ones. */
class EstimableRows {
  /** Number of dropped columns. */
  readonly dropped: number;
  private readonly recipe: DesignRecipe;
  private readonly kept: readonly number[];
  private readonly out: readonly number[];
  /** c of every dropped column. */
  private readonly combination: readonly Float64Array[];
  private readonly ofCells = [new WeakMap<Cells, RowsOfPart>(), new WeakMap<Cells, RowsOfPart>()];

  constructor(private readonly model: Model, private readonly part: string) {
    this.dropped = partOf(model, part).dropped.length;
    const recipe = designRecipe(model.recipe), memory = recipe.parts.find((p) => p.part === part)!;
    this.kept = memory.kept;
    const total = memory.kept.length + this.dropped, isKept = new Set(memory.kept);
    this.out = Array.from({ length: total }, (_, j) => j).filter((j) => !isKept.has(j));
    const all = Array.from({ length: total }, (_, j) => j);
    this.recipe = this.dropped === 0
      ? recipe
      : { ...recipe, parts: recipe.parts.map((p) => p === memory ? { ...p, kept: all } : p) };
    this.combination = this.dropped === 0 ? [] : this.solve();
  }

  /** X of the part (kept columns), its random terms and offset, and x_d − x_Kᵀ c for every dropped column d. */
  read(frame: Frame, random: boolean): RowsOfPart {
    const [predictor] = evaluateRecipe(this.recipe, frame, { parts: [this.part], random }).predictors;
    if (this.dropped === 0) return { predictor, X: [...predictor.X], defect: [] };
    const X = this.kept.map((j) => predictor.X[j]);
    const defect = this.out.map((d, k) => {
      const beyond = predictor.X[d].slice(), c = this.combination[k];
      const size = beyond.map(Math.abs);
      X.forEach((x, j) => {
        for (let i = 0; i < beyond.length; i++) {
          beyond[i] -= c[j] * x[i];
          size[i] += Math.abs(c[j] * x[i]);
        }
      });
      return beyond.map((v, i) => Math.abs(v) <= 1e-8 * size[i] ? 0 : v);
    });
    return { predictor, X, defect };
  }

  /** The same of cells, made once for the same cells: their values change with the coefficients, not their columns. */
  readCells(cells: Cells, n: number, random: boolean): RowsOfPart {
    const known = this.ofCells[random ? 1 : 0];
    let found = known.get(cells);
    if (!found) {
      found = this.read(frameOf({ ...cells, "(grid)": new Int32Array(n) }), random);
      known.set(cells, found);
    }
    return found;
  }

  /** c = R⁻¹ Qᵀ d / n from the rows of the fit. */
  private solve(): Float64Array[] {
    const [{ X }] =
      evaluateRecipe(this.recipe, usedRows(this.model), { parts: [this.part], random: false }).predictors;
    const { Q, inverse } = orthogonalColumns(this.kept.map((j) => X[j]));
    return this.out.map((d) => {
      const g = Q.map((q) => dot(q, X[d]) / q.length);
      return Float64Array.from(Q, (_, j) => g.reduce((sum, v, k) => sum + inverse.get(j, k) * v, 0));
    });
  }
}

const known = new WeakMap<Model["recipe"], Map<string, EstimableRows>>();

/** The rows of a part, made once for a model and those with other coefficients. */
export function estimableRows(model: Model, part: string): EstimableRows {
  const parts = known.get(model.recipe) ?? new Map<string, EstimableRows>();
  known.set(model.recipe, parts);
  let found = parts.get(part);
  if (!found) parts.set(part, found = new EstimableRows(model, part));
  return found;
}
