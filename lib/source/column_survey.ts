/** What the blocks say of one column: kind, levels with their counts, range and mean. */
import { frameOf, type Levels, readColumn } from "../frame.ts";
import type { ColumnDescription, FactorLevels } from "../formula/description.ts";
import { factorOfNumbers, type FactorValue, type NumericValue } from "../formula/values.ts";

/** Up to this many distinct values of a number are listed. */
const FEW = 10;

/** Rows with a value: in any row, in complete ones, and these by their frequencies. */
interface Count {
  used: boolean;
  frequency: number;
}

/** Gathers one column. */
export class ColumnSurvey {
  missing = 0;
  private seen: NumericValue | FactorValue | null = null;
  private readonly texts = new Map<string, Count>();
  private readonly places = new Map<string, number>();
  private readonly numbers = new Map<number, Count>();
  private sum = 0;
  private total = 0;
  private min = Infinity;
  private max = -Infinity;

  /**
   * @param all every distinct value is gathered, of numbers too
   * @param listed and described, however many there are
   */
  constructor(
    readonly name: string,
    private readonly all: boolean,
    private readonly listed: boolean,
    private readonly levels?: Levels,
  ) {}

  add(column: NumericValue | FactorValue, complete: Uint8Array, frequency: Float64Array | null): void {
    const n = complete.length, missing = missingIn(column);
    this.missing += missing;
    if (missing === n) return;
    this.check(column);
    if (column.kind === "factor") column.places?.forEach((place, k) => this.place(column.levels[k], place));
    if (column.kind === "factor") {
      const counts = column.levels.map((level) => this.countOf(this.texts, level));
      for (let i = 0; i < n; i++) {
        if (column.codes[i] < 0 || complete[i] === 0) continue;
        const count = counts[column.codes[i]];
        count.used = true;
        count.frequency += frequency ? frequency[i] : 1;
      }
      return;
    }
    for (let i = 0; i < n; i++) {
      const v = column.values[i];
      if (v !== v) continue;
      const listed = this.all || this.numbers.size <= FEW;
      if (this.all) this.countOf(this.numbers, v);
      if (complete[i] === 0) continue;
      const f = frequency ? frequency[i] : 1;
      this.sum += f * v;
      this.total += f;
      if (v < this.min) this.min = v;
      if (v > this.max) this.max = v;
      if (!listed) continue;
      const count = this.countOf(this.numbers, v);
      count.used = true;
      count.frequency += f;
    }
  }

  private countOf<K>(counts: Map<K, Count>, key: K): Count {
    let count = counts.get(key);
    if (count === undefined) counts.set(key, count = { used: false, frequency: 0 });
    return count;
  }

  /** One kind in all blocks. */
  private check(column: NumericValue | FactorValue): void {
    const { seen, name } = this;
    if (seen && seen.kind !== column.kind) {
      throw new TypeError(
        `Cannot read column "${name}" of the source: it holds numbers in one block and text in another; give one kind in all blocks`,
      );
    }
    this.seen ??= column;
  }

  /** A level's place in the order that travels with the data, the same in all blocks. */
  private place(level: string, place: number): void {
    const known = this.places.get(level);
    if (known !== undefined && known !== place && this.levels === undefined) {
      throw new RangeError(
        `Cannot order the levels of column "${this.name}" of the source: its blocks have different orders; ` +
          `list them in the option levels: { ${JSON.stringify(this.name)}: [...] }`,
      );
    }
    this.places.set(level, place);
  }

  /** The column over the complete rows. */
  describe(): ColumnDescription {
    const factor = this.asFactor();
    if (factor) {
      const { kind, levels, ordered, boolean, from } = factor;
      return { kind, levels, ordered, boolean, from, counts: levels.map((level) => this.frequencyOf(level)) };
    }
    const { min, max, sum, total } = this, used = this.usedNumbers();
    const values = this.listed
      ? factorOfNumbers(used).numbers
      : used.length > FEW
      ? null
      : [...used].sort((a, b) => a - b);
    return { kind: "numeric", mean: sum / total, min, max, values };
  }

  /** Its levels; of numbers where they are made a factor or groups. */
  factorLevels(): FactorLevels {
    const factor = this.asFactor();
    if (!factor) {
      const occurring = factorOfNumbers(Float64Array.from(this.numbers.keys())).levels;
      return { occurring, used: factorOfNumbers(this.usedNumbers()).levels };
    }
    const { levels } = factor, isUsed = (level: string) => this.count(level)?.used === true;
    return { occurring: levels.filter((level) => this.count(level)), used: levels.filter(isUsed) };
  }

  /** Levels of which other blocks are read with. */
  get blockLevels(): Levels | undefined {
    const factor = this.asFactor();
    return factor && !factor.boolean ? [...factor.levels] : undefined;
  }

  private usedNumbers(): Float64Array {
    return Float64Array.from([...this.numbers].filter(([, { used }]) => used).map(([v]) => v));
  }

  private count(level: string): Count | undefined {
    return this.numbers.size > 0 ? this.numbers.get(Number(level)) : this.texts.get(level);
  }

  private frequencyOf(level: string): number {
    return this.count(level)?.frequency ?? 0;
  }

  /** All levels in order; null for numbers that the caller did not list. */
  private asFactor(): Omit<FactorValue, "codes"> | null {
    const { seen, name, levels } = this;
    if (seen === null || (seen.kind === "numeric" && levels === undefined)) return null;
    if (seen.kind === "numeric") return factorIn(name, Float64Array.from(this.numbers.keys()), levels);
    if (seen.boolean && levels === undefined) return seen;
    const texts = [...this.texts.keys()];
    if (this.places.size > 0 && levels === undefined) {
      return { ...seen, levels: texts.sort((a, b) => this.places.get(a)! - this.places.get(b)!) };
    }
    if (seen.from === "long") texts.sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
    const given = seen.from === "long" && levels === undefined ? texts : levels;
    const { ordered, boolean, from } = seen;
    return {
      ...factorIn(name, texts, given),
      ordered,
      boolean,
      from: levels === undefined ? from : undefined,
    };
  }
}

function missingIn(column: NumericValue | FactorValue): number {
  let count = 0;
  if (column.kind === "numeric") { for (const v of column.values) if (v !== v) count++; }
  else for (const code of column.codes) if (code < 0) count++;
  return count;
}

/** The levels of these values, as a column of them would have. */
function factorIn(
  name: string,
  values: Float64Array | string[],
  levels?: Levels,
): Omit<FactorValue, "codes"> {
  const column = readColumn(frameOf({ [name]: values }), name, levels);
  if (column.kind !== "factor") throw new TypeError(`Cannot read column "${name}" as a factor`);
  return column;
}
