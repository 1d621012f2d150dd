/** From what a caller gives as a link to a {@link Link} that suits a family. */
import { describe } from "../../check.ts";
import type { Link, Scale } from "./link.ts";
import * as links from "./mod.ts";
import { powerLink } from "./power.ts";

/**
 * Name of a link of this folder.
 *
 * @category Extend
 */
export type LinkName = keyof typeof links | `power(${number})`;

/** Can this link be used for means on this scale? */
export function suits(link: Link, scale: Scale): boolean {
  try {
    link.onto(scale);
    return true;
  } catch {
    return false;
  }
}

/** Is it one of this folder, which its name makes again? */
export function isBuiltIn(link: Link): boolean {
  return Object.values<Link>(links).includes(link) || powerNamed(link.name) === link;
}

function isLink(value: unknown): value is Link {
  return typeof value === "object" && value !== null && "onto" in value && "name" in value;
}

/** The link that "power(0.5)" names. */
function powerNamed(name: string): Link | undefined {
  const [, exponent = ""] = /^power\(([^()]+)\)$/.exec(name) ?? [];
  return exponent.trim() !== "" && Number.isFinite(Number(exponent))
    ? powerLink(Number(exponent))
    : undefined;
}

/**
 * The link object for a name or an object.
 * @param family name, for the message
 * @throws RangeError naming the links that are possible when this one is unknown or does not suit the scale
 * @category Extend
 */
export function resolveLink(link: LinkName | Link, family: string, scale: Scale): Link {
  const known: Readonly<Record<string, Link>> = links;
  const found = typeof link === "string"
    ? (Object.hasOwn(known, link) ? known[link] : powerNamed(link))
    : isLink(link)
    ? link
    : undefined;
  if (found !== undefined && suits(found, scale)) return found;
  const possible = Object.values(known).filter((one) => suits(one, scale)).map((one) => `"${one.name}"`);
  const name = typeof link === "string" || isLink(link)
    ? `"${typeof link === "string" ? link : link.name}"`
    : describe(link);
  throw new RangeError(
    `Cannot use link ${name} with family "${family}": it should be one of ${possible.join(", ")}${
      scale === "logit" ? "" : ', "power(λ)" with a number λ'
    }, or a Link object ` +
      `whose onto("${scale}") is defined`,
  );
}
