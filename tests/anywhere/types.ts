// What a TypeScript user of Node writes: types come with the package, and refuse what does not exist.
import { dataGrid, dataset, fit, type Model, pl, predict, range, type ResultFrame } from "@tidyglmm/tidyglmm";

const sleep = await dataset("sleepstudy");
const model: Model = fit("Reaction ~ Days + (Days | Subject)", sleep, { reml: false });
const lines: ResultFrame = predict(model, dataGrid(sleep, { Days: range(3) }), { randomEffects: "none" });
const rows: number = lines.filter(pl.col("Days").gt(1)).height;
// @ts-expect-error there is no such option
fit("Reaction ~ Days", sleep, { rmel: true });
// @ts-expect-error there is no such figure option
lines.plot({ pionts: true });
console.log(rows);
