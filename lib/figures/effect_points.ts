/** The data under estimates: each point beside the estimate that it belongs to. */
import type { FigureData, FigureOptions } from "../display.ts";
import { columnNames } from "../frame.ts";
import type { Roles } from "./axes.ts";
import { colorChannel, FAINT } from "./colors.ts";
import { type Dodge, jitter, type Mark, placeOf, placer, shifted } from "./effect.ts";
import { AT, type DataRow, isShown, rowsIn, sharedRoles } from "./effect_data.ts";
import { partialValues } from "./effect_partial.ts";
import { bare, type DataPoints, drawnOf, type Point, RADIUS } from "./effect_point.ts";
import { shares } from "./effect_shares.ts";
import { Plot } from "./plot.ts";
import { mostOf, radiusOf, sizeLegend } from "./point_sizes.ts";
import { formatValue, MOST_POINTS, thin } from "./rows.ts";
import type { Words } from "./words.ts";

const NONE: DataPoints = { points: [], colored: false, notes: [] };

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
