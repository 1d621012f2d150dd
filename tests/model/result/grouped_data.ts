/** Responses of several families in crossed groups, with variances well above 0. */
import { type Frame, frameOf } from "../../../lib/frame.ts";
import { seed } from "../../../lib/math/random.ts";

/** Ten groups of six occasions, crossed with six of another factor of which each group meets four. */
export function groupedData(): Frame {
  const random = seed(3),
    rows = Array.from({ length: 60 }, (_, i) => i),
    normal = (sd: number, n: number) => Array.from({ length: n }, () => sd * random.normal());
  const g = rows.map((i) => i % 10),
    t = rows.map((i) => Math.floor(i / 10)),
    h = rows.map((i) => (g[i] + t[i] % 4) % 6);
  const [x, a, b, c, d, e] = [
    normal(1, 60),
    normal(0.7, 10),
    normal(0.5, 10),
    normal(0.6, 6),
    normal(0.4, 6),
    normal(1, 60),
  ];
  const eta = rows.map((i) => 1 + 0.4 * x[i] + a[g[i]] + b[g[i]] * x[i] + c[h[i]] + d[h[i]] * x[i]);
  const walk = rows.map((i) =>
    rows.filter((k) => k <= i && g[k] === g[i]).reduce((s, k) => 0.7 * s + 0.7 * e[(k * 7) % 60], 0)
  );
  return frameOf({
    x,
    y: eta.map((v, i) => v + 0.25 * e[i]),
    series: eta.map((v, i) => v + walk[i] + 0.3 * e[i]),
    count: eta.map((v) => random.poisson(Math.exp(v))),
    over: eta.map((v) => random.poisson(Math.exp(v) * random.gamma(2) / 2)),
    share: eta.map((v) => random.beta(8 / (1 + Math.exp(-v)), 8 / (1 + Math.exp(v)))),
    extra: eta.map((v, i) => i % 4 === 1 ? 0 : random.poisson(Math.exp(v))),
    g: g.map((v) => `g${v}`),
    h: h.map((v) => `h${v}`),
    t,
  });
}
