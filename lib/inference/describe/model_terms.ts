/** Terms of several models, matched: one row for each quantity of each term, one number for each model. */
import { metaOf } from "../../display.ts";
import type { Model } from "../../model/result/model.ts";
import type { DfName } from "../../model/result/df_method.ts";
import { type RowParameter, TIDY, tidy, type TidyRow } from "../intervals/tidy.ts";

/** A row of numbers. */
export interface Entry {
  readonly part: "fixed" | "random" | "gof";
  readonly component: string | null;
  readonly group: string | null;
  readonly term: string;
  readonly quantity: string;
  /** What the row is called in the table. */
  readonly label: string;
  /** One number for each model, NaN where it has none. */
  readonly values: readonly number[];
}

/** What is known of a coefficient, in the order of the rows. */
export const QUANTITIES = [
  "estimate",
  "std_error",
  "statistic",
  "df",
  "p_value",
  "conf_low",
  "conf_high",
] as const;

interface Found {
  readonly row: TidyRow;
  readonly parameter: RowParameter | null;
}

/** The terms of all models: fixed effects of each component in the order in which models have them, then random effects. */
export function termRows(
  models: readonly Model[],
  { effects = "all", level, df, exponentiate }: {
    effects?: "fixed" | "all";
    level?: number;
    df?: DfName;
    exponentiate?: boolean;
  },
): Entry[] {
  const options = {
    effects: effects === "fixed" ? "fixed" as const : ["fixed", "ran_pars"] as const,
    ...(level !== undefined && { level }),
    ...(df !== undefined && { df }),
    ...(exponentiate !== undefined && { exponentiate }),
  };
  const tables = models.map((model) => {
    const frame = tidy(model, options), { parameters } = metaOf(frame, TIDY)!;
    return new Map((frame.toRecords() as unknown as TidyRow[]).map((row, i): [string, Found] => [
      JSON.stringify([row.effect, row.component, row.group, row.term]),
      { row, parameter: parameters[i] },
    ]));
  });
  const places = [
    ...Map.groupBy(merged(tables), ([, { row }]) => `${row.effect === "fixed"} ${row.component}`),
  ];
  const ordered = [true, false].flatMap((fixed) =>
    places.filter(([key]) => key.startsWith(`${fixed} `)).flatMap(([, found]) => found)
  );
  const last = ([, { row }]: [string, Found]) => row.group === "Residual" ? 1 : 0;
  return ordered.sort((a, b) => last(a) - last(b)).flatMap(([key, found]) => entriesOf(key, found, tables));
}

/** Each term once, after the one that it follows in the first model that has it. */
function merged(tables: readonly ReadonlyMap<string, Found>[]): [string, Found][] {
  const out: [string, Found][] = [];
  for (const table of tables) {
    let at = 0;
    for (const entry of table) {
      const known = out.findIndex(([key]) => key === entry[0]);
      if (known < 0) out.splice(at++, 0, entry);
      else at = known + 1;
    }
  }
  return out;
}

function entriesOf(key: string, { row, parameter }: Found, tables: readonly Map<string, Found>[]): Entry[] {
  const fixed = row.effect === "fixed";
  return (fixed ? QUANTITIES : QUANTITIES.slice(0, 1)).map((quantity) => ({
    part: fixed ? "fixed" : "random",
    component: row.component,
    group: row.group,
    term: row.term,
    quantity,
    label: parameter ? parameterLabel(row.group ?? "", parameter) : row.term,
    values: tables.map((table) => table.get(key)?.row[quantity] ?? NaN),
  }));
}

/** "SD (Intercept), Subject", "Cor (Intercept), Days, Subject". */
function parameterLabel(group: string, { label, kind }: RowParameter): string {
  if (group === "Residual") return "SD residual";
  return `${kind === "sd" ? "SD " : kind === "cor" ? "Cor " : ""}${label}, ${group}`;
}
