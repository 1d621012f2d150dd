/**
 * A model of a source with rows of it: what looks at rows says what it says of the same fit in memory. Both searches end within 1e-7 of a
 * standard error (see fit_from_test.ts), so that residuals agree to 1e-8 of the response's spread where sums were exact.
 */
import assert from "node:assert/strict";
import {
  augment,
  augmentFrom,
  checkModel,
  checkPredictions,
  fit,
  fitFrom,
  type FitFromOptions,
  type Frame,
  meanVariance,
  type Model,
  pl,
  residuals,
  type RowSource,
  sampleFrom,
  type SampleFromOptions,
  simulate,
  simulateResiduals,
  variogram,
} from "../../mod.ts";
import { crossed } from "./data.ts";
import { few } from "./sql/collapse_cases.ts";

/** Where the rows are, and what goes with it. */
export interface Place {
  readonly source: RowSource;
  readonly options?: SampleFromOptions;
}

interface SampleCase {
  readonly formula: string;
  readonly data: Frame;
  readonly options: FitFromOptions;
}

const gaussian: readonly SampleCase[] = [
  { formula: "y ~ scale(x) * f + b + (scale(x) | g) + (1 | h)", data: crossed, options: {} },
  {
    formula: "y ~ f + offset(o) + (f || g)",
    data: crossed,
    options: { weights: { precision: "w" }, reml: false },
  },
  { formula: "y ~ x", data: crossed, options: { weights: "m" } },
];

const others: readonly SampleCase[] = [
  { formula: "won ~ x + f + (1 | g)", data: few, options: { family: "binomial" } },
  { formula: "count ~ x + f + offset(log(m)) + (x | g)", data: few, options: { family: "poisson" } },
  {
    formula: "share ~ f + (1 | g)",
    data: few,
    options: { family: "binomial", weights: { trials: "trials", frequency: "m" } },
  },
  { formula: "zero ~ x + (1 | g)", data: few, options: { family: "poisson", zeroInflation: "~ f" } },
  {
    formula: "mark ~ x + (1 | g)",
    data: few,
    options: { family: "cumulative", levels: { mark: ["bad", "fair", "good"] } },
  },
  { formula: "amount ~ x + (1 | f) + (1 | g)", data: few, options: { family: "gamma", dispersion: "~ x" } },
];

const columns = (frame: Frame, ...names: string[]) =>
  names.map((name) => [...frame.getColumn(name).toArray()] as number[]);

function assertNear(a: readonly number[][], b: readonly number[][], limit: number, what: string): void {
  a.forEach((values, k) => {
    assert.equal(values.length, b[k].length, what);
    values.forEach((v, i) =>
      assert.ok(
        Math.abs(v - b[k][i]) <= limit * Math.max(1, Math.abs(b[k][i])),
        `${what} ${i}: ${v}, in memory ${b[k][i]}`,
      )
    );
  });
}

/** The rows in the order in which samples have them, each with a number of its own. */
function numbered({ data }: SampleCase): Frame {
  return data.withColumns(pl.Series("id", Array.from({ length: data.height }, (_, i) => i), pl.Float64));
}

/**
 * @param of makes a source of rows
 * @param collapses it fits other families too
 * @param sorts samples are in the order of their values
 */
