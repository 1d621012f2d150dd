/** What was fitted, term by term, so that nobody fits what they did not mean. */
import { type ResultFrame, resultFrame } from "../../display.ts";
import type { RandomTerm } from "../../formula/types.ts";
import type { EffectSystem } from "../objective/effect_system.ts";
import type { GroupLayout } from "../objective/group_layout.ts";
import { levelOfCell } from "../structures/cells.ts";
import { engineOf, type Model } from "./model.ts";
import { ownModel } from "./model_argument.ts";

/**
 * A table of the random terms as the model read them.
 *
 * ```ts
 * import { dataset, fit, modelEcho } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("Reaction ~ Days + (Days | Subject)", await dataset("sleepstudy"));
 * modelEcho(model); // how the formula was read
 * ```
 *
 * @returns `component`, `term`, `group`, `levels`, `rows_min`, `rows_median`, `rows_max` (rows per level), `coefficients`,
 *   `structure`, `parameters`, `relation` (nested in, nests, or crossed with the other grouping factors)
 * @category The model
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
      relation(objective.effects, t, o)
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

/** Does each level of one factor lie within one level of the other? */
function relation(effects: EffectSystem, a: RandomTerm, b: RandomTerm): string {
  const pairs = levelsMet(effects, a, b);
  if (isNested(pairs)) return `nested in ${b.group}`;
  return isNested(pairs.map(([l, m]) => [m, l])) ? `nests ${b.group}` : `crossed with ${b.group}`;
}

/** Pairs of levels of two terms that meet in a row: the blocks of ZᵀZ. */
function levelsMet({ groups, pattern: { nodes, row, col } }: EffectSystem, a: RandomTerm, b: RandomTerm) {
  const [g, h] = [a, b].map((term) => groups.find(({ terms }) => terms.some((t) => t.term === term))!);
  const levelIn = ({ node, nodes, cells }: GroupLayout, v: number) => {
    if (v < node || v >= node + nodes) return -1;
    return cells ? levelOfCell(cells, v - node) : v - node;
  };
  const pairs: [number, number][] = [];
  for (let k = nodes; k < row.length; k++) {
    for (const [v, w] of [[row[k], col[k]], [col[k], row[k]]]) {
      const l = levelIn(g, v), m = levelIn(h, w);
      if (l >= 0 && m >= 0) pairs.push([l, m]);
    }
  }
  return pairs;
}

/** Each first member has one second member. */
function isNested(pairs: readonly (readonly [number, number])[]): boolean {
  const home = new Map<number, number>();
  for (const [inner, outer] of pairs) {
    const known = home.get(inner);
    if (known !== undefined && known !== outer) return false;
    home.set(inner, outer);
  }
  return true;
}
