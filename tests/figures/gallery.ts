/** Named examples of every figure, on made-up estimates: snapshots are compared with them, and people look at them. */
import { dataset } from "../../lib/datasets.ts";
import type { FigureMeta, PlotOptions } from "../../lib/display.ts";
import { dataGallery } from "./gallery_data.ts";
import { effectsGallery } from "./gallery_effects.ts";
import { meansGallery } from "./gallery_means.ts";
import { residualsGallery } from "./gallery_residuals.ts";
import type { BootstrapMeta } from "../../lib/inference/intervals/bootstrap.ts";
import type { ProfileMeta } from "../../lib/inference/intervals/confint.ts";
import type { TidyMeta } from "../../lib/inference/intervals/tidy.ts";
import {
  columnNames,
  type ColumnValues,
  type Frame,
  frameOf,
  readColumn,
  readNumeric,
} from "../../lib/frame.ts";

/** One example: a table and what `.plot()` is given. */
export interface Example {
  readonly kind: string;
  readonly frame: Frame;
  readonly meta: FigureMeta;
  readonly options?: PlotOptions;
}

const logistic = (eta: number) => 1 / (1 + Math.exp(-eta));
/** A repeatable sequence that looks random enough (fractional parts of multiples of the golden ratio, as a normal-ish sum). */
const noise = (i: number) =>
  [0.618034, 0.324718, 0.220744].reduce((sum, step) => sum + ((i + 1) * step) % 1, 0) * 2 - 3;

/** All combinations, the first variable slowest, with estimates by a function. */
function grid(
  values: Record<string, readonly (number | string | null)[]>,
  estimate: (row: Record<string, number | string | null>) => { eta: number; se: number },
  mean: (eta: number) => number,
): Frame {
  let rows: Record<string, number | string | null>[] = [{}];
  for (const [name, list] of Object.entries(values)) {
    rows = rows.flatMap((row) => list.map((value) => ({ ...row, [name]: value })));
  }
  const fits = rows.map(estimate);
  const columns: Record<string, ColumnValues> = {};
  for (const name of Object.keys(values)) columns[name] = rows.map((row) => row[name]);
  return frameOf({
    ...columns,
    estimate: fits.map(({ eta }) => mean(eta)),
    std_error: fits.map(({ se }) => se),
    conf_low: fits.map(({ eta, se }) => mean(eta - 1.96 * se)),
    conf_high: fits.map(({ eta, se }) => mean(eta + 1.96 * se)),
  });
}

const sequence = (from: number, to: number, n: number) =>
  Array.from({ length: n }, (_, i) => from + (to - from) * i / (n - 1));
const same = (eta: number) => eta;
const RANGES = ["Bavarian", "Central", "Emmental", "Julian", "Ligurian", "Maritime", "Sarntal", "Southern"];

