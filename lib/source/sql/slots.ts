/** Keys of cells and what they say: the level of a grouping factor, or of a factor of X. */
import { groupNames } from "../../formula/grouping.ts";
import { parseExpression } from "../../formula/parse.ts";
import type { RandomMemory } from "../../formula/recipe.ts";
import type { Expr } from "../query/expression.ts";
import { asFactor } from "../translate/factors.ts";
import type { Translator } from "../translate/translator.ts";
import type { KeyValue } from "../translate/value.ts";
import type { CodedFactor } from "./model_columns.ts";
import { keyOf } from "./runner.ts";

/** Some keys that have one meaning together. */
export interface Slot {
  readonly name: string;
  readonly keys: readonly Expr[];
  /** Number of levels. */
  readonly size: number;
  /** Level by keys; −1 for one that is not known. */
  readonly level: (keys: readonly KeyValue[]) => number;
}

export function factorSlot({ text, factor, levels }: CodedFactor): Slot {
  const at = new Map(levels.map((level, k) => [level, k]));
  return {
    name: text,
    keys: factor.keys,
    size: levels.length,
    level: (keys) => at.get(factor.label(keys)) ?? -1,
  };
}

/** The groups of a random term. */
export function groupSlot({ group, groups }: RandomMemory, translator: Translator): Slot {
  const { components, cells } = groups;
  const slots = components.map(({ text, levels }) =>
    factorSlot({ text, levels, factor: asFactor(translator.translate(parseExpression(text)), () => levels)! })
  );
  const widths = slots.map(({ keys }) => keys.length),
    position = cells && new Map(cells.map((c, k) => [c, k]));
  return {
    name: group,
    keys: slots.flatMap(({ keys }) => keys),
    size: groupNames(groups).length,
    level(keys) {
      let code = 0, first = 0;
      for (let k = 0; k < slots.length; k++) {
        const level = slots[k].level(keys.slice(first, first += widths[k]));
        if (level < 0) return -1;
        code = code * slots[k].size + level;
      }
      return position ? position.get(code) ?? -1 : code;
    },
  };
}

/** Levels of every row of a batch, each distinct key looked up once. */
export class SlotReader {
  private readonly known = new Map<unknown, number>();

  constructor(readonly slot: Slot) {}

  read(columns: readonly ArrayLike<unknown>[], rows: number): Int32Array {
    const { known, slot } = this, out = new Int32Array(rows), [only] = columns;
    for (let i = 0; i < rows; i++) {
      const key = columns.length === 1 ? only[i] : columns.map((each) => String(each[i])).join("\n");
      let level = known.get(key);
      if (level === undefined) {
        const values = columns.map((each) => each[i]);
        level = values.some((v) => v === null || v === undefined) ? -1 : slot.level(values.map(keyOf));
        known.set(key, level);
      }
      out[i] = level;
    }
    return out;
  }
}
