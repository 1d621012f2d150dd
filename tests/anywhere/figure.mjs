// What a new user of Node writes: a model, and a first figure as a file. The figure's size is printed.
import { writeFile } from "node:fs/promises";
import {
  bootstrap,
  dataGrid,
  dataset,
  fitAsync,
  pl,
  predict,
  range,
  read,
  summary,
} from "@tidyglmm/tidyglmm";

const sleep = await dataset("sleepstudy");
const model = await fitAsync("Reaction ~ Days + (Days | Subject)", sleep);
const draws = await bootstrap(model, { n: 20 });
const lines = predict(model, dataGrid(sleep, { Days: range(9) }, { by: ["Subject"] }));
const figure = lines.plot({ points: true }).outerHTML;
await writeFile("figure.svg", figure);
await writeFile("own.csv", "x,y\n1,2\n2,3\n");
const own = await read("own.csv");
console.log(JSON.stringify({
  logLik: model.logLik,
  draws: draws.height,
  rows: lines.filter(pl.col("Days").gt(4)).height,
  own: own.height,
  figure: figure.length,
  summary: /REML criterion/.test(summary(model)),
}));