/** The examples by name. */
export async function gallery(): Promise<Record<string, Example>> {
  const dragons = await dataset("dragons_1"),
    sleep = await dataset("sleepstudy"),
    pressure = await dataset("blood_pressure");
  const score = { response: "testScore", range: [0, 1], level: 0.95, scale: "response" } as const;
  const subjects = [...new Set(sleep.getColumn("Subject").toArray() as string[])];
  const reaction = {
    response: "Reaction",
    range: [-Infinity, Infinity],
    level: 0.95,
    scale: "response",
  } as const;
  const drawsMeta: BootstrapMeta = {
    title: "Parametric bootstrap of Reaction ~ Days + (Days | Subject), 200 draws, seed 123",
    estimates: {},
    places: {
      Days: { component: "cond", group: null, term: "Days" },
      "sd__(Intercept) | Subject": { component: "cond", group: "Subject", term: "sd__(Intercept)" },
      "sd__Days | Subject": { component: "cond", group: "Subject", term: "sd__Days" },
      sigma: { component: "disp", group: null, term: "sigma" },
    },
  };
  return {
    ...await dataGallery(),
    ...meansGallery(),
    ...await residualsGallery(),
    ...await effectsGallery(),
    predict_line: {
      kind: "predict",
      frame: grid({ bodyLength: sequence(162, 236, 40) }, ({ bodyLength: x }) => ({
        eta: 0.03 * (Number(x) - 200),
        se: 0.08 + 0.002 * Math.abs(Number(x) - 200),
      }), logistic),
      meta: {
        ...score,
        title: "testScore ~ bodyLength, beta (logit)",
        data: () => ({ frame: dragons, response: readNumeric(dragons, "testScore") }),
      },
      options: { points: true },
    },
    predict_facets: {
      kind: "predict",
      frame: grid(
        { bodyLength: sequence(162, 236, 12), site: ["a", "b", "c"], mountainRange: RANGES },
        ({ bodyLength: x, site, mountainRange }) => ({
          eta: 0.02 * (Number(x) - 200) + "abc".indexOf(String(site)) * 0.4 +
            RANGES.indexOf(String(mountainRange)) * 0.3 - 1,
          se: 0.2,
        }),
        logistic,
      ),
      meta: { ...score, title: "testScore ~ bodyLength + site + mountainRange, beta (logit)" },
    },
    predict_groups: {
      kind: "predict",
      frame: grid({ Days: sequence(0, 9, 10), Subject: [null, ...subjects] }, ({ Days, Subject }) => {
        const i = Subject === null ? -1 : subjects.indexOf(String(Subject));
        const slope = i < 0 ? 10.5 : 10.5 + 3 * noise(i + 40), intercept = i < 0 ? 251 : 251 + 12 * noise(i);
        return { eta: intercept + slope * Number(Days), se: 7 };
      }, same),
      meta: {
        ...reaction,
        title: "Reaction ~ Days + (Days | Subject), gaussian",
        variables: [{ name: "Days", kind: "numeric" }, { name: "Subject", kind: "group" }],
        data: () => ({ frame: sleep, response: readNumeric(sleep, "Reaction") }),
      },
      options: { points: true },
    },
    predict_map: {
      kind: "predict",
      frame: grid({ col: sequence(1, 12, 12), row: sequence(1, 10, 10) }, ({ col, row }) => ({
        eta: 60 + 5 * Math.sin(Number(col) / 2.4) * Math.cos(Number(row) / 2.6 - 0.4),
        se: 1,
      }), same),
      meta: {
        title: "yield ~ variety + exp(0 + numFactor(col, row) | field), gaussian (identity)",
        response: "yield",
      },
      options: { map: ["col", "row"] },
    },
    predict_factor: {
      kind: "predict",
      frame: grid({ fungicide: Array.from({ length: 12 }, (_, i) => String(i + 1)) }, ({ fungicide }) => ({
        eta: 1.1 - 0.4 * (Number(fungicide) - 1) + 0.5 * noise(Number(fungicide)),
        se: 0.25,
      }), logistic),
      meta: {
        response: "severity",
        range: [0, 1],
        scale: "response",
        title: "severity ~ fungicide + (1 | block), beta (logit)",
        variables: [{
          name: "fungicide",
          kind: "factor",
          levels: Array.from({ length: 12 }, (_, i) => String(i + 1)),
        }],
      },
    },
    predict_two_factors: {
      kind: "predict",
      frame: grid({ extract: ["bean", "cucumber"], gen: ["O73", "O75"] }, ({ extract, gen }) => ({
        eta: (extract === "bean" ? -0.4 : 0.1) + (gen === "O75" ? 0.6 : 0),
        se: 0.15,
      }), same),
      meta: {
        response: "germ / n",
        scale: "link",
        title: "cbind(germ, n - germ) ~ extract * gen, binomial (logit)",
      },
    },
    predict_long_names: {
      kind: "predict",
      frame: grid(
        {
          treatment: [
            "untreated control",
            "half of the recommended dose",
            "recommended dose",
            "twice the recommended dose",
          ],
          year: [2021, 2022],
        },
        ({ treatment, year }) => ({
          eta: 2 - 0.05 * String(treatment).length + 0.2 * (Number(year) - 2021),
          se: 0.2,
        }),
        Math.exp,
      ),
      meta: {
        response: "count",
        range: [0, Infinity],
        title:
          "count ~ treatment + year + (1 | a rather long name of a grouping factor : and another one), nbinom2 (log)",
        variables: [{ name: "treatment", kind: "factor" }, { name: "year", kind: "factor" }],
      },
    },
    ranef: {
      kind: "ranef",
      frame: ranefOf([["Subject", "(Intercept)", subjects, 12, 25], ["Subject", "Days", subjects, 2.3, 6]]),
      meta: { title: "Reaction ~ Days + (Days | Subject), gaussian" },
    },
    ranef_many: {
      kind: "ranef",
      frame: ranefOf([
        ["d", "(Intercept)", Array.from({ length: 400 }, (_, i) => String(i + 1)), 0.15, 0.5],
        [
          "dept:service",
          "(Intercept)",
          Array.from({ length: 28 }, (_, i) => `department ${i >> 1}:service ${i % 2}`),
          0.05,
          0.12,
        ],
      ]),
      meta: { title: "y ~ 1 + (1 | d) + (1 | dept:service), gaussian" },
    },
    tidy: {
      kind: "tidy",
      frame: tidyTable(),
      meta: {
        title: "count ~ spp * mined + (1 | site), nbinom2 (log), zi ~ spp",
        scale: "link",
        link: "log",
        parameters: [
          ...new Array(10).fill(null),
          { kind: "sd", label: "(Intercept)" },
          { kind: "sd", label: "minedno" },
          { kind: "cor", label: "(Intercept), minedno" },
        ],
      } as TidyMeta,
    },
    augment: {
      kind: "augment",
      frame: augmented(sleep, "Reaction", (row) => 251 + 10.5 * Number(row.Days), 25),
      meta: { ...reaction, title: "Reaction ~ Days, gaussian" },
      options: { groupBy: "Subject" },
    },
    profile: {
      kind: "profile",
      frame: frameOf({
        component: ["cond", "cond"],
        group: [null, "Subject"],
        term: ["Days", "sd__(Intercept)"],
        estimate: [10.47, 23.8],
        conf_low: [7.36, 14.4],
        conf_high: [13.58, 37.7],
      }),
      meta: {
        title: "Reaction ~ Days + (Days | Subject), gaussian",
        level: 0.95,
        titles: ["Days", "SD of (Intercept), Subject"],
        curves: [
          sequence(-2.2, 2.2, 9).map((zeta) => ({ value: 10.47 + 1.55 * zeta, zeta })),
          sequence(-2.2, 2.2, 9).map((zeta) => ({ value: 23.8 * Math.exp(0.24 * zeta), zeta })),
        ],
      } as ProfileMeta,
    },
    bootstrap: {
      kind: "bootstrap",
      frame: frameOf({
        draw: Int32Array.from({ length: 200 }, (_, i) => i + 1),
        Days: Float64Array.from({ length: 200 }, (_, i) => 10.47 + 1.5 * noise(i)),
        "sd__(Intercept) | Subject": Float64Array.from(
          { length: 200 },
          (_, i) => Math.max(0, 24 + 9 * noise(i + 7)),
        ),
        sigma: Float64Array.from({ length: 200 }, (_, i) => 25.6 + 1.6 * noise(i + 31)),
      }),
      meta: drawsMeta,
    },
    bootstrap_by_group: {
      kind: "bootstrap",
      frame: frameOf({
        draw: Int32Array.from({ length: 200 }, (_, i) => i + 1),
        Days: Float64Array.from({ length: 200 }, (_, i) => 10.47 + 1.5 * noise(i)),
        "sd__(Intercept) | Subject": Float64Array.from(
          { length: 200 },
          (_, i) => Math.max(0, 24 + 9 * noise(i + 7)),
        ),
        "sd__Days | Subject": Float64Array.from({ length: 200 }, (_, i) => Math.max(0, 6 + 2 * noise(i + 3))),
        sigma: Float64Array.from({ length: 200 }, (_, i) => 25.6 + 1.6 * noise(i + 31)),
      }),
      meta: drawsMeta,
      options: { facet: "group" },
    },
    augment_over_x: {
      kind: "augment",
      frame: augmented(
        pressure,
        "bp",
        (row) => 120.8 + 0.3 * Number(row.time) + 2 * noise(Number(row.hospital_id)),
        5,
      ),
      meta: { response: "bp", title: "bp ~ time + (1 | hospital_id) + (1 | patient_id), gaussian" },
      options: { x: "time", groupBy: "hospital_id" },
    },
  };
}

