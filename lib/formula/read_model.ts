/** The formulas of a model against the columns that there are. */
import { adviseBackticks } from "./backticks.ts";
import { checkNames } from "./check.ts";
import type { NamedColumns } from "./data_columns.ts";
import type { Options, Spec } from "./spec.ts";
import { namesIn } from "./tree.ts";
import { type ModelFormulas, readModel } from "./uses.ts";

/** Reads the formulas; every name must be a column. */
export function readChecked(spec: Spec, columns: NamedColumns, options: Options): ModelFormulas {
  const further = typeof spec.predictors === "function"
    ? spec.predictors({ categories: null })
    : spec.predictors;
  const formulas = [spec.formula, ...further.map(({ formula }) => formula)];
  return adviseBackticks(formulas, columns.names, () => {
    const read = readModel(spec, columns.names, options);
    checkAllNames(read, columns);
    return read;
  });
}

/** The columns that a model uses. */
export function namesUsed({ uses }: ModelFormulas, columns: NamedColumns): string[] {
  return [...new Set(uses.flatMap(({ node }) => namesIn(node)))].filter((name) => columns.has(name));
}

/** What was noticed in the formulas. */
export function readingMessages(model: ModelFormulas): string[] {
  return model.parts.flatMap(({ formula }) => formula.right.messages);
}

/** Also of variables that are only taken away. */
function checkAllNames({ uses, parts }: ModelFormulas, columns: NamedColumns): void {
  const removed = parts.flatMap(({ formula: { source, right } }) =>
    right.removed.map((node) => ({ source, node }))
  );
  for (const { source, node } of [...uses, ...removed]) checkNames(source, node, columns);
}
