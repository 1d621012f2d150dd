/** Numbers as they are printed: a row of a table found by its name, its numbers with the unit of their last digit. */
import assert from "node:assert/strict";

/** A printed number and half the unit of its last digit. */
export interface Printed {
  readonly value: number;
  readonly half: number;
}

const NUMBER = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/g;

/** The numbers in a text, in order. */
export function printedNumbers(text: string): Printed[] {
  return [...text.matchAll(NUMBER)].map(([found]) => {
    const [digits, power = "0"] = found.split("e"), decimals = digits.split(".")[1]?.length ?? 0;
    return { value: Number(found), half: 0.5 * 10 ** (Number(power) - decimals) };
  });
}

/** Throws unless the text prints a number: rounded, or to fewer digits, never another one. */
export function prints(text: string, expected: number, what: string) {
  const found = printedNumbers(text).some(({ value, half }) =>
    Math.abs(value - expected) <= half * (1 + 1e-6) &&
    (half <= Math.max(0.051 * Math.abs(expected), 0.005) || value === Number(expected.toPrecision(3)))
  );
  assert.ok(found, `${what}: ${expected} is not printed in\n${text}`);
}

/** The line of a printed table that begins with a name, after `heading`. */
export function lineOf(text: string, heading: string, name: string): string {
  const lines = text.slice(text.indexOf(heading)).split("\n"),
    found = lines.find((line) => line.trimStart().startsWith(`${name} `));
  assert.ok(found !== undefined, `"${name}" is not printed under "${heading}" in\n${text}`);
  return found.trimStart().slice(name.length);
}
