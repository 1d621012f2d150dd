/** Are all links of a site to files and anchors that are there? */
import { dirname, join, normalize } from "node:path";

/** The links that lead nowhere: "page.html: other.html#anchor". */
export async function brokenLinks(folder: string): Promise<string[]> {
  const pages = new Map<string, string>(), files = new Set<string>();
  for (const path of await filesIn(folder)) {
    files.add(path);
    if (path.endsWith(".html")) pages.set(path, await Deno.readTextFile(join(folder, path)));
  }
  const anchors = new Map<string, Set<string>>();
  const anchorsOf = (page: string) => {
    let found = anchors.get(page);
    if (!found) {
      found = new Set([...pages.get(page)!.matchAll(/\b(?:id|name)="([^"]+)"/g)].map(([, id]) => id));
      anchors.set(page, found);
    }
    return found;
  };
  return [...pages].flatMap(([page, text]) =>
    addressesIn(text).flatMap((address) => {
      const [path, hash] = address.split("#");
      const target = path === ""
        ? page
        : normalize(join(dirname(page), decodeURIComponent(path.split("?")[0])));
      const file = target.endsWith("/") || target === "." ? join(target, "index.html") : target;
      const there = files.has(file) &&
        (!hash || !pages.has(file) || anchorsOf(file).has(decodeURIComponent(hash)));
      return there ? [] : [`${page}: ${address}`];
    })
  );
}

/** An attribute's text. */
const decoded = (text: string): string =>
  text.replace(/&#x([\da-f]+);/gi, (_, code) => String.fromCodePoint(parseInt(code, 16))).replaceAll(
    "&quot;",
    '"',
  ).replaceAll(
    "&amp;",
    "&",
  );

/** Addresses within the site. */
function addressesIn(html: string): string[] {
  const own = html.replace(/<svg[\s\S]*?<\/svg>|<pre[\s\S]*?<\/pre>|<script[\s\S]*?<\/script>/g, "");
  return [
    ...new Set(
      [...own.matchAll(/\b(?:href|src)="([^"]+)"/g)].map(([, address]) => decoded(address)),
    ),
  ]
    .filter((address) => !/^(https?:|data:|mailto:|#$)/.test(address));
}

async function filesIn(folder: string, under = ""): Promise<string[]> {
  const out: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(folder, under))) {
    const path = join(under, name);
    if (isDirectory) out.push(...await filesIn(folder, path));
    else out.push(path);
  }
  return out;
}
