/** Whose predictions they are: which random effects are in them, and why others that were asked for are not. */
import { type Model, partSpec, type TermResult } from "../../model/result/model.ts";
import { effectTerms } from "../../model/result/term_result.ts";
import type { PredictionType } from "./prediction_type.ts";
import type { RandomChoice } from "./random_choice.ts";

/** What the new data say of a random term that a prediction asks for. */
export interface AskedTerm {
  readonly result: TermResult;
  /** They lack its columns. */
  readonly absent: boolean;
  /** Levels that the fit has not seen. */
  readonly unseen: readonly string[];
  /** Rows that do not say which group. */
  readonly missing: number;
  /** Rows of groups that the fit has seen. */
  readonly known: number;
}

/**
 * Sentences on the random effects of predictions that are made of some parts; none where these parts have no random terms.
 * @param asked the terms of the model that were asked for
 */
export function levelNotes(
  model: Model,
  choice: RandomChoice,
  asked: readonly AskedTerm[],
  parts: readonly string[],
  type: PredictionType,
): string[] {
  const own = model.random.filter(({ part }) => parts.includes(part));
  const terms = asked.filter(({ result }) => own.includes(result));
  if (effectTerms(own).length === 0 && terms.length === 0) return [];
  const held = terms.filter(({ known }) => known > 0);
  return [
    held.length === 0
      ? populationLevel(model, parts, type)
      : held.length < terms.length
      ? `Random effects included: ${labels(held)}.`
      : choice === "all"
      ? "Group level: random effects included."
      : `Random effects included: ${choice}.`,
    ...absentNote(terms.filter(({ absent }) => absent)),
    ...new Set(terms.flatMap(groupNotes)), // a group may have a term in several parts
  ];
}

/** The sentence on averages over the groups, where the parts behind them have any. */
export function averageNotes(model: Model, parts: readonly string[]): string[] {
  return effectTerms(model.random).some(({ part }) => parts.includes(part))
    ? ["Population average: the integral over the random effects, not the typical group."]
    : [];
}

/** On a scale that is not linear in the effects, the typical group is not the average. */
function populationLevel(model: Model, [part]: readonly string[], type: PredictionType): string {
  const linear = type.isLink || (type.quantity === null && partSpec(model, part).link.name === "identity");
  return linear
    ? "Population level: random effects at 0."
    : "Population level: the typical group (random effects at 0 on the link scale), not the average over groups.";
}

function absentNote(terms: readonly AskedTerm[]): string[] {
  if (terms.length === 0) return [];
  const which = labels(terms), several = which.includes("), (");
  return [
    `The new data have no column for ${which}: predictions leave ${
      several ? "these terms out (their" : "that term out (its"
    } effects at 0).`,
  ];
}

function groupNotes({ result: { group }, unseen, missing }: AskedTerm): string[] {
  const drawn = "predicted as a group drawn at random, standard errors hold the variance between groups.";
  return [
    unseen.length > 0 ? `${unseen.length} level(s) of ${group} are new: ${drawn}` : "",
    missing > 0 ? `${missing} row(s) do not say which ${group}: ${drawn}` : "",
  ].filter((note) => note !== "");
}

const labels = (terms: readonly AskedTerm[]) =>
  [...new Set(terms.map(({ result }) => `(${result.label})`))].join(", ");
