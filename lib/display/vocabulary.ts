/** What the columns of results are: how their numbers are written, and when they say nothing. */

/** Estimates and what is in their units: they share their decimals. */
export const ESTIMATES = /^(estimate|std_error|conf_low|conf_high|pred_low|pred_high)$/;
/** P-values. */
export const P_VALUES = /^p_(value|boundary|chisq)$/;
/** Shares of one, of which small ones say no more than that they are small. */
export const SHARES = /^weight$/;
/** Criteria of which only differences matter, so that all have two decimals. */
export const CRITERIA = /^(aicc?|bic|log_lik|deviance|delta)$/;
/** Test statistics. */
export const STATISTICS = /^statistic$/;
/** Degrees of freedom. */
export const DEGREES = /^df(_residual)?$/;

/** Columns that only results have, and where nothing stands in a row that has no such thing. */
const OWN =
  /^(std_error|statistic|df|df_residual|p_value|p_boundary|p_chisq|conf_low|conf_high|group|level|term2|null|component|effect|share|mean|sd|median|q1|q3|min|max|skewness)$/;

/** The text of a missing value: nothing in columns of results, NA in those of the data. */
export function missingText(name: string): string {
  return OWN.test(name) ? "" : "NA";
}

/** Columns that describe a row and need not be said row by row where all are alike. */
const DESCRIBES = /^(df|df_residual|null|component|effect|method|group)$/;
/** What goes without saying: asymptotic tests, of the mean, against no difference. */
const USUAL: Readonly<Record<string, readonly string[]>> = {
  df: ["Inf"],
  df_residual: ["Inf"],
  null: ["0", "1"],
  component: ["cond"],
  effect: ["fixed"],
};

/**
 * Why a column is left out of the picture of a table.
 *
 * @param cells what would be written
 * @param missing whether every value is missing
 * @returns null where it is shown; else what is said of it below the table, "" where that goes without saying
 */
export function leftOut(name: string, cells: readonly string[], missing: boolean): string | null {
  if (cells.length === 0) return null;
  if (missing) return cells.every((cell) => cell === "") ? "" : `${name}: NA in all rows.`;
  if (!DESCRIBES.test(name)) return null;
  const present = cells.filter((cell) => cell !== ""), [first] = present;
  if (present.some((cell) => cell !== first)) return null;
  if (USUAL[name]?.includes(first)) return "";
  return cells.length > 1 && present.length === cells.length ? `All rows: ${name} ${first}.` : null;
}
