/** A fit's own copy of what the caller says, so that a later change of it changes no model. */
import { copyOfBuffer, isBuffer } from "../../math/copies.ts";
import type { FitOptions } from "./options.ts";

/** What is no data of the caller's: functions, and objects with functions. */
const SHARED: readonly (keyof FitOptions)[] = ["family", "structures"];

/** Copies of all options but families and structures. */
export function ownOptions(options: FitOptions): FitOptions {
  const entries = Object.entries(options).map(([name, value]) => [
    name,
    SHARED.includes(name as keyof FitOptions) ? value : copyOf(value),
  ]);
  return Object.freeze(Object.fromEntries(entries));
}

function copyOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  if (isBuffer(value)) return copyOfBuffer(value);
  return Object.fromEntries(Object.entries(value).map(([name, own]) => [name, copyOf(own)]));
}
