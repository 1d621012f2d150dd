/** One parameter of a model as a smooth function of ψ. */
import type { Shown } from "../../model/structures/structure.ts";
import type { Quantity } from "../profiles/profile.ts";

/** One parameter of a model, named as in tidy(). */
export interface Parameter extends Quantity {
  readonly component: string;
  readonly group: string | null;
  readonly term: string;
  readonly kind: "fixed" | "sd" | "cor" | "own" | "dispersion";
  /** Of a structure's own parameter: its scale. */
  readonly own?: Shown & { readonly kind: "own" };
  /** The caller holds it at its value (option `fixed`). */
  readonly held: boolean;
  /** Range of its values. */
  readonly range: readonly [number, number];
  /** For functions of one coefficient: its position among the stacked ones, else null, and the monotone function. */
  readonly index: number | null;
  readonly of: (coefficient: number) => number;
}
