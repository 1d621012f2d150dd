/** Neighbours on a map against dense algebra: V = σ_b² Z Q⁺ Zᵀ + σ² I with the generalised inverse of Q = diag(W1) − W. */
import assert from "node:assert/strict";
import * as t from "../../../../mod.ts";
import { choleskyFactor, Matrix, positiveInverse, symmetricEigen } from "../../../../lib/math/dense.ts";
import { seed } from "../../../../lib/math/random.ts";

const rowsOf = (table: unknown) => (table as { toRecords(): Record<string, number>[] }).toRecords();

/** A grid of 4 × 4 regions, a chain of three that nothing joins to it, and an island. */
function map(): Record<string, string[]> {
  const out: Record<string, string[]> = {}, name = (i: number, j: number) => `r${i}${j}`;
  for (let i = 0; i < 4; i++) {
    for (let j = 0; j < 4; j++) {
      out[name(i, j)] = [[i - 1, j], [i + 1, j], [i, j - 1], [i, j + 1]].filter(([a, b]) =>
        a >= 0 && b >= 0 && a < 4 && b < 4
      )
        .map(([a, b]) => name(a, b));
    }
  }
  return { ...out, p: ["q"], q: ["p", "s"], s: ["q"], island: [] };
}
const GRAPH = map(), LABELS = Object.keys(GRAPH);

/** Q⁺ of the labels; scaled component by component where asked. */
function generalised(graph: Record<string, string[]>, components?: string[][]): Matrix {
  const labels = Object.keys(graph), Q = Matrix.zeros(labels.length, labels.length);
  labels.forEach((label, i) => {
    Q.set(i, i, graph[label].length);
    for (const other of graph[label]) Q.set(i, labels.indexOf(other), -1);
  });
  const { values, vectors } = symmetricEigen(Q);
  const inverse = vectors.mmul(Matrix.diag(Array.from(values, (v) => v > 1e-9 ? 1 / v : 0))).mmul(
    vectors.transpose(),
  );
  for (const members of components ?? []) {
    const at = members.map((label) => labels.indexOf(label));
    if (at.length === 1) inverse.set(at[0], at[0], 1);
    else {
      const scale = Math.exp(at.reduce((s, i) => s + Math.log(inverse.get(i, i)), 0) / at.length);
      for (const i of at) for (const j of at) inverse.set(i, j, inverse.get(i, j) / scale);
    }
  }
  return inverse;
}

function cases(labels: readonly string[], from = 2) {
  const random = seed(from),
    y: (number | null)[] = [],
    n: number[] = [],
    x: number[] = [],
    region: string[] = [];
  labels.forEach((label, i) => {
    if (label === "r22") return; // no rows
    for (let k = 0; k < 2 + i % 3; k++) {
      x.push(random.normal());
      const eta = 1 + 0.4 * x.at(-1)! + Math.sin(i);
      y.push(i === 5 && k === 0 ? null : eta + 0.5 * random.normal());
      n.push(Math.round(Math.exp(eta / 2)));
      region.push(label);
    }
  });
  return t.pl.DataFrame({ y, n, x, region });
}

/** The Gaussian log-likelihood and the predicted effects of all regions. */
function dense(
  data: t.Frame,
  labels: readonly string[],
  S: Matrix,
  sd: number,
  sigma: number,
  reml: boolean,
) {
  const rows = (rowsOf(data) as unknown as { y: number | null; x: number; region: string }[]).filter((r) =>
    r.y !== null
  );
  const at = rows.map((r) => labels.indexOf(r.region)),
    n = rows.length,
    y = Matrix.columnVector(rows.map((r) => r.y!));
  const X = new Matrix(rows.map((r) => [1, r.x])),
    V = new Matrix(at.map((i, a) => at.map((j, b) => sd ** 2 * S.get(i, j) + (a === b ? sigma ** 2 : 0))));
  const W = positiveInverse(V)!,
    XWX = X.transpose().mmul(W).mmul(X),
    beta = positiveInverse(XWX)!.mmul(X.transpose().mmul(W).mmul(y));
  const r = y.clone().sub(X.mmul(beta)), Wr = W.mmul(r), q = r.transpose().mmul(Wr).get(0, 0);
  const logDet = (M: Matrix) => 2 * choleskyFactor(M)!.diagonal().reduce((s, v) => s + Math.log(v), 0);
  const logLik = reml
    ? -((n - 2) * Math.log(2 * Math.PI) + logDet(V) + logDet(XWX) + q) / 2
    : -(n * Math.log(2 * Math.PI) + logDet(V) + q) / 2;
  return {
    logLik,
    beta: beta.to1DArray(),
    effect: (i: number) => at.reduce((s, j, a) => s + sd ** 2 * S.get(i, j) * Wr.get(a, 0), 0),
  };
}

