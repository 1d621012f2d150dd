/**
 * Models of the same data, one after the other, have in common which of their levels meet, and with the pattern all that is remembered of it: the
 * elimination order and the structure of the factor.
 */
import { isSame } from "../../math/vectors.ts";
import { later } from "../../runtime.ts";
import { couple, type Meetings, type RowCoupling } from "./coupling.ts";
import type { RowGroup } from "./group_layout.ts";

/** What meetings are made from. */
type Nodes = Pick<RowGroup, "node" | "nodes" | "width" | "precision" | "level" | "slot">;

interface Made {
  readonly groups: readonly Nodes[];
  readonly meetings: Meetings<RowCoupling>;
}

/** Milliseconds for which they are kept: somebody reads a result and writes the next formula. */
const A_WHILE = 600_000;
/** How many: those of all rows, and of the part from which a search of many rows starts. */
const KEPT = 2;

/** Those used last first. */
let recent: readonly Made[] = [];
let takeBack: (() => void) | null = null;

/** Which levels meet in n rows, and where every row falls: those of a model before where these are the same. */
export function meetingsOf(groups: readonly RowGroup[], n: number): Meetings<RowCoupling> {
  if (groups.length === 0) return couple(groups, n); // as a search without random effects has it on its way
  const known = recent.find((made) =>
    made.groups.length === groups.length && made.groups.every((g, k) => areAlike(g, groups[k]))
  );
  recent = recent.filter((made) => made !== known).slice(0, KEPT - 1); // the memory of the others is for what takes their place
  const made = known ?? { groups: groups.map(nodesOf), meetings: couple(groups, n) };
  recent = [made, ...recent];
  takeBack?.();
  takeBack = later(A_WHILE, () => recent = []);
  return made.meetings;
}

function nodesOf({ node, nodes, width, precision, level, slot }: RowGroup): Nodes {
  return { node, nodes, width, precision, level, slot };
}

function areAlike(a: Nodes, b: Nodes): boolean {
  return a.node === b.node && a.nodes === b.nodes && a.width === b.width && a.precision === b.precision &&
    isSame(a.level, b.level) &&
    (a.slot === null || b.slot === null ? a.slot === b.slot : isSame(a.slot, b.slot));
}
