/** The models, tables and figures of three tutorials on mixed models, step by step: a title and what it shows. */
import {
  augment,
  dataGrid,
  dataset,
  type Frame,
  Plot,
  predict,
  ranef,
  range,
  report,
  tidy,
} from "../../mod.ts";
import { fitNamed } from "../catalogue.ts";
import { colorsOf } from "../../lib/figures/colors.ts";

/** A model, a result, a figure or a sentence. */
export type Step = readonly [title: string, shown: unknown];

/** One tutorial: its steps are computed one after the other as they are asked for. */
export interface Tutorial {
  readonly title: string;
  readonly question: string;
  steps(): Generator<Step>;
}

/** The tutorials, with their data read. */
export async function tutorials(): Promise<Tutorial[]> {
  const [dragonData, rust, seeds, seed, pressure] = await Promise.all(
    ["dragons_1", "yellow_rust", "crowder_seeds", "crowder_binary", "blood_pressure"].map((name) =>
      dataset(name)
    ),
  );
  return [
    {
      title: "Dragons",
      question:
        "Do longer dragons score better in the test, or do they only live in cleverer mountain ranges?",
      steps: () => dragons(dragonData),
    },
    {
      title: "Yellow rust",
      question:
        "Which of twelve fungicides keep wheat free of rust? Severity is a share of the leaf, so beta regression.",
      steps: () => yellowRust(rust),
    },
    {
      title: "Germination",
      question: "Does the root extract matter for germination, and for both genotypes alike?",
      steps: () => germination(seeds, seed),
    },
    {
      title: "Blood pressure",
      question: "Does blood pressure change over five occasions, in a hundred patients of ten hospitals?",
      steps: () => bloodPressure(pressure),
    },
  ];
}

function* dragons(data: Frame): Generator<Step> {
  const width = { width: 720 };
  const line = dataGrid(data, { bodyLength: range(50) });
  const ranges = dataGrid(data, { bodyLength: range(30), mountainRange: true }, { by: ["mountainRange"] });
  const sites = dataGrid(data, { bodyLength: range(15), siteUnique: true, mountainRange: true }, {
    by: ["mountainRange", "siteUnique"],
  });

  const glm = fitNamed("dragons, line", data);
  yield ["glm1: body length alone", glm];
  yield ["glm1: prediction", predict(glm, line).plot({ points: true, ...width })];
  yield [
    "glm1: the same points by mountain range",
    augment(glm).plot({ x: "bodyLength", groupBy: "mountainRange", ...width }),
  ];

  const glmm1 = fitNamed("dragons, ranges", data);
  yield ["glmm1: an intercept for every mountain range", glmm1];
  yield ["glmm1: residuals", augment(glmm1).plot(width)];
  yield [
    "glmm1: prediction for every mountain range",
    predict(glmm1, ranges).plot({ points: true, ...width }),
  ];

  const glmm2 = fitNamed("dragons, nothing to pool", data);
  yield ["glmm2: a slope that varies over nothing", glmm2];
  yield ["glmm2: prediction", predict(glmm2, line).plot({ points: true, ...width })];

  const glmm3 = fitNamed("dragons, slopes", data);
  yield ["glmm3: intercept and slope for every mountain range", glmm3];
  yield ["glmm3: residuals", augment(glmm3).plot(width)];
  yield [
    "glmm3: prediction for every mountain range",
    predict(glmm3, ranges).plot({ points: true, ...width }),
  ];

  const glmm4 = fitNamed("dragons, slopes and sites", data);
  yield ["glmm4: and an intercept for every site", glmm4];
  yield ["glmm4: residuals", augment(glmm4).plot(width)];
  yield ["glmm4: prediction for every site", predict(glmm4, sites).plot({ points: true, ...width })];
  yield ["glmm4: random effects", ranef(glmm4).plot(width)];
  yield ["glmm4: coefficients", tidy(glmm4).plot(width)];
  yield ["glmm4 in a sentence", String(report(glmm4))];
}

function* yellowRust(data: Frame): Generator<Step> {
  const model = fitNamed("rust, beta", data);
  yield ["m1: beta regression", model];
  yield [
    "m1: severity under each fungicide",
    predict(model, dataGrid(model, { fungicide: true }), { randomEffects: "none" }),
  ];
  yield ["m1: coefficients", tidy(model).plot({ width: 720 })];
  const other = fitNamed("rust, gamma", data);
  yield ["m1_2: a gamma model for comparison", other];
  yield ["m1: residuals under beta", augment(model).plot({ width: 720 })];
  yield ["m1_2: residuals under gamma", augment(other).plot({ width: 720 })];
}

function* germination(plates: Frame, seeds: Frame): Generator<Step> {
  const grid = { extract: true, gen: true } as const;
  const counts = fitNamed("germination, successes and failures", plates);
  yield ["m2: successes and failures of every plate", counts];
  yield ["m2: probability of germination", predict(counts, dataGrid(plates, grid))];
  yield [
    "The same from proportions and numbers of trials",
    fitNamed("germination, proportion and trials", plates),
  ];
  yield ["The same from one row per seed", fitNamed("germination, one row per seed", seeds)];
}

function* bloodPressure(data: Frame): Generator<Step> {
  const model = fitNamed("blood pressure", data),
    [intercept, slope] = model.parts[0].beta;
  yield ["A linear mixed model, by REML", model];
  yield ["Fixed effects", `bp = ${intercept.toPrecision(6)} + ${slope.toPrecision(5)} · time`];
  yield ["Hospitals and patients", ranef(model).plot({ width: 720 })];
  const rows = augment(model), colors = colorsOf(Array.from({ length: 10 }, (_, i) => String(i + 1)));
  const observed = Plot.line(rows.toRecords(), {
    x: "time",
    y: "bp",
    z: "patient_id",
    stroke: (row: { hospital_id: string }) => colors[Number(row.hospital_id) - 1],
    strokeOpacity: 0.35,
    strokeWidth: 1,
  });
  yield [
    "Observed courses and fitted lines",
    rows.plot({ x: "time", groupBy: "hospital_id", width: 720, height: 460, marks: [observed] }),
  ];
}