Deno.test("icar: many small components, whose sums are in the entries of their pairs, are dense algebra", () => {
  const graph: Record<string, string[]> = {};
  for (let c = 0; c < 25; c++) {
    const names = Array.from({ length: 3 + c % 3 }, (_, k) => `c${c}.${k}`);
    names.forEach((name, k) => graph[name] = [names[k - 1], names[k + 1]].filter((v) => v !== undefined));
  }
  const labels = Object.keys(graph), data = cases(labels), map = t.icar(graph);
  assert.equal(map.sums, undefined);
  const model = t.fit("y ~ x + (1 | region)", data, { known: { region: map } });
  const [{ estimate: sd }] = model.random[0].parameters;
  const truth = dense(data, labels, generalised(graph), sd, model.sigma, true);
  // every sum has a variance of 1e-8 that the generalised inverse has not
  assert.ok(Math.abs(model.logLik - truth.logLik) < 25 * 2e-7, `${model.logLik}, ${truth.logLik}`);
});

const COMPONENTS = [LABELS.slice(0, 16), ["p", "q", "s"], ["island"]];
for (const [scaled, reml] of [[false, true], [false, false], [true, true]] as const) {
  Deno.test(`icar: a map of three components is dense algebra with the generalised inverse, ${scaled ? "scaled" : "Besag's"}, ${reml ? "REML" : "ML"}`, () => {
    const data = cases(LABELS),
      known = { region: t.icar(GRAPH, { scaled }) },
      model = t.fit("y ~ x + (1 | region)", data, { known, reml });
    const S = generalised(GRAPH, scaled ? COMPONENTS : undefined),
      [{ estimate: sd }] = model.random[0].parameters;
    const truth = dense(data, LABELS, S, sd, model.sigma, reml);
    assert.ok(model.converged && sd > 0.1);
    assert.ok(Math.abs(model.logLik - truth.logLik) < 1e-6, `${model.logLik}, ${truth.logLik}`);
    model.parts[0].beta.forEach((b, j) => assert.ok(Math.abs(b - truth.beta[j]) < 1e-6));
    const effects = rowsOf(t.ranef(model)) as unknown as { level: string; estimate: number }[];
    assert.deepEqual(effects.map((r) => r.level), LABELS); // and the region without rows
    effects.forEach((r, i) =>
      assert.ok(
        Math.abs(r.estimate - truth.effect(i)) < 1e-6,
        `${r.level}: ${r.estimate}, ${truth.effect(i)}`,
      )
    );
    for (const members of COMPONENTS) {
      if (members.length === 1 && scaled) continue;
      const sum = effects.filter((r) => members.includes(r.level)).reduce((s, r) => s + r.estimate, 0);
      assert.ok(Math.abs(sum) < 1e-6, `sum ${sum}`);
    }
    const off = dense(data, LABELS, S, 1.05 * sd, model.sigma, reml);
    assert.ok(off.logLik < truth.logLik);
    const again = t.loadModel(t.saveModel(model)),
      grid = t.pl.DataFrame({ x: [0, 0], region: ["r22", "island"] });
    assert.deepEqual(rowsOf(t.predict(again, grid)), rowsOf(t.predict(model, grid)));
  });
}

