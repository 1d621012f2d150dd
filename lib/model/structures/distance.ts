/** Distances between positions: straight, along the earth's surface, or straight through the earth. */
import type { TermShape } from "./structure.ts";

/** Distance of two places. */
export type Distance = (a: readonly number[], b: readonly number[]) => number;

/** Mean radius of the earth in km (Moritz 2000, Geodetic Reference System 1980). */
const RADIUS = 6371.0088;

/** Distances by name. */
export const DISTANCES: Readonly<Record<"euclidean" | "great-circle" | "chord", Distance>> = {
  euclidean: (a, b) => Math.hypot(...a.map((v, k) => v - (b[k] ?? NaN))),
  "great-circle": (a, b) => 2 * RADIUS * Math.asin(Math.min(1, halfChord(a, b))),
  chord: (a, b) => 2 * RADIUS * halfChord(a, b),
};

/** Is it the name of one? */
const isDistance = (name: string): name is keyof typeof DISTANCES => Object.hasOwn(DISTANCES, name);

/** The first place that is no longitude and latitude in degrees. */
export const noCoordinates = (places: readonly (readonly number[])[]): readonly number[] | undefined =>
  places.find((p) => p.length !== 2 || Math.abs(p[0]) > 360 || Math.abs(p[1]) > 90);

/** sin of half the angle between two points of longitude and latitude in degrees (haversine formula). */
function halfChord([lon, lat]: readonly number[], [lon2, lat2]: readonly number[]): number {
  const radians = Math.PI / 180, up = Math.sin((lat2 - lat) * radians / 2);
  const along = Math.sin((lon2 - lon) * radians / 2);
  return Math.sqrt(up * up + Math.cos(lat * radians) * Math.cos(lat2 * radians) * along * along);
}

/**
 * The distance that a term asks for: "euclidean" (default), or of longitudes and latitudes in degrees "great-circle" (km along the
 * surface) or "chord" (km straight through the earth, with which every correlation function stays one).
 * @throws RangeError for another name, positions that are no longitudes and latitudes, or a correlation that is none on the sphere
 */
export function distanceOf(
  structure: string,
  { label, arguments: given }: TermShape,
  places: readonly (readonly number[])[],
  onSphere: boolean,
): Distance {
  const name = String(given.distance ?? "euclidean");
  if (!isDistance(name)) {
    throw new RangeError(
      `Cannot use ${structure}(${label}): distance = "${name}" is unknown, known are "euclidean", "great-circle", "chord"`,
    );
  }
  if (name === "euclidean") return DISTANCES.euclidean;
  const wrong = noCoordinates(places);
  if (wrong) {
    throw new RangeError(
      `Cannot use ${structure}(${label}): distance = "${name}" needs positions numFactor(longitude, latitude) in degrees, and ` +
        `(${wrong.join(", ")}) is none`,
    );
  }
  if (name === "great-circle" && !onSphere) {
    throw new RangeError(
      `Cannot use ${structure}(${label}): with distances along the earth's surface its correlations are no covariance; ` +
        `use distance = "chord" (straight through the earth), or exp(…)`,
    );
  }
  return DISTANCES[name];
}
