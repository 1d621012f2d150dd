/** R² and intraclass correlation: laws that no peer is needed for, and bootstrap intervals. */
import assert from "node:assert/strict";
import { frameOf } from "../../../lib/frame.ts";
import { icc, r2, type ShareOptions } from "../../../lib/inference/describe/r2.ts";
import { variancePartition } from "../../../lib/inference/describe/variance_partition.ts";
import { seed } from "../../../lib/math/random.ts";
import { fit } from "../../../lib/model/fit.ts";
import { records } from "../close.ts";

const random = seed(11), n = 160;
const draw = (f: (i: number) => number) => Array.from({ length: n }, (_, i) => f(i));
const x = draw(() => random.normal()), u = draw(() => 0.5 * random.normal()), z = draw(() => random.normal());
const hours = draw(() => 5 + 40 * random.uniform()), w = draw((i) => 1 + i % 3);
const mean = draw((i) => Math.exp(0.3 + 0.3 * x[i] + u[i % 16]));
const data = frameOf({
  x,
  hours,
  minutes: hours.map((h) => 60 * h),
  w,
  g: draw((i) => i % 16).map((i) => `g${i}`),
  row: draw((i) => i).map((i) => `r${i}`),
  count: draw((i) => Math.max(0, Math.round(mean[i] * hours[i] / 10 * Math.exp(0.4 * z[i])))),
  y: draw((i) => 1 + x[i] + 2 * u[i % 16] + z[i]),
});
const values = (frame: ReturnType<typeof r2>) => records(frame).map((r) => r.estimate as number);

for (const family of ["poisson", "nbinom2", "nbinom1"] as const) {
  Deno.test(`the unit of an exposure changes nothing: ${family}`, () => {
    const [a, b] = ["hours", "minutes"].map((unit) =>
      fit(`count ~ x + offset(log(${unit})) + (1 | g)`, data, { family })
    );
    const c = fit("count ~ x + (1 | g)", frameOf({ ...columns(), off: hours.map(Math.log) }), {
      family,
      offset: "off",
    });
    for (const f of [r2, icc]) {
      values(f(b)).forEach((v, i) => assert.ok(Math.abs(v - values(f(a))[i]) < 1e-6));
      values(f(c)).forEach((v, i) => assert.ok(Math.abs(v - values(f(a))[i]) < 1e-6));
    }
  });
}

function columns(): Record<string, number[] | string[]> {
  return Object.fromEntries(data.columns.map((name) => [name, data.getColumn(name).toArray() as number[]]));
}

Deno.test("an observation-level effect belongs to the residual", () => {
  const m = fit("count ~ x + (1 | g) + (1 | row)", data, { family: "poisson" }), v = variancePartition(m);
  const [group, row] = ["g", "row"].map((name) =>
    m.random.find((t) => t.group === name)!.covariance.get(0, 0)
  );
  assert.ok(row > 0.05 && Math.abs(v.random - group) < 1e-12);
  const bare = fit("count ~ 1 + (1 | g) + (1 | row)", data, { family: "poisson" });
  const lambda = Math.exp(bare.parts[0].beta[0]);
  assert.ok(Math.abs(v.residual - (Math.log1p(1 / lambda) + row)) < 1e-6, `${v.residual}`);
  assert.deepEqual(v.observationLevel, ["1 | row"]);
});

Deno.test("frequency weights are repeated rows", () => {
  const rows = w.flatMap((k, i) => new Array<number>(k).fill(i));
  const repeated = frameOf(
    Object.fromEntries(Object.entries(columns()).map(([name, v]) => [name, rows.map((i) => v[i])])) as Record<
      string,
      number[]
    >,
  );
  const a = fit("y ~ x + (1 | g)", data, { weights: { frequency: "w" } }),
    b = fit("y ~ x + (1 | g)", repeated);
  values(r2(a)).forEach((v, i) => assert.ok(Math.abs(v - values(r2(b))[i]) < 1e-6, `${v}`));
});

Deno.test("bootstrap intervals: reproducible, around the estimate, wider at a higher level", () => {
  const m = fit("y ~ x + (1 | g)", data), options: ShareOptions = { bootstrap: 60, seed: 3 };
  for (const f of [r2, icc]) {
    const a = records(f(m, options)),
      b = records(f(m, options)),
      wide = records(f(m, { ...options, level: 0.99 }));
    assert.deepEqual(a, b);
    a.forEach((r, i) => {
      assert.ok(r.conf_low < r.estimate && r.estimate < r.conf_high && r.conf_low > 0 && r.conf_high < 1);
      assert.ok(wide[i].conf_low <= r.conf_low && wide[i].conf_high >= r.conf_high);
    });
  }
  assert.ok(!("conf_low" in records(r2(m))[0]));
  assert.throws(() => r2(m, { bootstrap: 0 }), /RangeError.*bootstrap/);
  assert.throws(() => icc(m, { boot: 10 } as ShareOptions), /RangeError: Cannot use option "boot" in icc/);
});
