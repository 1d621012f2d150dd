/** Paths simplified to what a screen shows. */

/** Pixels by which a simplified line may leave the line. */
const TOLERANCE = 0.1;
/** Points of a line that stay as they are. */
const FEW = 24;
/** Columns per pixel, in each of which a line of very many points keeps its first, lowest, highest and last. */
const COLUMNS = 2;

/** Points of one line: x and y in turn. */
type Points = number[];

/** The `d` of a path; one of straight lines from point to point loses the points that nobody would see. */
export function simplifyPath(d: string): string {
  if (d.length < 12 * FEW || !/^[MLZ\d\s,.e-]*$/.test(d)) return d;
  return d.replace(/M[^MZ]*/g, (line) => {
    const points = (line.match(/-?[\d.]+(?:e-?\d+)?/g) ?? []).map(Number);
    if (points.length < 2 * FEW) return line;
    const kept = keepFarthest(keepExtremes(points));
    let out = "";
    for (let i = 0; i < kept.length; i += 2) out += `${i === 0 ? "M" : "L"}${kept[i]},${kept[i + 1]}`;
    return out;
  });
}

/** First, lowest, highest and last point of every column of pixels (Jugel et al. 2014, M4): the same picture, whatever the number. */
function keepExtremes(p: Points): Points {
  const out: Points = [], column = (i: number) => Math.floor(p[i] * COLUMNS);
  for (let start = 0, end = 0; start < p.length; start = end) {
    let low = start, high = start;
    for (end = start; end < p.length && column(end) === column(start); end += 2) {
      if (p[end + 1] < p[low + 1]) low = end;
      if (p[end + 1] > p[high + 1]) high = end;
    }
    for (const i of [...new Set([start, low, high, end - 2])].sort((a, b) => a - b)) out.push(p[i], p[i + 1]);
  }
  return out;
}

/** The points without which a line would leave its place by more than the tolerance (Douglas & Peucker 1973). */
function keepFarthest(p: Points): Points {
  const n = p.length / 2, keep = new Uint8Array(n), open = [[0, n - 1]];
  keep[0] = keep[n - 1] = 1;
  while (open.length > 0) {
    const [a, b] = open.pop()!;
    let farthest = -1, most = TOLERANCE;
    for (let i = a + 1; i < b; i++) {
      const distance = distanceToSegment(p, i, a, b);
      if (distance > most) [farthest, most] = [i, distance];
    }
    if (farthest < 0) continue;
    keep[farthest] = 1;
    open.push([a, farthest], [farthest, b]);
  }
  return p.filter((_, i) => keep[i >> 1]);
}

function distanceToSegment(p: Points, i: number, a: number, b: number): number {
  const [x, y, x0, y0] = [p[2 * i], p[2 * i + 1], p[2 * a], p[2 * a + 1]];
  const dx = p[2 * b] - x0, dy = p[2 * b + 1] - y0, length2 = dx * dx + dy * dy;
  const t = length2 > 0 ? Math.max(0, Math.min(1, ((x - x0) * dx + (y - y0) * dy) / length2)) : 0;
  return Math.hypot(x - x0 - t * dx, y - y0 - t * dy);
}
