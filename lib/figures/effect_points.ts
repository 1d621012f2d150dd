/** The data under estimates: each point beside the estimate that it belongs to. */
import { type FigureData, type FigureOptions, formatCount } from "../display.ts";
import { columnNames, rowCount } from "../frame.ts";
import { apart, type Dodge, jitter, type Mark, placeOf, placer, shifted } from "./effect.ts";
import { keyOf, type Roles } from "./axes.ts";
import { colorChannel, FAINT } from "./colors.ts";
import { AT, type DataRow, isShown, MOST_READ, rowsIn, sharedRoles } from "./effect_data.ts";
import type { Legend } from "./legend.ts";
import { mostOf, radiusOf, sizeLegend } from "./point_sizes.ts";
import { partialValues } from "./effect_partial.ts";
import { Plot } from "./plot.ts";
import { formatValue, MOST_POINTS, thin } from "./rows.ts";
import type { Words } from "./words.ts";

/** A point of the data. */
export interface Point extends Mark {
  /** Radius in pixels. */
  readonly r: number;
}

/** The points of a figure, and what its caption says of them. */
export interface DataPoints {
  readonly points: readonly Point[];
  /** Colours stand for the same as those of the estimates; else the points are grey. */
  readonly colored: boolean;
  readonly notes: readonly string[];
  /** What sizes stand for. */
  readonly sizes?: Legend;
}

const NONE: DataPoints = { points: [], colored: false, notes: [] };
/** Distinct values of a number from which shares of 0 and 1 are taken in bins. */
const MOST_VALUES = 12, BINS = 10;
/** Radius of a usual point. */
const RADIUS = 2.4;

/**
 * The data of a figure as the reader wants them: by default measurements, counts and shares of trials.
 * @throws {RangeError} Where the reader asks for points and there are none.
 */
export function dataPoints(
  data: FigureData | undefined,
  marks: readonly Mark[],
  roles: Roles,
  options: FigureOptions,
  words: Words,
): DataPoints {
  const wanted = options.points ?? (data?.response && !data.binary && !data.category ? true : false);
  if (wanted === false) return NONE;
  const absent = absence(data, roles, wanted === "partial");
  if (absent !== null) {
    if (options.points === undefined) return NONE;
    throw new RangeError(`Cannot use points: ${absent}`);
  }
  const rows = rowsIn(data!, roles), shown = sharedRoles(roles, data!, rows);
  const kept = rows.filter((row) => isShown(row, shown));
  if (wanted === "partial") return partialPoints(kept, data!, marks, shown, roles, words);
  return data!.binary || data!.category
    ? shares(kept, data!, shown, roles, words)
    : values(kept, data!, shown, roles, words);
}

/** "2,000 of 180,000 points are drawn." */
function drawnOf(note: string | undefined, { frame, category }: FigureData): string[] {
  const n = rowCount(frame);
  if (note === undefined || category) return note ? [note] : [];
  return [n > MOST_READ ? `${formatCount(MOST_POINTS)} points of ${formatCount(n)} rows are drawn.` : note];
}

/** Why there are no points; null where there are. */
function absence(data: FigureData | undefined, { x }: Roles, partial: boolean): string | null {
  if (!data) return "the data behind the estimates are not known";
  if (partial && !data.partial) {
    return "partial residuals belong to one linear predictor, which these estimates do not have alone";
  }
  if (!partial && data.response === null) return data.absent ?? "the data have no values on this scale";
  const own = x && (columnNames(data.frame).includes(x.name) || data.category?.name === x.name);
  return x && !own ? `the data have no column "${x.name}"` : null;
}

/** Every row a point; of several trials sized by them. */
function values(
  rows: readonly DataRow[],
  data: FigureData,
  shown: Roles,
  roles: Roles,
  words: Words,
): DataPoints {
  const response = data.response!, { size } = data;
  const finite = rows.filter((row) => Number.isFinite(response[row[AT]]));
  const { rows: kept, note } = thin(finite, MOST_POINTS),
    counts = size ? kept.map((row) => size[row[AT]]) : [],
    most = mostOf(counts);
  const place = placer(shown, words);
  const points = kept.map((row): Point => {
    const y = response[row[AT]], trials = size?.[row[AT]];
    const said = `observed ${formatValue(y)}${
      trials === undefined ? "" : ` of ${formatValue(trials)} trials`
    }`;
    return { ...place(row, bare(y, said)), r: trials === undefined ? RADIUS : radiusOf(trials, most) };
  });
  return {
    points,
    colored: shown.color !== null || roles.color === null,
    notes: [
      size ? "Points: observed shares, larger of more trials." : "Points: the data.",
      ...drawnOf(note, data),
    ],
    sizes: size && sizeLegend(words.of("trials"), counts),
  };
}

/** Responses of 0 and 1: shares where several rows have the same place, else points near 0 and 1. */
function shares(
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

/** The estimate at the place of each row plus the row's residual. */
function partialPoints(
  rows: readonly DataRow[],
  data: FigureData,
  marks: readonly Mark[],
  shown: Roles,
  roles: Roles,
  words: Words,
): DataPoints {
  const place = placer(shown, words), { rows: kept, note } = thin(rows, MOST_POINTS);
  const blank = kept.map((row) => place(row, bare(NaN, "")));
  const values = partialValues(
    blank,
    marks,
    data.partial!,
    kept.map((row) => data.partial!.residual[row[AT]]),
  );
  const points = blank.map((mark, i): Point => ({
    ...mark,
    y: values[i],
    r: RADIUS,
    title: `${mark.title}partial residual ${formatValue(values[i])}`,
  })).filter(({ y }) => Number.isFinite(y));
  return {
    points,
    colored: shown.color !== null || roles.color === null,
    notes: ["Points: partial residuals, the estimate plus the residual of the row.", ...drawnOf(note, data)],
  };
}

function bare(y: number, said: string) {
  return { y, low: NaN, high: NaN, letters: "", said };
}

/** The marks of points: side by side as the lines that they belong to, and spread within the room of their line. */
export function pointMarks(
  { points, colored }: DataPoints,
  roles: Roles,
  { offset, step }: Dodge,
  options: FigureOptions,
): unknown[] {
  if (points.length === 0) return [];
  const fill = colored && roles.color ? colorChannel(roles.color, options) : FAINT;
  const middle = (point: Point) => offset.get(point.line) ?? ofColor(point, offset);
  const spread = roles.x?.numeric ? 0 : Math.min(0.7 * step, 30);
  const place = new Map(points.map((point, i) => [point, middle(point) + spread * jitter(i)]));
  return [Plot.dot(
    points as Point[],
    shifted<Point>({
      ...placeOf(roles),
      y: "y",
      r: { value: "r", scale: null },
      fill,
      fillOpacity: points.length > 400 ? 0.3 : 0.45,
      title: "title",
    }, (point) => place.get(point) ?? 0) as never,
  )];
}

/** The middle of the lines of the point's colour. */
function ofColor({ level }: Point, offset: ReadonlyMap<string, number>): number {
  const own = [...offset].filter(([line]) => line.split("\n")[0] === level).map(([, pixels]) => pixels);
  const all = own.length > 0 ? own : [0];
  return (Math.min(...all) + Math.max(...all)) / 2;
}