/** A grid of m × m regions, of which a few are cut out, and a ring of 40. */
function wideMap(m: number): Record<string, string[]> {
  const out: Record<string, string[]> = {}, name = (i: number, j: number) => `r${i * m + j}`;
  const there = (i: number, j: number) => i >= 0 && j >= 0 && i < m && j < m && (i * 5 + j * 3) % 17 !== 4;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < m; j++) {
      if (!there(i, j)) continue;
      out[name(i, j)] = [[i - 1, j], [i + 1, j], [i, j - 1], [i, j + 1], [i + 1, j + 1], [i - 1, j - 1]]
        .filter(([a, b]) => there(a, b)).map(([a, b]) => name(a, b));
    }
  }
  for (let k = 0; k < 40; k++) out[`q${k}`] = [`q${(k + 1) % 40}`, `q${(k + 39) % 40}`];
  return out;
}

/** What the map is when its sums are in the entries of all pairs of a component. */
function filled(map: ReturnType<typeof t.icar>): t.Known {
  const { labels, entries: { rows, cols, values }, sums = [] } = map,
    P = Matrix.zeros(labels.length, labels.length);
  for (let e = 0; e < values.length; e++) {
    P.set(rows[e], cols[e], values[e]);
    P.set(cols[e], rows[e], values[e]);
  }
  for (const { members, precision } of sums) {
    for (const i of Array.from(members)) {
      for (const j of Array.from(members)) P.set(i, j, P.get(i, j) + precision);
    }
  }
  return { labels, precision: P };
}

const WIDE = wideMap(8), REGIONS = Object.keys(WIDE);
/** Rows of the wide map, with a second factor that crosses it, counts and a slope. */
function wideCases() {
  const random = seed(11), rows: Record<string, number | string>[] = [], effect = new Map<string, number>();
  REGIONS.forEach((region, i) => {
    if (i % 13 === 5) return; // no rows
    for (let k = 0; k < 2 + i % 2; k++) {
      const x = random.normal(), h = `h${Math.floor(5 * Math.abs(Math.sin(i + 7 * k)))}`;
      if (!effect.has(h)) effect.set(h, random.normal());
      const eta = 1 + (0.4 + Math.cos(i / 9) / 3) * x + 0.8 * Math.sin(i / 5) + 0.5 * effect.get(h)!;
      rows.push({
        y: eta + 0.5 * random.normal(),
        n: Math.floor(Math.exp(eta / 2) + Math.abs(random.normal())),
        x,
        h,
        region,
      });
    }
  });
  return t.pl.DataFrame(rows);
}

// with sums of a standard deviation of 0.01 regions: at the map's own of 1e-4 the filled matrix has half of its digits left (a Poisson fit
// takes 357 evaluations then and misses its standard errors by 1 %), and the map itself is compared with generalised inverses above
for (
  const [formula, options] of [
    ["y ~ x + (1 | region)", {}],
    ["y ~ x + (1 | region)", { reml: false }],
    ["y ~ x + (x || region)", {}],
    ["y ~ x + (x | region)", { reml: false }],
    ["y ~ x + (1 | region) + (1 | h)", {}],
    ["y ~ x + (x | region) + (1 | h)", { dispersion: "~ x" }],
    ["n ~ x + (1 | region)", { family: "poisson" }],
    ["n ~ x + (x | region) + (1 | h)", { family: "nbinom2" }],
  ] as [string, t.FitOptions][]
) {
  Deno.test(`icar: sums beside a sparse precision are the filled precision, ${formula} ${JSON.stringify(options)}`, () => {
    const data = wideCases(), tight = t.icar(WIDE);
    assert.equal(tight.sums!.length, 2);
    const map = { ...tight, sums: tight.sums!.map((s) => ({ ...s, precision: 1e-4 * s.precision })) };
    const [sparse, full] = [map, filled(map)].map((region) =>
      t.fit(formula, data, { ...options, known: { region } })
    );
    assert.ok(sparse.converged, sparse.certificate.text);
    const near = (a: number, b: number, size: number, what: string) =>
      assert.ok(a === b || Math.abs(a - b) <= size * Math.max(1, Math.abs(b)), `${what}: ${a}, filled ${b}`);
    near(sparse.logLik, full.logLik, 1e-8, "log-likelihood");
    const same = (table: (m: t.Model) => unknown, size: number, what: string) => {
      const [a, b] = [sparse, full].map((m) => rowsOf(table(m)));
      assert.equal(a.length, b.length);
      a.forEach((row, i) =>
        Object.entries(row).forEach(([name, v]) =>
          typeof v === "number" && typeof b[i][name] === "number"
            ? near(v, b[i][name], size, `${what} ${i} ${name}`)
            : assert.equal(v, b[i][name])
        )
      );
    };
    same((m) => t.tidy(m), 1e-7, "tidy"); // curvatures are differenced
    same((m) => t.ranef(m), 1e-8, "ranef");
    const grid = t.pl.DataFrame({
      x: [0, 1, -1],
      region: [REGIONS[0], REGIONS[5], "q7"],
      h: ["h1", "h2", "h1"],
    });
    same((m) => t.predict(m, grid), 3e-8, "predict");
    same((m) => t.predict(t.loadModel(t.saveModel(m)), grid), 3e-8, "predict, saved");
    const [a, b] = [sparse, full].map((m) => t.simulate(m, { n: 400, seed: 5 }));
    // draws by another square root of the same covariance
    const variance = (table: typeof a) => {
      const values = rowsOf(table).map((row) => Object.values(row).map(Number));
      const spread = values.map((row) => {
        const mean = row.reduce((s, v) => s + v / row.length, 0);
        return Math.log(row.reduce((s, v) => s + (v - mean) ** 2 / (row.length - 1), 1e-3));
      });
      return spread.reduce((s, v) => s + v / spread.length, 0);
    };
    near(variance(a), variance(b), 0.05, "log variance of simulations");
  });
}

