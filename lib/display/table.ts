/** Tables for people: any result, model or data frame with a title, headers and notes of one's own. */
import { checkOptions, describe, type Kinds, kinds, noMore } from "../check.ts";
import { type Frame, nearestName } from "../frame.ts";
import { type Displayable, displayable, mimeBundle } from "./bundle.ts";
import { framePicture } from "./frame_picture.ts";
import { htmlBlock, htmlParts } from "./html.ts";
import { type CellColumn, makerOf, type NumberStyle, type TablePart, type TablePicture } from "./picture.ts";
import { metaOf } from "./result.ts";
import { textPicture } from "./text.ts";

/**
 * A table as it is written: it shows itself, and {@link toMarkdown}, {@link toLatex} and the others write it to documents.
 *
 * @category Figures and tables
 */
export interface Table extends TablePicture, Displayable {}

/**
 * What a table is made of: a result or any other data frame, or a fitted model.
 *
 * @category Figures and tables
 */
export type TableSource = Frame | FittedModel;

/**
 * A fitted model, by what tells it from a data frame.
 *
 * @category Figures and tables
 */
export interface FittedModel {
  /** Its formula. */
  readonly formula: string;
  /** Rows that it was fitted to. */
  readonly nobs: number;
}

/**
 * Options of {@link table}, and of what writes tables to documents.
 *
 * @category Figures and tables
 */
export interface TableOptions {
  /** Above the table; "" for none. Default: what the result says. */
  title?: string;
  /** Sentences below, in place of the result's own; [] for none. */
  notes?: string | readonly string[];
  /** Columns in the order in which they are shown. Default: those that tell something. */
  columns?: readonly string[];
  /** What is written in place of names: of columns, terms, levels. `{ std_error: "SE", fungicide2: "copper" }` */
  labels?: Readonly<Record<string, string>>;
  /** Significant digits that the smallest standard error keeps (3; a model's own table 4, as R's summary). */
  digits?: number;
  /** "short" (default): three decimals and "< 0.001"; "exact": three significant digits, as R. */
  pValues?: "short" | "exact";
  /** Most rows: of more, the first and the last. Default: all. */
  rows?: number;
}

const text = { should: "text", is: (value: unknown) => typeof value === "string" };
/** Kinds of these options. */
export const TABLE_OPTIONS: Kinds<TableOptions> = {
  title: text,
  notes: kinds.anyOf(text, kinds.listOf(text)),
  columns: kinds.listOf(kinds.column),
  labels: kinds.recordOf(text, '{ std_error: "SE" }'),
  digits: kinds.count,
  pValues: kinds.oneOf("short", "exact"),
  rows: kinds.count,
};

/**
 * A table to read and to paste: each column with one number of decimals, p-values as papers print them, columns that tell nothing
 * (infinite degrees of freedom, an empty `term2`) left out. The data frame itself stays as it is.
 *
 * ```ts
 * import { dataset, fit, table, tidy, toLatex } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("Reaction ~ Days + (Days | Subject)", await dataset("sleepstudy"));
 * const coefficients = table(tidy(model, { effects: "fixed" }), {
 *   title: "Sleep deprivation",
 *   columns: ["term", "estimate", "std_error", "p_value"],
 *   labels: { std_error: "SE", p_value: "p", Days: "days without sleep" },
 *   notes: "Kenward–Roger degrees of freedom.",
 * });
 * toLatex(coefficients); // shown in a notebook, or written to a document
 * ```
 *
 * @param source a result, any other data frame, or a model
 * @returns the table: `title`, `parts` (columns of texts), `notes`
 * @throws {TypeError} when the first argument has no table
 * @throws {RangeError} for a column or a label that is not there, and an option that is unknown or out of range
 * @category Figures and tables
 */
export function table(source: TableSource, options: TableOptions = {}): Table {
  noMore("table", arguments, 2);
  checkOptions("table", options, TABLE_OPTIONS);
  return shown(pictureOf(source, "table", options));
}

/**
 * The picture of what a caller gives to a function that writes tables.
 *
 * @param where its name, for messages
 */