export function sampleTests(
  what: string,
  of: (data: Frame) => Promise<Place>,
  { collapses, sorts }: { readonly collapses: boolean; readonly sorts: boolean },
): void {
  for (const each of collapses ? [...gaussian, ...others] : gaussian) {
    const { formula, options } = each, limit = gaussian.includes(each) ? 1e-8 : 1e-6;
    Deno.test(`${what}: rows of ${formula} ${JSON.stringify(options)}`, async (t) => {
      const data = numbered(each), place = await of(data), at = { ...options, ...place.options };
      const model = await fitFrom(formula, place.source, at), more = { ...place.options, columns: ["id"] };
      const all = await sampleFrom(model, place.source, more);
      const order = columns(augment(all), "id")[0],
        incomplete = columns(data, "id")[0].filter((id) => !order.includes(id));
      if (sorts) assert.notDeepEqual(order, [...order].sort((a, b) => a - b));
      const memory = fit(formula, reordered(data, [...order, ...incomplete]), options);
      await t.step("fitted values and residuals", () => {
        const names = ["fitted", "residual", "pearson"];
        assertNear(columns(augment(all), ...names), columns(augment(memory), ...names), limit, "augment");
      });
      await t.step("simulations", () => {
        for (const randomEffects of ["conditional", "unconditional"]) {
          const [a, b] = [all, memory].map((m) => simulate(m, { n: 3, randomEffects }));
          assertSimulated(a, b, ["sim_1", "sim_2", "sim_3"], limit);
          const [r, s] = [all, memory].map((m) => simulateResiduals(m, { n: 100, randomEffects }));
          assertSimulated(r, s, ["observed", "fitted", "residual"], limit);
        }
      });
      await t.step("checks", () => {
        const text = (m: Model) => checkModel(m, { n: 100 }).drop("next").toRecords().slice(1);
        assert.deepEqual(text(all), text(memory));
      });
      await t.step("predictive checks, variances by means, variograms", () => {
        const by = /\bf\b/.test(formula) ? "f" : options.weights === "m" ? "m" : "g";
        const looks: readonly ((m: Model) => Frame)[] = [
          (m) => checkPredictions(m, { by, n: 40 }),
          (m) => variogram(m, { position: "id", n: 20, bins: 5 }),
          ...options.family === "cumulative" ? [] : [(m: Model) => meanVariance(m, { by })],
        ];
        for (const look of looks) {
          const [a, b] = [all, memory].map((m) => look(m).toRecords());
          assert.equal(a.length, b.length);
          a.forEach((row, i) => {
            for (const [name, v] of Object.entries(row)) {
              if (typeof v !== "number") assert.deepEqual(v, b[i][name]);
              else assertNear([[v]], [[b[i][name] as number]], 100 * limit, `${name} of row`);
            }
          });
        }
      });
      await t.step("a sample: the same for the same seed", async () => {
        const draw = async (seed: number) =>
          augment(await sampleFrom(model, place.source, { ...more, rows: 100, seed }));
        const one = await draw(1), again = await draw(1), other = await draw(2);
        assert.equal(one.height, 100);
        assert.deepEqual(one.toRecords(), again.toRecords());
        assert.notDeepEqual(columns(one, "id"), columns(other, "id"));
        assertSubset(one, augment(memory), limit);
      });
      await t.step("all rows in blocks", async () => {
        const blocks: Frame[] = [];
        for await (
          const block of augmentFrom(model, place.source, { ...more, block: 300 })
        ) blocks.push(block);
        assert.ok(blocks.length > 1);
        const whole = pl.concat(blocks);
        assert.equal(whole.height, order.length);
        assert.ok(!whole.columns.includes("row"));
        assertSubset(whole, augment(memory), limit);
      });
    });
  }

  Deno.test(`${what}: every row is as likely to be drawn`, async () => {
    const data = pl.DataFrame({
      y: Array.from({ length: 40 }, (_, i) => Math.sin(i * i)),
      id: Array.from({ length: 40 }, (_, i) => i),
    });
    const { source, options } = await of(data), model = await fitFrom("y ~ 1", source, options);
    const drawn = new Float64Array(40), times = 200;
    for (let seed = 1; seed <= times; seed++) {
      const some = await sampleFrom(model, source, { ...options, rows: 4, seed, columns: ["id"] });
      for (const id of columns(augment(some), "id")[0]) drawn[id]++;
    }
    const expected = times * 4 / 40,
      chi2 = drawn.reduce((s, v) => s + (v - expected) ** 2 / expected, 0) / 0.9;
    assert.ok(chi2 < 72.1, `χ² of 39 degrees of freedom is ${chi2}`); // p = 0.001
  });
}

function reordered(data: Frame, ids: readonly number[]): Frame {
  return pl.DataFrame(data.columns.map((name: string) => data.getColumn(name).gather([...ids])));
}

/** A response that is whole is the same or, at the edge between two, not: fewer than one in a thousand may differ. */
function assertSimulated(a: Frame, b: Frame, names: readonly string[], limit: number): void {
  const [x, y] = [a, b].map((frame) => columns(frame, ...names));
  x.forEach((values, k) => {
    const off = values.filter((v, i) =>
      Math.abs(v - y[k][i]) > limit * Math.max(1, Math.abs(y[k][i]))
    ).length;
    assert.ok(off <= values.length / 1000, `${names[k]}: ${off} of ${values.length} differ`);
  });
}

function assertSubset(some: Frame, all: Frame, limit: number): void {
  const names = ["fitted", "residual", "pearson"], [known] = columns(all, "id");
  const at = new Map(known.map((id, i) => [id, i])), place = columns(some, "id")[0].map((id) => at.get(id)!);
  assert.equal(new Set(place).size, some.height);
  assertNear(
    columns(some, ...names),
    columns(all, ...names).map((v) => place.map((i) => v[i])),
    limit,
    "a row",
  );
}

/** Tells the residuals' figures from those of all rows. */
export const captionOf = (model: Model): string => residuals(model).plot("qq").outerHTML;
