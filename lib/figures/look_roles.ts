/** Which variable of a formula goes where in a first look at data, and the rows that have them all. */
import { formatCount } from "../display.ts";
import type { Sketch, SketchVariable } from "../formula/sketch.ts";
import type { FactorValue } from "../formula/values.ts";
import { factorOf } from "../inference/describe/groups.ts";
import { quantile } from "../math/descriptive.ts";
import { unknownVariable } from "./axes.ts";
import { formatValue } from "./rows.ts";
import type { FacetOption } from "./table_facets.ts";
import type { Words } from "./words.ts";

/** A variable of categories. */
export interface Categories {
  readonly name: string;
  readonly levels: readonly string[];
  /** Level of each row. */
  readonly codes: Int32Array;
}

/** A variable of numbers. */
export interface Numbers {
  readonly name: string;
  readonly values: Float64Array;
}

/** The variables by the part that they play, on the rows without missing values. */
export interface LookRoles {
  /** Place of each row in the data. */
  readonly rows: Int32Array;
  readonly y: Numbers | Categories;
  readonly trials: Float64Array | null;
  /** y is 0 or 1. */
  readonly binary: boolean;
  readonly x: Numbers | Categories;
  readonly color: Categories | null;
  readonly facet: Categories | null;
  /** Units that are followed over x: a thin line each. */
  readonly lines: Categories | null;
  readonly notes: readonly string[];
}

/** Levels that colours tell apart; panels; different numbers that are categories where categories are wanted. */
const MOST_COLORS = 6, MOST_PANELS = 30, MOST_NUMBERS = 12;

export const isNumbers = (variable: Numbers | Categories): variable is Numbers => "values" in variable;

/** @throws {RangeError} For a formula with more variables than a picture has room for. */
export function lookRoles(
  formula: string,
  { left, right, groups, n }: Sketch,
  facet: FacetOption,
  words: Words,
): LookRoles {
  if (left.length !== 1 || right.length < 1 || right.length > 2 || groups.length > 2) {
    throw new RangeError(
      `Cannot look at "${formula}": it has ${left.length} on the left of ~, ${right.length} on the right and ${groups.length} after the bar; ` +
        `a picture has room for one over one or two, by one or two groups: "y ~ x", "y ~ x + colour | panel", "y ~ x | panel/line"`,
    );
  }
  const [y] = left, [x, second] = right, used = [y, x, second, ...groups].filter((v) => v !== undefined);
  const rows = Int32Array.from({ length: n }, (_, i) => i).filter((i) => used.every((v) => isPresent(v, i)));
  if (rows.length === 0) throw new RangeError(`Cannot look at "${formula}": no row has all of its values`);
  const parts = inPanels(placeGroups(second, groups, x, rows, words), facet);
  const notes = [
    rows.length < n
      ? `${formatCount(n - rows.length)} of ${formatCount(n)} rows are left out: a value is missing.`
      : "",
    ...parts.notes,
  ].filter(Boolean);
  if (parts.facet && parts.facet.levels.length > MOST_PANELS) {
    const { name, levels } = parts.facet;
    throw new RangeError(
      `Cannot look at "${formula}": ${name} has ${levels.length} levels, which are too many panels; ` +
        `filter the data before, or follow them as lines over a number, "y ~ x | group/${name}"`,
    );
  }
  return { rows, ...responseOf(y, rows), x: variableAt(x, rows), ...parts, notes };
}

function isPresent({ value }: SketchVariable, i: number): boolean {
  return value.kind === "factor" ? value.codes[i] >= 0 : Number.isFinite(value.values[i]);
}

function variableAt({ name, value }: SketchVariable, rows: Int32Array): Numbers | Categories {
  return value.kind === "numeric"
    ? { name, values: Float64Array.from(rows, (i) => value.values[i]) }
    : categoriesOf(name, value, rows);
}

/** Categories of the rows; levels that none of them has are left out. */
function categoriesOf(name: string, { levels, codes }: FactorValue, rows: Int32Array): Categories {
  const used = new Set(Array.from(rows, (i) => codes[i])), kept = levels.filter((_, k) => used.has(k));
  const place = levels.map((level) => kept.indexOf(level));
  return { name, levels: kept, codes: Int32Array.from(rows, (i) => place[codes[i]]) };
}

