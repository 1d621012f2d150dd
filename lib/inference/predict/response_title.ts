/** What a model's response is, as the axis of a figure says it. */
import { readColumn } from "../../frame.ts";
import { type Model, usedRows } from "../../model/result/model.ts";

/** "probability of germination" of cbind(germination, n - germination), "testScore" of `testScore`. */
export function responseTitle(model: Model): string {
  const { response } = model;
  if (!model.family.usesTrials) return withoutBackticks(response);
  const [, inside] = /^cbind\((.*)\)$/.exec(response) ?? [];
  const successes = inside === undefined
    ? /^([^/]+)\/[^/]+$/.exec(response)?.[1] ?? response
    : firstArgument(inside);
  return `probability of ${withoutBackticks(secondLevel(model) ?? successes).trim()}`;
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

/** Up to the comma that stands in no bracket. */
function firstArgument(inside: string): string {
  let depth = 0;
  for (let i = 0; i < inside.length; i++) {
    if ("([{".includes(inside[i])) depth++;
    else if (")]}".includes(inside[i])) depth--;
    else if (inside[i] === "," && depth === 0) return inside.slice(0, i);
  }
  return inside;
}
