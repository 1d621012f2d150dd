/** Which levels of computed factors occur, and which of their combinations. */
import type { FactorLevels } from "../formula/description.ts";
import { groupFactor, type GroupMemory } from "../formula/grouping.ts";
import { asCategories } from "../formula/transforms/factor.ts";
import { factorOfNumbers, type FactorValue, type Value } from "../formula/values.ts";

/** Levels of one expression: those of a factor are the same list in every block, those of numbers are found. */
export class LevelSurvey {
  private levels: readonly string[] | null = null;
  private readonly ids = new Map<string, number>();
  private readonly numbers = new Map<string, number>();
  private readonly occurs: boolean[] = [];
  private readonly isUsed: boolean[] = [];

  /** Adds a block; gives every row's number of its level, in an order of its own, −1 where it is missing. */
  add(value: Value, text: string, complete: Uint8Array): Int32Array {
    const factor: FactorValue & { numbers?: readonly number[] } = value.kind === "numeric"
      ? factorOfNumbers(value.values)
      : asCategories(value, text);
    if (value.kind === "factor") this.levels = value.levels;
    const ids = factor.levels.map((level, k) => {
      let id = this.ids.get(level);
      if (id === undefined) this.ids.set(level, id = this.ids.size);
      if (factor.numbers) this.numbers.set(level, factor.numbers[k]);
      return id;
    });
    return factor.codes.map((code, i) => {
      if (code < 0) return -1;
      this.occurs[ids[code]] = true;
      if (complete[i] === 1) this.isUsed[ids[code]] = true;
      return ids[code];
    });
  }

  finish(): FactorLevels {
    const numbers = this.numbers;
    const order = this.levels ?? [...numbers.keys()].sort((a, b) => numbers.get(a)! - numbers.get(b)!);
    return {
      occurring: order.filter((level) => this.occurs[this.ids.get(level)!]),
      used: order.filter((level) => this.isUsed[this.ids.get(level)!]),
    };
  }

  /** Text of a level's number. */
  names(): string[] {
    return [...this.ids.keys()];
  }
}

/** The combinations of several factors that occur in complete rows. */
export class GroupSurvey {
  private readonly levels: readonly LevelSurvey[];
  private readonly cells = new Map<string, readonly number[]>();

  constructor(private readonly texts: readonly string[]) {
    this.levels = texts.map(() => new LevelSurvey());
  }

  add(values: readonly Value[], complete: Uint8Array): void {
    const ids = values.map((value, k) => {
      groupFactor(this.texts[k], value); // fractions are no groups
      return this.levels[k].add(value, this.texts[k], complete);
    });
    for (let i = 0; i < complete.length; i++) {
      if (complete[i] === 0) continue;
      const cell = ids.map((id) => id[i]), key = cell.join(" ");
      if (!this.cells.has(key)) this.cells.set(key, cell);
    }
  }

  finish(): GroupMemory {
    const components = this.levels.map((survey, k) => ({
      text: this.texts[k],
      levels: survey.finish().used,
    }));
    if (components.length === 1) return { components, cells: null };
    const places = this.levels.map((survey, k) => {
      const at = new Map(components[k].levels.map((level, i) => [level, i]));
      return survey.names().map((name) => at.get(name)!);
    });
    const cells = [...this.cells.values()].map((cell) =>
      cell.reduce((code, id, k) => code * components[k].levels.length + places[k][id], 0)
    );
    return { components, cells: cells.sort((a, b) => a - b) };
  }
}
