import assert from "node:assert/strict";

/** Source files of a folder with their text, without comments. */
function sources(folder: URL): Map<string, string> {
  const out = new Map<string, string>();
  const visit = (at: URL) => {
    for (const entry of Deno.readDirSync(at)) {
      const url = new URL(entry.name + (entry.isDirectory ? "/" : ""), at);
      if (entry.isDirectory) visit(url);
      else if (entry.name.endsWith(".ts")) {
        out.set(url.href, Deno.readTextFileSync(url).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, ""));
      }
    }
  };
  visit(folder);
  return out;
}

Deno.test("every function, class and constant that a file of lib/ exports is used by another file", () => {
  const root = new URL("../../", import.meta.url), lib = sources(new URL("lib/", root));
  const all = new Map([...lib, ...sources(new URL("tests/", root)), [
    "mod.ts",
    Deno.readTextFileSync(new URL("mod.ts", root)),
  ]]);
  const users = new Map<string, number>();
  for (const text of all.values()) {
    for (const word of new Set(text.match(/\w+/g) ?? [])) users.set(word, (users.get(word) ?? 0) + 1);
  }
  const dead: string[] = [];
  for (const [file, text] of lib) {
    if (file.endsWith("/mod.ts")) continue; // registries export all that they have
    for (const [, name] of text.matchAll(/^export (?:async )?(?:function|class|const)\s+(\w+)/gm)) {
      if (users.get(name)! < 2) dead.push(`${file.slice(root.href.length)} ${name}`);
    }
  }
  assert.deepEqual(dead, []);
});
