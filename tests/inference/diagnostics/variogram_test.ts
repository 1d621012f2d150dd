/** Variograms of residuals: against Variogram() of R's nlme (tests/reference/make/72_variogram.R), by hand, in simulations, and what is refused. */
import assert from "node:assert/strict";
import { dataset, fit, gamma, pl, residuals, variogram, type VariogramOptions } from "../../../mod.ts";
import { seed } from "../../../lib/math/random.ts";

// deno-lint-ignore no-explicit-any
type Json = any;
const reference: Json = JSON.parse(
  await Deno.readTextFile(new URL("../tables/variogram.json", import.meta.url)),
);
const rowsOf = (frame: unknown): Json[] => (frame as Json).toRecords();
const close = (got: number, expected: number, allowed: number, what: string) =>
  assert.ok(Math.abs(got - expected) <= allowed, `${what}: ${got}, expected ${expected}`);
const sleep = await dataset("sleepstudy"),
  places = pl.DataFrame({ ...reference.space.data, field: new Array(80).fill("a") });

// the two searches end where the log-likelihoods differ by 1e-8; ranges, and so correlations, by some 1e-5
const cases = [
  {
    name: "time",
    model: fit("Reaction ~ Days", sleep, { residual: "exp(Days | Subject)" }),
    at: { position: "Days", by: "Subject" },
  },
  {
    name: "space",
    model: fit("yield ~ z", places, { residual: "exp(x + y | field)" }),
    at: { position: ["x", "y"] },
  },
];
for (const { name, model, at } of cases) {
  for (const expected of reference[name].rows) {
    Deno.test(`variogram of ${expected.type} residuals: ${name}, as nlme`, () => {
      const rows = rowsOf(variogram(model, { ...at, residuals: expected.type, n: 10 }));
      assert.deepEqual(rows.map((r) => r.pairs), expected.pairs);
      rows.forEach((r, k) => {
        close(r.distance, expected.distance[k], 1e-9, "distance");
        close(
          r.semivariance,
          expected.semivariance[k],
          1e-4 * (1 + expected.semivariance[k]),
          `at ${r.distance}`,
        );
      });
    });
  }
}

Deno.test("the curve of the model is that of its correlation", () => {
  const [time, space] = cases, { range } = reference.time;
  for (const r of rowsOf(variogram(time.model, { ...time.at, residuals: "pearson", n: 5 }))) {
    close(r.model, 1 - Math.exp(-r.distance / range), 1e-4, `at ${r.distance}`);
  }
  rowsOf(variogram(space.model, { ...space.at, residuals: "pearson", n: 5 })).forEach((r, k) =>
    close(r.model, reference.space.model[k], 1e-4, `at ${r.distance}`)
  );
  assert.equal("model" in rowsOf(variogram(space.model, { ...space.at, n: 5 }))[0], false); // of normalized residuals
});

