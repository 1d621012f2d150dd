/** What a figure calls variables, levels and terms: the reader's `labels` in place of the data's names. */
import type { FigureOptions } from "../display.ts";
import { nearestName } from "../frame.ts";

/** Signs between the names of a contrast. */
const BETWEEN = /( [-/+] |[()])/;

/** The reader's words; it remembers which were needed, so that a label of nothing is not passed over. */
export class Words {
  private readonly labels: Readonly<Record<string, string>>;
  private readonly used = new Set<string>();
  private readonly asked = new Set<string>();

  constructor(options: FigureOptions) {
    this.labels = (options.labels ?? {}) as Readonly<Record<string, string>>;
  }

  /** A name as the figure writes it. */
  readonly of = (name: string): string => {
    this.asked.add(name);
    if (!Object.hasOwn(this.labels, name)) return name;
    this.used.add(name);
    return this.labels[name];
  };

  /** The name of a contrast: as a whole, else each name in it. */
  readonly ofContrast = (name: string): string => {
    if (Object.hasOwn(this.labels, name)) return this.of(name);
    return name.split(BETWEEN).map((part) => BETWEEN.test(part) ? part : this.of(part)).join("");
  };

  /** The levels of a group, "a, b": as a whole, else each of them. */
  readonly ofGroup = (name: string): string =>
    Object.hasOwn(this.labels, name) ? this.of(name) : name.split(", ").map(this.of).join(", ");

  /** "tension = L" of a condition. */
  readonly ofLevel = (name: string, level: string): string => `${this.of(name)} = ${this.of(level)}`;

  /**
   * Called when everything is named.
   * @throws {RangeError} For a label of nothing that the figure names.
   */
  done(): void {
    const unused = Object.keys(this.labels).find((name) => !this.used.has(name));
    if (unused === undefined) return;
    const names = [...this.asked].filter((name) => name !== ""), near = nearestName(unused, names);
    throw new RangeError(
      `Cannot use labels: nothing in this figure is called "${unused}"; it names ${
        names.slice(0, 12).map((name) => `"${name}"`).join(", ")
      }${names.length > 12 ? ", …" : ""}` + (near ? `; did you mean "${near}"?` : ""),
    );
  }
}