export function pictureOf(
  source: TableSource | Table,
  where: string,
  options: TableOptions = {},
): TablePicture {
  const { title, notes, columns, labels, rows = Infinity, digits, pValues } = options;
  const style = { ...(digits && { digits }), ...(pValues && { pValues }) };
  const own = ownPicture(source, where, rows, style, columns !== undefined, options);
  const picture = {
    title: (title ?? own.title) || undefined,
    parts: columns ? chosen(own.parts, columns, where) : own.parts,
    notes: notes === undefined ? own.notes : [notes].flat().filter((note) => note !== ""),
  };
  return labels ? labelled(picture, labels, where) : picture;
}

function ownPicture(
  source: TableSource | Table,
  where: string,
  rows: number,
  style: NumberStyle,
  all: boolean,
  options: TableOptions,
): TablePicture {
  if (kinds.frame.is(source)) {
    const { title, notes, leastP, table: look } = metaOf(source as Frame) ?? {};
    return framePicture(source as Frame, rows, { title, notes, leastP, look }, style, all);
  }
  if (tables.has(source as Table)) {
    for (const name of ["digits", "pValues", "rows"] as const) {
      if (options[name] !== undefined) {
        throw new RangeError(
          `Cannot use ${name} in ${where}(): the table is written already; give it to table(…, { ${name}: … })`,
        );
      }
    }
    return source as Table;
  }
  const maker = makerOf(source);
  if (maker) return maker(style);
  throw new TypeError(
    `Cannot use ${where}(): its first argument is ${
      describe(source)
    }, it should be a data frame, a model, or a table()`,
  );
}

const tables = new WeakSet<Table>();

/** A picture that shows itself. */
function shown(picture: TablePicture): Table {
  const text = () => textPicture(picture), { title, notes } = picture;
  const made = displayable(
    { ...picture },
    () => mimeBundle({ text: text(), html: htmlBlock({ title, notes, body: htmlParts(picture) }) }),
  );
  for (const name of ["Deno.customInspect", "nodejs.util.inspect.custom"]) {
    Object.defineProperty(made, Symbol.for(name), { value: text, enumerable: false });
  }
  tables.add(made);
  return Object.freeze(made);
}

const keyOf = ({ key, name }: CellColumn): string => key ?? name;

/** The columns that are asked for, in this order, of the parts that have all of them; where none has, of those that have some. */
function chosen(parts: readonly TablePart[], columns: readonly string[], where: string): TablePart[] {
  const keys = parts.map((part) => new Set(part.columns.map(keyOf)));
  const known = [...new Set(keys.flatMap((each) => [...each]))];
  for (const name of columns) {
    if (!known.includes(name)) throw unknown(`column "${name}"`, name, known, where, "its columns are");
  }
  const whole = parts.filter((_, k) => columns.every((name) => keys[k].has(name)));
  const some = parts.filter((_, k) => columns.some((name) => keys[k].has(name)));
  return (whole.length > 0 ? whole : some).map((part) => ({
    ...part,
    columns: columns.flatMap((name) => part.columns.filter((column) => keyOf(column) === name)),
  }));
}

/** Headers, headings and cells that are names, in other words. */
function labelled(
  picture: TablePicture,
  labels: Readonly<Record<string, string>>,
  where: string,
): TablePicture {
  const used = new Set<string>(), known = new Set<string>();
  const word = (name: string) => {
    known.add(name);
    if (!Object.hasOwn(labels, name)) return name;
    used.add(name);
    return labels[name];
  };
  const parts = picture.parts.map((part) => ({
    ...part,
    heading: part.heading && word(part.heading),
    columns: part.columns.map((column) => {
      const header = word(keyOf(column));
      return {
        ...column,
        key: keyOf(column),
        name: header === keyOf(column) ? word(column.name) : header,
        cells: column.align === "left" ? column.cells.map(word) : column.cells,
      };
    }),
  }));
  const lost = Object.keys(labels).find((name) => !used.has(name));
  if (lost !== undefined) throw unknown(`label of "${lost}"`, lost, [...known], where, "the table has");
  return { ...picture, parts };
}

function unknown(
  what: string,
  name: string,
  known: readonly string[],
  where: string,
  has: string,
): RangeError {
  const near = nearestName(name, [...known]), most = known.filter((each) => each !== "").slice(0, 12);
  return new RangeError(
    `Cannot find ${what} in ${where}(): ${has} ${most.map((each) => `"${each}"`).join(", ")}${
      known.length > most.length ? ", …" : ""
    }${near ? `; did you mean "${near}"?` : ""}`,
  );
}
