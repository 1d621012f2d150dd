/** A source written outside lib/, through mod.ts alone: a CSV file in pieces, against the same file read at once. */
import assert from "node:assert/strict";
import {
  anova,
  confint,
  dataGrid,
  emmeans,
  fit,
  fitFrom,
  loadModel,
  predict,
  ranef,
  range,
  read,
  report,
  saveModel,
  type Source,
  summary,
  tidy,
} from "../../mod.ts";
import { csvInPieces } from "./csv_in_pieces.ts";

const path = new URL("../../data/sleepstudy.csv", import.meta.url),
  formula = "Reaction ~ Days + (Days | Subject)";
const file = csvInPieces(path, { Reaction: Number, Days: Number, Subject: String }, 37);
const model = await fitFrom(formula, file);
const whole = fit(formula, await read(path, { types: { Subject: "text" } }));

/** Numbers to eight digits, so that the last of sixteen do not count. */
const digits = (text: string) =>
  text.replace(/-?\d+\.\d+(e-?\d+)?/g, (number) => String(Number(Number(number).toPrecision(8))));

for (
  const [what, of] of Object.entries<(m: typeof model) => unknown>({
    summary,
    tidy: (m) => tidy(m),
    ranef: (m) => ranef(m),
    confint: (m) => confint(m),
    anova: (m) => anova(m, { test: "F", df: "satterthwaite" }),
    emmeans: (m) => emmeans(m, "~ Days", { at: { Days: [0, 9] } }),
    predict: (m) => predict(m, dataGrid(m, { Days: range(3) }), { randomEffects: "none" }),
    report: (m) => report(m),
    "a saved model": (m) => summary(loadModel(saveModel(m))),
  })
) {
  Deno.test(`a file in pieces: ${what} is that of the whole file`, () => {
    const text = (m: typeof model) => {
      const result = of(m) as { toRecords?: () => unknown };
      return digits(result.toRecords ? JSON.stringify(result.toRecords()) : String(result));
    };
    assert.equal(text(model), text(whole));
  });
}

Deno.test("any object that answers the three questions is a source", async () => {
  const asked: string[] = [];
  const own: Source = {
    columns: () => file.columns(),
    describe(question) {
      asked.push(...question.used);
      return file.describe(question);
    },
    crossProducts: (plan) => file.crossProducts(plan),
  };
  const model = await fitFrom("Reaction ~ Days + offset(Days)", own);
  assert.deepEqual(asked, ["Reaction", "Days"]);
  assert.equal(model.nobs, 180);
});
