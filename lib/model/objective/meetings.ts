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

let last: Made | null = null;
let takeBack: (() => void) | null = null;

/** Which levels meet in n rows, and where every row falls: those of the model before where these are the same. */
export function meetingsOf(groups: readonly RowGroup[], n: number): Meetings<RowCoupling> {
  if (last?.groups.length !== groups.length || !last.groups.every((g, k) => areAlike(g, groups[k]))) {
    last = null; // its memory is for what takes its place
    const meetings = couple(groups, n);
    last = { groups: groups.map(nodesOf), meetings };
  }
  takeBack?.();
  takeBack = later(A_WHILE, () => last = null);
  return last.meetings;
}

function nodesOf({ node, nodes, width, precision, level, slot }: RowGroup): Nodes {
  return { node, nodes, width, precision, level, slot };
}

function areAlike(a: Nodes, b: Nodes): boolean {
  return a.node === b.node && a.nodes === b.nodes && a.width === b.width && a.precision === b.precision &&
    isSame(a.level, b.level) &&
    (a.slot === null || b.slot === null ? a.slot === b.slot : isSame(a.slot, b.slot));
}