function ranefOf(parts: readonly [string, string, readonly string[], number, number][]): Frame {
  const rows = parts.flatMap(([group, term, levels, se, sd], k) =>
    levels.map((level, i) => ({
      group,
      term,
      level,
      estimate: sd * noise(i + 7 * k),
      se: se * (1 + 0.2 * noise(3 * i)),
    }))
  );
  return frameOf({
    component: rows.map(() => "cond"),
    group: rows.map((row) => row.group),
    term: rows.map((row) => row.term),
    level: rows.map((row) => row.level),
    estimate: rows.map((row) => row.estimate),
    std_error: rows.map((row) => row.se),
  });
}

function tidyTable(): Frame {
  const terms = [
    "(Intercept)",
    "sppPR",
    "sppDM",
    "sppEC-A",
    "minedno",
    "sppPR:minedno",
    "sppDM:minedno",
    "poly(cover, 2)1",
  ];
  const rows: [string, string, string | null, string, number, number][] = [
    ...terms.map((term, i) =>
      ["fixed", "cond", null, term, 1.4 * noise(i) - (i === 0 ? 6 : 0), 0.3] as [
        string,
        string,
        null,
        string,
        number,
        number,
      ]
    ),
    ["fixed", "zi", null, "(Intercept)", 0.4, 0.5],
    ["fixed", "zi", null, "sppPR", 1.2, 0.7],
    ["ran_pars", "cond", "site", "sd__(Intercept)", 0.55, 0.12],
    ["ran_pars", "cond", "site", "sd__minedno", 0.21, 0.1],
    ["ran_pars", "cond", "site", "cor__(Intercept).minedno", -0.4, 0.25],
  ];
  return frameOf({
    effect: rows.map((row) => row[0]),
    component: rows.map((row) => row[1]),
    group: rows.map((row) => row[2]),
    term: rows.map((row) => row[3]),
    estimate: rows.map((row) => row[4]),
    std_error: rows.map((row) => row[5]),
    statistic: rows.map((row) => row[4] / row[5]),
    p_value: rows.map(() => 0.5),
    conf_low: rows.map((row) => row[4] - 1.96 * row[5]),
    conf_high: rows.map((row) => row[4] + 1.96 * row[5]),
  });
}

function augmented(
  data: Frame,
  response: string,
  mean: (row: Record<string, unknown>) => number,
  sigma: number,
): Frame {
  const rows = data.toRecords();
  const fitted = rows.map(mean), residual = rows.map((row, i) => Number(row[response]) - fitted[i]);
  return frameOf({
    ...Object.fromEntries(columnNames(data).map((name) => [name, readColumn(data, name)])),
    row: Int32Array.from(rows, (_, i) => i),
    fitted,
    residual,
    pearson: residual.map((value) => value / sigma),
  });
}
