import type { Shown } from "./structure.ts";

/** Standard deviations of all coefficients, each an entry of θ. */
export function deviations(names: readonly string[]): Shown[] {
  return together(names).map((p, at): Shown => p.kind === "sd" ? { ...p, at } : p);
}

/** Standard deviations of all coefficients, each a function of several entries of θ. */
export function together(names: readonly string[]): Shown[] {
  return names.map((name, of): Shown => ({ kind: "sd", name: `sd__${name}`, label: name, of }));
}

/** Correlations of all pairs of coefficients. */
export function correlations(names: readonly string[]): Shown[] {
  return names.flatMap((first, i) =>
    names.slice(i + 1).map((second, j): Shown => ({
      kind: "cor",
      name: `cor__${first}.${second}`,
      label: `${first}, ${second}`,
      of: [i, i + 1 + j],
    }))
  );
}
