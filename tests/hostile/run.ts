/** Runs a hostile input and says what came of it, in one line. */
import assert from "node:assert/strict";
import { fit, type FitOptions, type Frame, type Model, tidy } from "../../mod.ts";

/** Words that only JavaScript or a library says: the module had not expected the input. */
const FOREIGN =
  /is not a function|undefined \(reading|null \(reading|reading '|not iterable|'in' operator|Cannot convert|Invalid array length|stack size|called on null|panicked|at index|not assignable/;

/** "RangeError: Cannot …" for a refusal, "fit: message; message" for a fit, "value: …" for another result. */
export function outcome(call: () => unknown): string {
  let result: unknown;
  try {
    result = call();
  } catch (error) {
    const text = String(error);
    if (!/^(SyntaxError|TypeError|RangeError): Cannot /.test(text) || FOREIGN.test(text)) {
      return `UNEXPECTED ${text}`;
    }
    return text;
  }
  if (!isModel(result)) return silentNaN(result) ? "UNEXPECTED NaN in the result" : "value";
  let silent: string | null;
  try {
    silent = nanIn(result);
  } catch (error) {
    return `UNEXPECTED the table of a fit: ${error}`;
  }
  if (silent !== null && result.messages.length === 0) return `UNEXPECTED ${silent} without a message`;
  return `fit: ${result.messages.join("; ")}`;
}

/** One hostile fit: formula, data, options, and what should come of it (see {@link judged}). */
export type HostileFit = readonly [formula: unknown, data: unknown, options: unknown, expected: string];

/** Makes a test of every row: none throws what the module did not mean to throw, none is NaN in silence, none takes long. */
export function testFits(about: string, rows: readonly HostileFit[]) {
  for (const [formula, data, options, expected] of rows) {
    Deno.test(`hostile, ${about}: ${shown(formula)} ${shown(options)}`, () => {
      judged(() => fit(formula as string, data as Frame, options as FitOptions), expected);
    });
  }
}

/** The same for other calls, each with a name. */
export function testCalls(about: string, rows: readonly (readonly [string, () => unknown, string])[]) {
  for (const [what, call, expected] of rows) {
    Deno.test(`hostile, ${about}: ${what}`, () => judged(call, expected));
  }
}

/** Longest time in ms that a refusal or a small fit may take, on a slow and busy machine. */
const LONG = 20_000;

/**
 * Compares an outcome with what is expected: the beginning of an error's text; "fit" for a fit that says nothing; "fit: words" for
 * one whose messages hold the words; "says" for one that says anything; "value" for another result.
 */
function judged(call: () => unknown, expected: string) {
  const start = performance.now(), found = outcome(call), time = performance.now() - start;
  const right = expected === "says"
    ? found.startsWith("fit: ") && found.length > 5
    : expected === "fit"
    ? found === "fit: "
    : expected.startsWith("fit: ")
    ? found.startsWith("fit: ") && found.includes(expected.slice(5))
    : found.startsWith(expected);
  assert.ok(right, `expected: ${expected}\nfound:    ${found}`);
  assert.ok(time < LONG, `it took ${Math.round(time)} ms`);
}

function shown(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value) ?? String(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

function isModel(value: unknown): value is Model {
  return typeof value === "object" && value !== null && "certificate" in value;
}

function nanIn(model: Model): string | null {
  if (!Number.isFinite(model.logLik)) return `logLik ${model.logLik}`;
  for (const row of tidy(model).toRecords() as Record<string, unknown>[]) {
    if (row.estimate === null) return `no estimate of ${row.term}`;
    if (row.effect === "fixed" && (row.std_error === null || row.std_error === Infinity)) {
      return `no standard error of ${row.term}`;
    }
  }
  return null;
}

function silentNaN(value: unknown): boolean {
  if (typeof value === "number") return Number.isNaN(value);
  return value instanceof Float64Array && value.some(Number.isNaN);
}