Deno.test("icar: a scaled map has variances with geometric mean 1 in each component, wide ones too", () => {
  const data = wideCases(), known = { region: t.icar(WIDE, { scaled: true }) };
  const components = [REGIONS.filter((r) => r[0] === "r"), REGIONS.filter((r) => r[0] === "q")];
  const model = t.fit("y ~ x + (1 | region)", data, { known }),
    [{ estimate: sd }] = model.random[0].parameters;
  const truth = dense(data, REGIONS, generalised(WIDE, components), sd, model.sigma, true);
  assert.ok(Math.abs(model.logLik - truth.logLik) < 1e-6, `${model.logLik}, ${truth.logLik}`);
});

Deno.test("icar: the work grows as that of a sparse matrix", () => { // 10,000 regions filled: 5e7 pairs of 20 bytes
  const m = 70, name = (i: number, j: number) => `r${i}.${j}`, graph: Record<string, string[]> = {};
  const rows: Record<string, number | string>[] = [], random = seed(4);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < m; j++) {
      graph[name(i, j)] = [[i - 1, j], [i + 1, j], [i, j - 1], [i, j + 1]]
        .filter(([a, b]) => a >= 0 && b >= 0 && a < m && b < m).map(([a, b]) => name(a, b));
      rows.push({ y: Math.sin(6 * i / m) + 0.5 * random.normal(), region: name(i, j) });
    }
  }
  const map = t.icar(graph), start = performance.now();
  assert.ok(map.entries.values.length < 3 * m * m);
  const model = t.fit("y ~ 1 + (1 | region)", t.pl.DataFrame(rows), { known: { region: map } });
  assert.ok(model.converged);
  const sum = rowsOf(t.ranef(model)).reduce((s, r) => s + r.estimate, 0);
  assert.ok(Math.abs(sum) < 1e-4, `${sum}`);
  assert.ok(performance.now() - start < 60_000); // 1.5 s on an idle machine; filled, 3,025 regions took 44
});

Deno.test("known: sums of levels are checked", () => {
  const entries = { rows: [0, 1], cols: [0, 1], values: [1, 1] },
    data = t.pl.DataFrame({ y: [1, 2, 3, 5], g: ["a", "b", "a", "b"] });
  for (
    const [sum, message] of [
      [{ members: [0, 2], precision: 1 }, /members of sum 0 should be different positions from 0 to 1/],
      [{ members: [0, 0], precision: 1 }, /members of sum 0/],
      [{ members: [0, 1], precision: -1 }, /the precision of sum 0 is -1/],
    ] as const
  ) {
    assert.throws(
      () => t.fit("y ~ 1 + (1 | g)", data, { known: { g: { labels: ["a", "b"], entries, sums: [sum] } } }),
      (e: Error) => message.test(e.message) || assert.fail(e.message),
    );
  }
});

