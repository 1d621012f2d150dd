/** From specs to averages: which factors stay, which are averaged over, which are nested. */
import { nearestName } from "../../frame.ts";
import { parseExpression } from "../../formula/parse.ts";
import { namesIn } from "../../formula/tree.ts";
import { type Model, partOf } from "../../model/result/model.ts";
import { averageCells, type Averages } from "../cells/averages.ts";
import type { CellFunction } from "../cells/grid_values.ts";
import { findNests, GridCounts, type Nest, type Weights } from "../grid/grid_weights.ts";
import {
  type AtValues,
  type GridDimension,
  gridDimensions,
  quoted,
  typicalColumns,
} from "../grid/reference_grid.ts";
import type { MeansSpec } from "./specs.ts";

/** Averages over the grid, with the factors that name the rows and what happened on the way. */
export interface Marginal {
  readonly averages: Averages;
  readonly kept: readonly GridDimension[];
  readonly notes: readonly string[];
}

/** Averages a quantity over everything that the specs do not name. @param further dimensions beside the predictors */
export function marginalise(
  model: Model,
  spec: MeansSpec,
  options: { readonly at?: AtValues; readonly weights?: Weights | readonly number[] },
  parts: readonly string[],
  cell: CellFunction,
  further: readonly GridDimension[] = [],
): Marginal {
  const dimensions = [...further, ...gridDimensions(model, parts, options.at)];
  const { weights = "equal" } = options;
  let counted: GridCounts | null = null;
  const counts = () => counted ??= new GridCounts(model, dimensions);
  const nests = needsNests(model, parts) ? findNests(counts(), dimensions) : []; // as nestsOf, with the counts kept
  const asked = further.filter(({ name }) => ![...spec.factors, ...spec.by].includes(name)); // averages over them say nothing
  const kept = [
    ...asked,
    ...named(spec.factors, dimensions, nests, spec),
    ...named(spec.by, dimensions, [], spec),
  ];
  const names = new Set(dimensions.map(({ name }) => name));
  const averages = averageCells({
    dimensions,
    kept,
    nests,
    weights,
    counts,
    cell,
    extra: (n) => typicalColumns(model, names, n),
  });
  const over = dimensions.filter((d) => !kept.includes(d) && d.labels.length > 1).map(({ name }) => name);
  const notes = over.length === 0
    ? []
    : [`Results are averaged over the levels of: ${over.join(", ")}${weightNote(weights)}`];
  return {
    averages,
    kept,
    notes: [...notes, ...nestNotes(nests, kept), ...interactionNote(model, parts, kept, over, nests)],
  };
}

/** Which factors of some parts are nested in which. */
export function nestsOf(model: Model, parts: readonly string[], at?: AtValues): readonly Nest[] {
  if (!needsNests(model, parts)) return [];
  const dimensions = gridDimensions(model, parts, at);
  return findNests(new GridCounts(model, dimensions), dimensions);
}

/** Nested factors leave columns that are combinations of others, or terms without a main effect of their own. */
function needsNests(model: Model, parts: readonly string[]): boolean {
  if (model.data === null) return false;
  return parts.some((part) => {
    const { dropped, terms } = partOf(model, part);
    return dropped.length > 0 ||
      terms.some((t) =>
        t.factors.length > 1 && t.factors.some((factor) => !terms.some(({ label }) => label === factor))
      );
  });
}

/** The dimensions of some factors, each followed by those that it is nested in. */
function named(
  names: readonly string[],
  dimensions: readonly GridDimension[],
  nests: readonly Nest[],
  spec: MeansSpec,
): GridDimension[] {
  const found: GridDimension[] = [];
  for (const name of names) {
    const dimension = dimensions.find((d) => d.name === name);
    if (!dimension) throw unknownFactor(name, dimensions);
    found.push(dimension);
  }
  for (const { child, parent } of nests) {
    const outer = dimensions.find((d) => d.name === parent)!;
    if (names.includes(child) && !found.includes(outer) && !spec.by.includes(parent)) found.push(outer);
  }
  return found;
}

function unknownFactor(name: string, dimensions: readonly GridDimension[]): RangeError {
  const known = dimensions.map((d) => d.name), near = nearestName(name, known);
  return new RangeError(
    `Cannot find "${name}" of the specs: the predictors of the model are ${quoted(known)}` +
      (near ? `; did you mean "${near}"?` : ""),
  );
}

/** Averages over a factor that changes the effect of another one hide that it does. */
function interactionNote(
  model: Model,
  parts: readonly string[],
  kept: readonly GridDimension[],
  over: readonly string[],
  nests: readonly Nest[],
): string[] {
  const terms = parts.flatMap((part) =>
    partOf(model, part).terms.map(({ factors }) => factors.flatMap(variablesIn))
  );
  const nested = (a: string, b: string) =>
    nests.some(({ child, parent }) => child === a && parent === b || child === b && parent === a);
  const found = kept.flatMap(({ name }) =>
    over.filter((other) => !nested(name, other) && terms.some((t) => t.includes(name) && t.includes(other)))
      .map((other) => `${name} with ${other}`)
  );
  return found.length === 0
    ? []
    : [`These averages may mislead: the model has an interaction of ${found.join(", ")}`];
}

function variablesIn(expression: string): string[] {
  return namesIn(parseExpression(expression));
}

function weightNote(weights: Weights | readonly number[]): string {
  if (weights === "equal") return "";
  return typeof weights === "string" ? ` (weights: ${weights})` : " (weights as given)";
}

function nestNotes(nests: readonly Nest[], kept: readonly GridDimension[]): string[] {
  const shown = nests.filter(({ child, parent }) =>
    kept.some(({ name }) => name === child || name === parent)
  );
  return shown.length === 0
    ? []
    : [`Nested factors found in the data: ${
      shown.map(({ child, parent }) => `${child} within ${parent}`).join(", ")
    }`];
}
