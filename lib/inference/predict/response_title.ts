/** What a model's response is, as the axis of a figure says it. */
import { readColumn } from "../../frame.ts";
import { countedIn } from "../../formula/response_name.ts";
import { type Model, usedRows } from "../../model/result/model.ts";

/** "probability of germination" of cbind(germination, n - germination), "testScore" of `testScore`. */
export function responseTitle(model: Model): string {
  const { response } = model;
  if (!model.family.usesTrials) return withoutBackticks(response);
  return `probability of ${withoutBackticks(secondLevel(model) ?? countedIn(response))}`;
}

/** On the scale of a link: "probability of germination (logit scale)". */
export function linkTitle(model: Model, link = model.family.link.name): string {
  return link === "identity" ? responseTitle(model) : `${responseTitle(model)} (${link} scale)`;
}

/** The level of a response of text that counts as 1. */
function secondLevel(model: Model): string | null {
  if (model.data === null) return null;
  try {
    const column = readColumn(usedRows(model), withoutBackticks(model.response));
    return column.kind === "factor" && !column.boolean ? column.levels.at(-1)! : null;
  } catch {
    return null; // an expression, which is no column
  }
}

function withoutBackticks(text: string): string {
  return text.replaceAll("`", "");
}
