/** Relationships of species, from their tree. */
import { checkOptions, checkValue, type Kinds, kinds, noMore } from "../../../check.ts";
import type { Known } from "../known_precision.ts";
import { parseNewick, type TreeNode } from "./newick.ts";

/**
 * Options of {@link phylogeny}.
 *
 * @category Fit
 */
export interface PhylogenyOptions {
  /** Divide all lengths by the longest way from the root to a tip, so that its variance is 1 (default true). */
  scale?: boolean;
}

const OPTIONS: Kinds<PhylogenyOptions> = { scale: kinds.flag };

/**
 * What a tree says of its species, for the option `known` of {@link fit}: traits that change by Brownian motion along the branches, so that
 * the covariance of two species is the length of their common way from the root. `known: { species: phylogeny(text) }`.
 *
 * The nodes between root and tips are kept: a branch of length t adds (b_child − b_parent)²/t to −2 log p(b), so the precision has one entry
 * for every branch, whatever the number of species (Hadfield & Nakagawa 2010).
 *
 * ```ts
 * import { phylogeny } from "@tidyglmm/tidyglmm";
 *
 * phylogeny("((human:6,chimp:6):2,gorilla:8);").labels; // "human", "chimp", "(node 1)", "gorilla"
 * ```
 *
 * @param newick the tree in Newick's format, with branch lengths
 * @returns labels (tips by their names, other nodes by theirs or as "(node 1)", …) and the entries of the precision
 * @throws SyntaxError where the text is no tree; RangeError for a branch without a positive length, or two tips of one name
 * Source: Felsenstein (1985), American Naturalist 125:1–15; Hadfield & Nakagawa (2010), J. Evolutionary Biology 23:494–508.
 * @category Fit
 */
export function phylogeny(
  newick: string,
  options: PhylogenyOptions = {},
): Extract<Known, { entries: unknown }> {
  noMore("phylogeny", arguments, 2);
  checkValue("phylogeny", "newick", newick, kinds.text);
  checkOptions("phylogeny", options, OPTIONS);
  const root = parseNewick(newick),
    labels: string[] = [],
    rows: number[] = [],
    cols: number[] = [],
    values: number[] = [];
  if (root.children.length === 0) throw new RangeError("Cannot use the tree: it has no branches");
  const unit = (options.scale ?? true) ? height(root) : 1, diagonal: number[] = [];
  let unnamed = 0;
  const visit = (node: TreeNode): number => {
    const below = node.children.map(visit), at = labels.length;
    labels.push(node.name || `(node ${++unnamed})`);
    diagonal.push(0);
    node.children.forEach((child, k) => join(at, below[k], child));
    return at;
  };
  const join = (parent: number | null, child: number, { length, name }: TreeNode) => {
    if (!(length! > 0)) {
      throw new RangeError(
        `Cannot use the tree: the branch above ${name ? `"${name}"` : "a node"} has ${
          length === null ? "no length" : `length ${length}`
        }, it should be positive`,
      );
    }
    const share = unit / length!;
    diagonal[child] += share;
    if (parent === null) return; // the root is where all traits begin, at 0
    diagonal[parent] += share;
    rows.push(Math.max(parent, child));
    cols.push(Math.min(parent, child));
    values.push(-share);
  };
  root.children.forEach((child) => join(null, visit(child), child));
  const twice = labels.find(((seen) => (label) => seen.has(label) || !seen.add(label))(new Set<string>()));
  if (twice !== undefined) throw new RangeError(`Cannot use the tree: the name "${twice}" is there twice`);
  return {
    labels,
    entries: {
      rows: Int32Array.from([...diagonal.keys(), ...rows]),
      cols: Int32Array.from([...diagonal.keys(), ...cols]),
      values: Float64Array.from([...diagonal, ...values]),
    },
  };
}

/** Longest way from a node to a tip. */
function height({ children }: TreeNode): number {
  return Math.max(0, ...children.map((child) => (child.length ?? 0) + height(child)));
}
