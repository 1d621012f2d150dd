/** From the name that a formula gives to a structure bound to its term. */
import { nearestName } from "../../frame.ts";
import type { GroupPrecision, RandomTerm } from "../../formula/types.ts";
import { byLevel } from "./by_level.ts";
import { cellsOf } from "./cells.ts";
import { withKnown } from "./known.ts";
import { asResidual } from "./residual.ts";
import * as structures from "./mod.ts";
import type { Covariance, Structure, TermShape } from "./structure.ts";

/** The structure that a term names. @throws RangeError for a name that no structure has */
function structureOf(
  { label, structure, own }: Pick<RandomTerm, "label" | "structure" | "own">,
): Structure {
  if (own) return own as Structure;
  if (Object.hasOwn(structures, structure)) return (structures as Record<string, Structure>)[structure];
  const names = Object.keys(structures), near = nearestName(structure, names);
  throw new RangeError(
    `Cannot fit the random term (${label}): covariance structure "${structure}" is unknown, known are ${
      names.map((s) => `"${s}"`).join(", ")
    }${near ? `; did you mean "${near}"?` : ""}`,
  );
}

/** The term's structure, bound to it. */
export function bindTerm(term: RandomTerm, known: GroupPrecision | null): Covariance {
  return bindShape(term, {
    label: term.label,
    names: term.names,
    levels: term.levels,
    positions: term.position?.labels ?? null,
    get cells() {
      return term.position && !term.residual ? cellsOf(term) : undefined;
    },
    by: term.by,
    relation: term.relation,
    arguments: term.structureArguments ?? {},
    known,
    residual: term.residual !== undefined,
    fixed: term.fixed,
  });
}

/** @throws RangeError for an argument that the structure does not take */
function checkArguments({ name, arguments: taken = [] }: Structure, { label, arguments: given }: TermShape) {
  const unknown = Object.keys(given).find((argument) => !taken.includes(argument));
  if (unknown === undefined) return;
  const what = taken.length > 0
    ? `its arguments after the term are ${
      taken.map((a) => a === "1" ? "the name of a matrix" : `${a} = …`).join(", ")
    }`
    : "it takes no arguments after the term";
  throw new RangeError(`Cannot use ${name}(${label}, ${unknown} = ${given[unknown]}): ${what}`);
}

/** A structure bound to what a term says of itself. */
export function bindShape(named: Pick<RandomTerm, "structure" | "own">, shape: TermShape): Covariance {
  const structure = structureOf({ structure: named.structure, own: named.own, label: shape.label });
  checkArguments(structure, shape);
  const covariance = shape.by
    ? byLevel(
      shape.label,
      shape.names,
      shape.by.labels,
      (names) =>
        structure.bind({ ...shape, names, positions: shape.by!.positions, cells: undefined, by: undefined }),
    )
    : structure.bind(shape);
  if (shape.residual) return asResidual(covariance);
  return shape.known ? withKnown(covariance, shape, shape.known) : covariance;
}