for (const length of [12, 150]) {
  Deno.test(`icar: a chain of ${length} regions is a random walk of first order`, () => {
    const labels = Array.from({ length }, (_, i) => `c${String(i).padStart(3, "0")}`);
    const chain = Object.fromEntries(
      labels.map((label, i) => [label, [labels[i - 1], labels[i + 1]].filter((v) => v !== undefined)]),
    );
    const data = cases(labels, 6),
      time = data.withColumns(
        t.pl.Series("t", (data.getColumn("region").toArray() as string[]).map((r) => Number(r.slice(1)))),
        t.pl.lit("one").alias("one"),
      );
    const map = t.fit("y ~ x + (1 | region)", data, { known: { region: t.icar(chain) } }),
      walk = t.fit("y ~ x + rw1(t | one)", time);
    assert.ok(Math.abs(map.logLik - walk.logLik) < 1e-6, `${map.logLik}, ${walk.logLik}`);
    assert.ok(Math.abs(map.random[0].parameters[0].estimate - walk.random[0].parameters[0].estimate) < 1e-4);
    t.fitted(map).forEach((v, i) => assert.ok(Math.abs(v - t.fitted(walk)[i]) < 1e-4));
  });
}

Deno.test("icar: counts, slopes, an adjacency matrix, profiles and simulations", () => {
  const data = cases(LABELS), adjacency = LABELS.map((a) => LABELS.map((b) => Number(GRAPH[a].includes(b))));
  const options = { family: "poisson", known: { region: t.icar(GRAPH) } } as const,
    model = t.fit("n ~ x + (1 | region)", data, options);
  assert.ok(model.converged);
  assert.equal(
    t.fit("n ~ x + (1 | region)", data, {
      ...options,
      known: { region: t.icar({ labels: LABELS, adjacency }) },
    }).logLik,
    model.logLik,
  );
  const [row] = rowsOf(
    t.confint(t.fit("y ~ x + (1 | region)", data, { known: options.known }), {
      method: "profile",
      terms: ["sd__(Intercept)"],
    }),
  );
  assert.ok(row.conf_low < row.estimate && row.estimate < row.conf_high);
  assert.ok(t.fit("y ~ x + (x || region)", data, { known: options.known }).converged);
  const draws = t.simulate(model, { n: 3, seed: 2 });
  assert.equal(draws.height, data.height);
  assert.match(t.summary(model), /region/);
});

for (
  const [graph, message] of [
    [{ a: ["b"], b: [] }, /"a" has the neighbour "b", but "b" does not have "a"/],
    [{ a: ["z"], b: ["a"] }, /the neighbour "z", which is no region/],
    [{ a: ["a"] }, /"a" is its own neighbour/],
    [{ a: [], b: [] }, /no region has a neighbour/],
    [{ a: "b" }, /the neighbours of "a" are .*, they should be a list/],
    [{ labels: ["a", "b"], adjacency: [[0, 1], [2, 0]] }, /the weights of "a", "b" are 1 and 2/],
    [{ labels: ["a", "b"], adjacency: [[0, -1], [-1, 0]] }, /the weight of "a", "b" is -1/],
    [{ labels: ["a", "b"], adjacency: [[0, 1]] }, /has 1 × 2 entries, there are 2 labels/],
    [3, /it should be \{ region/],
  ] as const
) {
  Deno.test(`icar, refused: ${JSON.stringify(graph)}`, () => {
    assert.throws(
      () => t.icar(graph as unknown as t.NeighbourGraph),
      (e: Error) => message.test(e.message) || assert.fail(e.message),
    );
  });
}

Deno.test("icar: a region of the data that the map lacks is named", () => {
  const lacking = { p: ["q"], q: ["p"] };
  assert.throws(
    () => t.fit("y ~ x + (1 | region)", cases(LABELS), { known: { region: t.icar(lacking) } }),
    /the labels of "region" lack 17 of its 19 levels: /,
  );
});
