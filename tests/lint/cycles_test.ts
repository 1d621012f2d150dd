import assert from "node:assert/strict";

/** Files of lib/ with what they import or re-export, types included: whoever reads one file should not need the other first. */
function importGraph(): Map<string, string[]> {
  const graph = new Map<string, string[]>();
  const root = new URL("../../", import.meta.url);
  const visit = (folder: URL) => {
    for (const entry of Deno.readDirSync(folder)) {
      const url = new URL(entry.name + (entry.isDirectory ? "/" : ""), folder);
      if (entry.isDirectory) visit(url);
      else if (entry.name.endsWith(".ts")) graph.set(url.href.slice(root.href.length), imports(url, root));
    }
  };
  visit(new URL("lib/", root));
  return graph;
}

function imports(url: URL, root: URL): string[] {
  const text = Deno.readTextFileSync(url).replace(/\/\*[\s\S]*?\*\//g, "");
  const statements = text.matchAll(/^\s*(?:import|export)\s+(?:[^;"']*?\s*from\s*)?["'](\.[^"']+)["']/gm);
  return [...statements].map(([, path]) => new URL(path, url).href.slice(root.href.length));
}

Deno.test("no file of lib/ imports itself, not even by a detour", () => {
  const graph = importGraph();
  assert.ok(graph.size > 10);
  const done = new Set<string>();
  const visit = (file: string, path: string[]) => {
    assert.ok(
      !path.includes(file),
      `a circle of imports: ${[...path.slice(path.indexOf(file)), file].join(" → ")}`,
    );
    if (done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
});
