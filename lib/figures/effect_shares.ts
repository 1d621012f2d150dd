/** Responses of 0 and 1, and of categories, under estimates: shares where several rows have the same place. */
import type { FigureData } from "../display.ts";
import { keyOf, type Roles } from "./axes.ts";
import { apart, jitter, placer } from "./effect.ts";
import { AT, type DataRow } from "./effect_data.ts";
import { bare, type DataPoints, drawnOf, type Point, RADIUS } from "./effect_point.ts";
import { mostOf, radiusOf, sizeLegend } from "./point_sizes.ts";
import { formatValue, MOST_POINTS, thin } from "./rows.ts";
import type { Words } from "./words.ts";

/** Distinct values of a number from which shares of 0 and 1 are taken in bins. */
const MOST_VALUES = 12, BINS = 10;

/** Responses of 0 and 1: shares where several rows have the same place, else points near 0 and 1. */
export function shares(
  rows: readonly DataRow[],
  data: FigureData,
  shown: Roles,
  roles: Roles,
  words: Words,
): DataPoints {
  const { x } = shown, colored = shown.color !== null || roles.color === null;
  const numbers = x?.numeric ? rows.map((row) => row[x.name] as number) : [];
  const many = new Set(numbers).size > MOST_VALUES;
  if (many && !data.category) return zerosAndOnes(rows, data, shown, colored, words);
  const bin = many ? binsOf(numbers) : (value: number) => value;
  const names = apart(shown).map(({ name }) => name), panels = shown.facet?.names ?? [];
  const cellOf = (row: DataRow) =>
    [
      x === null ? "" : x.numeric ? bin(row[x.name] as number) : formatValue(row[x.name]),
      keyOf(row, names),
      keyOf(row, panels),
    ]
      .join("\n\n");
  const cells = [...Map.groupBy(rows, cellOf).values()];
  const counts = cells.map(({ length }) => length), most = mostOf(counts);
  const place = placer(shown, words);
  const points = cells.map((own): Point => {
    const share = own.reduce((sum, row) => sum + outcome(data, row), 0) / own.length;
    const middle = many
      ? { [x!.name]: own.reduce((sum, row) => sum + (row[x!.name] as number), 0) / own.length }
      : {};
    const said = `observed share ${formatValue(share)} of ${own.length} rows`;
    return { ...place({ ...own[0], ...middle }, bare(share, said)), r: radiusOf(own.length, most) };
  });
  const where = many ? `, in ${BINS} bins of ${words.of(x!.name)}` : "";
  const sizes = sizeLegend(words.of("rows"), counts);
  return {
    points,
    colored,
    notes: [`Points: observed shares${where}${sizes ? ", larger of more rows" : ""}.`],
    sizes,
  };
}

/** 1 where the row is what the estimate is the probability of. */
function outcome({ response, category }: FigureData, row: DataRow): number {
  if (!category) return response![row[AT]];
  return category.levels[category.of[row[AT]]] === row[category.name] ? 1 : 0;
}

function zerosAndOnes(
  rows: readonly DataRow[],
  data: FigureData,
  shown: Roles,
  colored: boolean,
  words: Words,
) {
  const { rows: kept, note } = thin(rows, MOST_POINTS), place = placer(shown, words);
  const points = kept.map((row, i): Point => {
    const y = outcome(data, row), inward = 0.05 * (jitter(i) + 0.5);
    return { ...place(row, bare(y === 0 ? inward : 1 - inward, `observed ${y}`)), r: RADIUS };
  });
  return {
    points,
    colored,
    notes: ["Points: observed 0 and 1, drawn a little apart.", ...drawnOf(note, data)],
  };
}

/** Bins of about equal numbers of values. */
function binsOf(values: readonly number[]): (value: number) => number {
  const sorted = [...values].sort((a, b) => a - b);
  const ends = Array.from({ length: BINS - 1 }, (_, k) => sorted[Math.floor((k + 1) * sorted.length / BINS)]);
  return (value) => ends.filter((end) => end <= value).length;
}