/** The response: categories of two are 0 and 1 of the second where x is a number. */
function responseOf(variable: SketchVariable, rows: Int32Array): Pick<LookRoles, "y" | "trials" | "binary"> {
  const y = variableAt(variable, rows), trials = variable.trials;
  if (isNumbers(y)) {
    const binary = !trials && y.values.every((v) => v === 0 || v === 1);
    return { y, trials: trials && Float64Array.from(rows, (i) => trials[i]), binary };
  }
  return { y, trials: null, binary: y.levels.length === 2 };
}

/** Colour of a few levels, panels of more, lines of units. */
function placeGroups(
  second: SketchVariable | undefined,
  groups: readonly SketchVariable[],
  x: SketchVariable,
  rows: Int32Array,
  words: Words,
): Groups {
  const notes: string[] = [];
  const read = (variable: SketchVariable, most: number) => {
    const read = groupsOf(variable, rows, most);
    if (read.cut) notes.push(`${words.of(variable.name)} is cut into three parts of as many rows.`);
    return read.categories;
  };
  const overNumbers = x.value.kind === "numeric";
  const color = second ? read(second, MOST_COLORS) : null,
    first = groups[0] ? read(groups[0], MOST_PANELS) : null;
  const unit = groups[1] ? groupsOf(groups[1], rows, Infinity).categories : null;
  if (first === null) return { color, facet: null, lines: null, notes };
  if (unit) {
    if (overNumbers) return { color, facet: first, lines: unit, notes };
    if (!color) return { color: unit, facet: first, lines: null, notes };
    throw new RangeError(
      `Cannot look at lines of ${groups[1].name} over ${x.name}: it has categories, lines need numbers`,
    );
  }
  if (!color && first.levels.length <= MOST_COLORS) return { color: first, facet: null, lines: null, notes };
  if (overNumbers && first.levels.length > MOST_PANELS) return { color, facet: null, lines: first, notes };
  return { color, facet: first, lines: null, notes };
}

/** The parts of groups. */
type Groups = Pick<LookRoles, "color" | "facet" | "lines" | "notes">;

/** The groups where the reader wants them: one in panels, or none. */
function inPanels(parts: Groups, facet: FacetOption): Groups {
  if (facet === undefined) return parts;
  const { color, lines } = parts, [name, second] = facet === false ? [] : [facet].flat();
  if (name === parts.facet?.name) return parts;
  const groups = [color, parts.facet, lines].filter((each) => each !== null);
  const chosen = groups.find((each) => each.name === name) ?? null;
  if (second !== undefined || name !== undefined && chosen === null) {
    throw unknownVariable("facet", second ?? name, groups.map((each) => each.name));
  }
  const others = [color, parts.facet].filter((each) => each !== null && each !== chosen);
  if (others.length > 1) {
    throw new RangeError(
      `Cannot use facet: colours stand for "${others[0]!.name}", so "${
        others[1]!.name
      }" has no place but panels; leave one of them out of the formula`,
    );
  }
  return { ...parts, facet: chosen, color: others[0] ?? null, lines: lines === chosen ? null : lines };
}

/** Numbers as categories: themselves where they are few, else three parts. */
function groupsOf(variable: SketchVariable, rows: Int32Array, most: number) {
  const { name, value } = variable;
  if (value.kind === "factor") return { categories: categoriesOf(name, value, rows), cut: false };
  const distinct = new Set(Array.from(rows, (i) => value.values[i])).size;
  if (distinct <= Math.max(most, MOST_NUMBERS)) {
    return { categories: categoriesOf(name, factorOf(value), rows), cut: false };
  }
  const values = Float64Array.from(rows, (i) => value.values[i]);
  const [low, high] = [1 / 3, 2 / 3].map((p) => quantile(values, p));
  const [a, b] = [low, high].map((v) => formatValue(Number(v.toPrecision(3))));
  const codes = Int32Array.from(values, (v) => v <= low ? 0 : v <= high ? 1 : 2);
  return { categories: { name, levels: [`to ${a}`, `${a} to ${b}`, `above ${b}`], codes }, cut: true };
}
