/** Tables for documents. CSV and Parquet are polars' own writeCSV() and writeParquet(). */
import { checkOptions, type Kinds, kinds, noMore } from "../check.ts";
import { docxOf } from "./docx.ts";
import { htmlBlock, htmlParts } from "./html.ts";
import { latexOf } from "./latex.ts";
import { markdownOf } from "./markdown.ts";
import { pictureOf, type Table, TABLE_OPTIONS, type TableOptions, type TableSource } from "./table.ts";
import { typstOf } from "./typst.ts";

/**
 * Options of {@link toLatex} and {@link toTypst}.
 *
 * @category Figures and tables
 */
export interface LabelledTableOptions extends TableOptions {
  /** What the text refers to it by: `\ref{tab:model}`, `@tab:model`. */
  label?: string;
}

const LABELLED: Kinds<LabelledTableOptions> = { ...TABLE_OPTIONS, label: kinds.text };

/**
 * A table in Markdown, as GitHub, Quarto and pandoc read it.
 *
 * ```ts
 * import { dataset, fit, tidy, toMarkdown } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("Reaction ~ Days", await dataset("sleepstudy"));
 * toMarkdown(tidy(model), { title: "" }); // | term | estimate | …
 * ```
 *
 * @param source a result, any other data frame, a model, or a {@link Table}
 * @throws {TypeError} when the first argument has no table
 * @throws {RangeError} for an option that is unknown or out of range
 * @category Figures and tables
 */
export function toMarkdown(source: TableSource | Table, options: TableOptions = {}): string {
  noMore("toMarkdown", arguments, 2);
  checkOptions("toMarkdown", options, TABLE_OPTIONS);
  return markdownOf(pictureOf(source, "toMarkdown", options));
}

/**
 * A table in LaTeX, with the rules of the package booktabs: a `tabular`, which stands in a `table` with caption and notes where
 * there are any (`{ title: "", notes: [] }` gives the tabular alone).
 *
 * ```ts
 * import { dataset, fit, toLatex } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("Reaction ~ Days + (1 | Subject)", await dataset("sleepstudy"));
 * toLatex(model, { title: "Sleep deprivation", label: "tab:sleep" }); // \begin{table} …
 * ```
 *
 * @param source a result, any other data frame, a model, or a {@link Table}
 * @throws {TypeError} when the first argument has no table
 * @throws {RangeError} for an option that is unknown or out of range
 * @category Figures and tables
 */
export function toLatex(source: TableSource | Table, options: LabelledTableOptions = {}): string {
  noMore("toLatex", arguments, 2);
  checkOptions("toLatex", options, LABELLED);
  const { label, ...rest } = options;
  return latexOf(pictureOf(source, "toLatex", rest), label);
}

/**
 * A table in HTML, all rows, styles in place.
 *
 * ```ts
 * import { dataset, fit, tidy, toHtml } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("Reaction ~ Days", await dataset("sleepstudy"));
 * toHtml(tidy(model), { pValues: "exact" }); // <div …><table …
 * ```
 *
 * @param source a result, any other data frame, a model, or a {@link Table}
 * @throws {TypeError} when the first argument has no table
 * @throws {RangeError} for an option that is unknown or out of range
 * @category Figures and tables
 */
export function toHtml(source: TableSource | Table, options: TableOptions = {}): string {
  noMore("toHtml", arguments, 2);
  checkOptions("toHtml", options, TABLE_OPTIONS);
  const picture = pictureOf(source, "toHtml", options), { title, notes } = picture;
  return htmlBlock({ title, notes, body: htmlParts(picture, false) });
}

/**
 * A table in Typst: a figure with a caption.
 *
 * ```ts
 * import { dataset, fit, tidy, toTypst } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("Reaction ~ Days", await dataset("sleepstudy"));
 * toTypst(tidy(model), { label: "sleep" }); // #figure( …
 * ```
 *
 * @param source a result, any other data frame, a model, or a {@link Table}
 * @throws {TypeError} when the first argument has no table
 * @throws {RangeError} for an option that is unknown or out of range
 * @category Figures and tables
 */
export function toTypst(source: TableSource | Table, options: LabelledTableOptions = {}): string {
  noMore("toTypst", arguments, 2);
  checkOptions("toTypst", options, LABELLED);
  const { label, ...rest } = options;
  return typstOf(pictureOf(source, "toTypst", rest), label);
}

/**
 * A table as a Word document (needs the package docx, which is fetched from npm when the first document is written).
 *
 * ```ts
 * import { dataset, fit, tidy, toDocx } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("Reaction ~ Days", await dataset("sleepstudy"));
 * const document = await toDocx(tidy(model), { title: "Sleep deprivation" });
 * // await Deno.writeFile("table.docx", document);
 * ```
 *
 * @param source a result, any other data frame, a model, or a {@link Table}
 * @returns the bytes of the file
 * @throws {TypeError} when the first argument has no table
 * @throws {RangeError} for an option that is unknown or out of range
 * @category Figures and tables
 */
export async function toDocx(source: TableSource | Table, options: TableOptions = {}): Promise<Uint8Array> {
  noMore("toDocx", arguments, 2);
  checkOptions("toDocx", options, TABLE_OPTIONS);
  return await docxOf(pictureOf(source, "toDocx", options));
}
