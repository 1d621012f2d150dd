/** What was fitted, term by term, so that nobody fits what they did not mean. */
import { type ResultFrame, resultFrame } from "../../display.ts";
import { engineOf, type Model } from "./model.ts";
import { ownModel } from "./model_argument.ts";

/**
 * A table of the random terms as the model read them.
 * @returns `component`, `term`, `group`, `levels`, `rows_min`, `rows_median`, `rows_max` (rows per level), `coefficients`,
 *   `structure`, `parameters`, `relation` (nested in, nests, or crossed with the other grouping factors)
 */
export function modelEcho(model: Model): ResultFrame {
  model = ownModel(model, "modelEcho", arguments);
  const { design, objective } = engineOf(model, "the echo of the model"),
    terms = design.predictors.flatMap((p) => p.random);
  const rows = model.random.map((t, k) => ({
    ...t,
    parameters: objective.effects.terms.find((e) => e.term === terms[k])!.thetas,
  }));
  const relations = terms.map((t) =>
    [...new Map(terms.filter((o) => o.group !== t.group).map((o) => [o.group, o])).values()].map((o) =>
      relation(t, o)
    ).join("; ")
  );
  return resultFrame("modelEcho", {
    component: rows.map((t) => t.part),
    term: rows.map((t) => `(${t.label})`),
    group: rows.map((t) => t.group),
    levels: Int32Array.from(rows, (t) => t.levels.length),
    rows_min: Int32Array.from(rows, (t) => t.rowsPerLevel[0]),
    rows_median: Int32Array.from(rows, (t) => t.rowsPerLevel[1]),
    rows_max: Int32Array.from(rows, (t) => t.rowsPerLevel[2]),
    coefficients: rows.map((t) => t.names.join(", ")),
    structure: rows.map((t) => t.structure),
    parameters: Int32Array.from(rows, (t) => t.parameters),
    relation: relations,
  }, {
    title: `Random terms of ${model.formula}`,
    notes: [`Fixed effects: ${model.parts[0].names.join(", ")}`],
  });
}

interface Levelled {
  readonly group: string;
  readonly level: Int32Array;
  readonly levels: readonly string[];
}

/** Does each level of one factor lie within one level of the other? */
function relation(a: Levelled, b: Levelled): string {
  if (isNested(a, b)) return `nested in ${b.group}`;
  return isNested(b, a) ? `nests ${b.group}` : `crossed with ${b.group}`;
}

function isNested(inner: Levelled, outer: Levelled): boolean {
  const home = new Int32Array(inner.levels.length).fill(-1);
  for (let i = 0; i < inner.level.length; i++) {
    const l = inner.level[i];
    if (home[l] === -1) home[l] = outer.level[i];
    else if (home[l] !== outer.level[i]) return false;
  }
  return true;
}
