/** What the levels of (0 + factor | g) say of where their positions are: occasions in order, or coordinates. */
import type { TermShape } from "./structure.ts";

/** Occasions in the order of their levels. */
export interface Occasions {
  readonly labels: readonly string[];
  /** Place of an occasion on the line on which the first is 0 and the next 1. */
  place(label: string): number;
}

/** @throws RangeError where the left side of the bar is not one factor without intercept */
export function occasions(structure: string, { label, positions }: TermShape): Occasions {
  if (positions === null) throw needsPositions(structure, label);
  const numbers = positions.map(Number), step = numbers[1] - numbers[0];
  const regular = positions.length > 1 && step > 0 &&
    numbers.every((v, k) => Math.abs(v - numbers[0] - k * step) < 1e-6 * step);
  return {
    labels: positions,
    place(position) {
      const known = positions.indexOf(position);
      if (known >= 0) return known;
      const place = (Number(position) - numbers[0]) / step;
      if (regular && Math.abs(place - Math.round(place)) < 1e-6) return Math.round(place);
      throw new RangeError(
        `Cannot predict at "${position}" in (${label}): ${
          regular
            ? `the occasions ${positions[0]}, ${
              positions[1]
            }, … are ${step} apart, and this one falls between them`
            : `the occasions of the fit are ${list(positions)}, and their names do not say where it falls`
        }`,
      );
    },
  };
}

/** Is it the first or the last of c occasions? */
export function ends(k: number, c: number): boolean {
  return k === 0 || k === c - 1;
}

/**
 * Coordinates of the positions, from levels as numFactor(x, y) writes them, "(1.5,2)", or from plain numbers.
 * @throws RangeError where the left side is not one factor without intercept, or a level is not a place
 */
export function coordinates(
  structure: string,
  { label, positions }: TermShape,
): readonly (readonly number[])[] {
  if (positions === null) throw needsPositions(structure, label);
  return positions.map((position) => coordinatesOf(structure, label, position));
}

/** Times of the positions. @throws RangeError where they have more than one coordinate */
export function timesOf(structure: string, term: TermShape): number[] {
  const places = coordinates(structure, term), wide = places.find((p) => p.length !== 1);
  if (!wide) return places.map(([t]) => t);
  throw new RangeError(
    `Cannot use ${structure}(${term.label}): its positions are times, and (${
      wide.join(", ")
    }) has ${wide.length} coordinates; in the plane use exp(…)`,
  );
}

/** Coordinates that one level stands for. */
export function coordinatesOf(structure: string, label: string, position: string): readonly number[] {
  const numbers = position.replace(/^\(|\)$/g, "").split(",").map((text) =>
    text.trim() === "" ? NaN : Number(text)
  );
  if (numbers.every(Number.isFinite)) return numbers;
  throw new RangeError(
    `Cannot use ${structure}(${label}): the level "${position}" does not say where it is; make positions of coordinates, ` +
      `${structure}(0 + numFactor(x, y) | g)`,
  );
}

/** The sentence for a left side that is not one factor without intercept. */
export function needsPositions(structure: string, label: string): RangeError {
  const right = label.split("|").at(-1)!.trim();
  return new RangeError(
    `Cannot use ${structure}(${label}): its left side has to be one factor without an intercept, whose levels are the ` +
      `positions, as in ${structure}(0 + factor(time) | ${right})`,
  );
}

function list(positions: readonly string[]): string {
  return positions.length > 6 ? `${positions.slice(0, 5).join(", ")}, …` : positions.join(", ");
}
