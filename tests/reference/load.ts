/** Loads the reference cases and their data. */
import { dataset, type DatasetColumn, datasets, parseDataset } from "../../lib/datasets.ts";
import type { Frame } from "../../lib/frame.ts";
import manifest from "./data/manifest.json" with { type: "json" };

const extra: Readonly<Record<string, { columns: readonly DatasetColumn[] }>> = manifest;

/** A data set by the name that a case gives it ("cbpp.csv" or "cbpp"), with R's level orders. */
export async function referenceData(file: string): Promise<Frame> {
  const name = file.replace(/\.csv$/, "");
  if (!Object.hasOwn(extra, name)) return await dataset(name);
  const csv = await Deno.readFile(new URL(`./data/${name}.csv`, import.meta.url));
  return parseDataset(csv, extra[name].columns);
}

/** Names of all data sets that {@link referenceData} can load. */
export function referenceDataNames(): string[] {
  return [...datasets().getColumn("name").toArray() as string[], ...Object.keys(extra)];
}

/** One reference case, as its JSON file has it ("Inf" and "-Inf" are texts there, null is missing). */
// deno-lint-ignore no-explicit-any
export async function referenceCase(id: string): Promise<any> {
  return JSON.parse(await Deno.readTextFile(new URL(`./cases/${id}.json`, import.meta.url)));
}

/** The identifiers of all cases. */
export function referenceCaseIds(): string[] {
  const files = [...Deno.readDirSync(new URL("./cases/", import.meta.url))];
  return files.map((file) => file.name.replace(/\.json$/, "")).sort();
}
