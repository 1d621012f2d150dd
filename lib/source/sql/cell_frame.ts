/** Cells as a data frame: a row for each, in an order that is the same everywhere. */
import { type Frame, frameOf } from "../../frame.ts";
import type { Cells, CellValues } from "./collapse.ts";
import { frameTypes, valuesOf } from "./fetched.ts";
import type { UsedColumn } from "./rows.ts";

/** The frame with the names of the columns that hold sums. */
export interface CellFrame {
  readonly frame: Frame;
  readonly sums: readonly string[];
}

/**
 * @param sums how the sums are called, changed where the data have a column of that name
 * @param further columns of the data that are no keys, with a value for every cell
 */
export async function cellFrame(
  { rows, keys, bins }: Cells,
  values: CellValues,
  sums: readonly string[],
  further: readonly { readonly used: UsedColumn; readonly values: readonly unknown[] }[] = [],
): Promise<CellFrame> {
  const names = sums.map((name) => unusedName(name, rows.used));
  const typed = await frameTypes(rows);
  const frame = typed(frameOf(Object.fromEntries([
    ...keys.map((each, k) => [each.name, valuesOf(each, values.keys[k])] as const),
    ...further.map(({ used, values }) => [used.name, valuesOf(used, values)] as const),
    ...names.map((name, k) => [name, values.sums[k]] as const),
  ])));
  const order = [...keys, ...bins.map(({ used }) => used)].map(({ name }) => name);
  return { frame: order.length > 0 ? frame.sort(order) : frame, sums: names };
}

function unusedName(wanted: string, used: readonly UsedColumn[]): string {
  let name = wanted;
  while (used.some((each) => each.name === name)) name = `${name}.`;
  return name;
}
