/** Names of columns that a formula can only hold in backticks: with spaces, dashes, a digit in front. */

/** A name that needs no backticks. */
const PLAIN = /^(?:\p{L}|\.(?!\d))[\p{L}\p{N}._]*$/u;

/**
 * Runs the reading of formulas; where it fails and a formula holds such a name as it is, the error says so.
 *
 * @param formulas their texts
 * @param names the columns of the data
 */
export function adviseBackticks<T>(formulas: readonly string[], names: readonly string[], read: () => T): T {
  try {
    return read();
  } catch (error) {
    const name = names.filter((each) => !PLAIN.test(each)).sort((a, b) => b.length - a.length).find((each) =>
      formulas.some((formula) => formula.replace(/`[^`]*`/g, "``").includes(each))
    );
    if (name === undefined || !(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    const [first, ...rest] = error.message.split("\n");
    const message = [`${first}; put the name of the column in backticks, \`${name}\``, ...rest].join("\n");
    throw new (error.constructor as new (message: string) => Error)(message);
  }
}