Deno.test("semivariances of a mixed model's Pearson residuals, pair by pair", () => {
  const model = fit("Reaction ~ Days + (1 | Subject)", sleep),
    r = residuals(model, "pearson").map((v) => v / model.sigma);
  const days = sleep.getColumn("Days").toArray() as number[],
    id = sleep.getColumn("Subject").toArray() as string[];
  const rows = rowsOf(variogram(model, { position: "Days", by: "Subject", n: 20 }));
  assert.deepEqual(rows.map(({ distance }) => distance), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  for (const { distance, pairs, semivariance } of rows) {
    let sum = 0, count = 0;
    for (let i = 0; i < r.length; i++) {
      for (let j = 0; j < i; j++) {
        if (id[i] !== id[j] || Math.abs(days[i] - days[j]) !== distance) continue;
        sum += (r[i] - r[j]) ** 2 / 2;
        count++;
      }
    }
    assert.equal(pairs, count);
    close(semivariance, sum / count, 1e-12 * sum, `at ${distance}`);
  }
});

Deno.test("Pearson residuals are in standard deviations, also where residuals() leaves the dispersion out", () => {
  const random = seed(9),
    n = 400,
    g = Array.from({ length: n }, (_, i) => `g${i % 100}`),
    t = g.map((_, i) => Math.floor(i / 100));
  const data = pl.DataFrame({ y: g.map(() => random.gamma(4) * 3), u: g.map(() => random.normal()), g, t });
  for (
    const model of [
      fit("y ~ 1", data, { family: gamma("log") }),
      fit("u ~ 1", data),
      fit("u ~ 1", data, { dispersion: "~ t" }),
    ]
  ) {
    for (const { semivariance } of rowsOf(variogram(model, { position: "t", by: "g", n: 5 }))) {
      assert.ok(semivariance > 0.75 && semivariance < 1.3, `${model.formula}: ${semivariance}`);
    }
  }
});

/** 40 series of ten times with first-order autoregressive noise, Gaussian or counts. */
function series(rho: number, counts: boolean, start = 7) {
  const random = seed(start), y: number[] = [], time: number[] = [], id: string[] = [];
  for (let g = 0; g < 40; g++) {
    let e = random.normal();
    for (let t = 0; t < 10; t++) {
      if (t > 0) e = rho * e + Math.sqrt(1 - rho * rho) * random.normal();
      y.push(counts ? random.poisson(Math.exp(1 + 0.6 * e)) : e);
      time.push(t);
      id.push(`g${g}`);
    }
  }
  return pl.DataFrame({ y, time, id });
}

Deno.test("correlation leaves the envelope, its absence does not, and a structure takes it out", () => {
  const at: VariogramOptions = { position: "time", by: "id" };
  const out = (rows: Json[]) => rows.filter((r) => r.semivariance < r.low || r.semivariance > r.high).length;
  const first = (rows: Json[]) => rows[0].semivariance < rows[0].low;
  const none = Array.from(
    { length: 40 },
    (_, s) => rowsOf(variogram(fit("y ~ 1", series(0, false, s + 1)), at)),
  );
  const share = none.reduce((sum, rows) => sum + out(rows), 0) / none.flat().length; // 0.05 ± 0.014
  assert.ok(share < 0.1, `${share} of the distances lie outside without correlation`);
  const correlated = series(0.6, false);
  assert.ok(first(rowsOf(variogram(fit("y ~ 1", correlated), at))));
  const whitened = rowsOf(variogram(fit("y ~ 1", correlated, { residual: "ar1(time | id)" }), at));
  assert.ok(out(whitened) <= 2, `${out(whitened)} of ${whitened.length} outside of normalized residuals`);
  const counts = fit("y ~ 1", series(0.8, true), { family: "nbinom2" });
  for (const residuals of ["pearson", "quantile"] as const) {
    assert.ok(first(rowsOf(variogram(counts, { ...at, residuals }))), `${residuals} of counts`);
  }
});

Deno.test("places on the earth are compared by kilometres, rows of one place by a bin of their own", () => {
  const random = seed(3),
    n = 60,
    lon = Array.from({ length: n }, (_, i) => 5 + i % 10),
    lat = lon.map((_, i) => 50 + Math.floor(i / 20));
  const data = pl.DataFrame({ y: lon.map(() => random.normal()), lon, lat });
  const rows = rowsOf(
    variogram(fit("y ~ 1", data), {
      position: ["lon", "lat"],
      distance: "great-circle",
      n: 10,
      maxDistance: 75,
    }),
  );
  assert.equal(rows[0].distance, 0);
  assert.equal(rows[0].pairs, 30); // ten longitudes at three latitudes, twice
  const along = 2 * 6371.0088 * Math.asin(Math.cos(52 * Math.PI / 180) * Math.sin(Math.PI / 360));
  close(rows[1].distance, along, 1e-6, "a degree of longitude at 52° north");
  const binned = rowsOf(variogram(fit("y ~ 1", data), { position: ["lon", "lat"], bins: 5, n: 10 }));
  assert.deepEqual(binned.map((r) => r.distance === 0), [true, false, false, false, false]);
});

Deno.test("the same seed gives the same envelope; more rows than can be paired are thinned and said", () => {
  const [{ model, at }] = cases;
  assert.deepEqual(
    rowsOf(variogram(model, { ...at, seed: 4 })),
    rowsOf(variogram(model, { ...at, seed: 4 })),
  );
  const random = seed(5),
    n = 3000,
    data = pl.DataFrame({
      y: Array.from({ length: n }, () => random.normal()),
      t: Array.from({ length: n }, (_, i) => i),
    });
  const table = variogram(fit("y ~ 1", data), { position: "t", n: 5 });
  assert.match(JSON.stringify((table as Json)[Symbol.for("Jupyter.display")]()), /of 3000 rows were used/);
});

Deno.test("what has no variogram is refused in a sentence", () => {
  const model = fit("Reaction ~ Days + (1 | Subject)", sleep),
    call = (options: Json) => () => variogram(model, options);
  assert.throws(call({}), /position/);
  assert.throws(call({ position: "nope" }), /nope/);
  assert.throws(call({ position: "Subject", by: "Days" }), /Subject/);
  assert.throws(call({ position: "Days", by: "nope" }), /nope/);
  assert.throws(call({ position: "Days", bins: 0 }), /bins/);
  assert.throws(call({ position: "Days", residuals: "deviance" }), /residuals/);
  assert.throws(
    call({ position: "Days", distance: "great-circle" }),
    /longitude and latitude in degrees, and \(0\) is none/,
  );
  assert.throws(
    call({ position: "Days", by: "Subject", maxDistance: 0.5 }),
    /no two rows of one Subject are at most 0.5 apart/,
  );
  const one = sleep.withColumns(pl.Series("own", Array.from({ length: 180 }, (_, i) => `r${i}`)));
  assert.throws(
    () => variogram(fit("Reaction ~ Days", one), { position: "Days", by: "own" }),
    /no two rows of one own are there to compare/,
  );
  const holes = sleep.withColumns(
    pl.Series("place", Array.from({ length: 180 }, (_, i) => i === 7 ? null : i)),
  );
  assert.throws(
    () => variogram(fit("Reaction ~ Days", holes), { position: "place" }),
    /"place" has no value in row 7/,
  );
});
