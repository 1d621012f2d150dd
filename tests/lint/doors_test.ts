/** Packages are imported by address and version, so that the module works from any folder: the versions are those of deno.json. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { DOCX } from "../../lib/display/docx.ts";
import { PDFKIT, SVG_TO_PDFKIT } from "../../lib/display/pdf.ts";
import { RESVG } from "../../lib/display/png.ts";
import { DOORS } from "./layers.ts";

const root = new URL("../../", import.meta.url);
const { imports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
const ADDRESSES = Object.keys(DOORS).map((name) => imports[name]);

/** Packages that are fetched when they are first needed, not with the module. */
const LATER = [RESVG, DOCX, PDFKIT, SVG_TO_PDFKIT];

/** What a file imports that is no file, with types and dynamic imports. */
function packagesIn(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "");
  return [...code.matchAll(/(?:[\w}*]\s+from\s+|\bimport\(\s*|^import\s+)"([^."\n][^"\n]*)"/gm)].map((
    match,
  ) => match[1]);
}

async function* filesOf(folder: URL): AsyncGenerator<URL> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) yield* filesOf(new URL(`${name}/`, folder));
    else if (name.endsWith(".ts")) yield new URL(name, folder);
  }
}

Deno.test("every package of lib/ is imported by the address and version that deno.json has", async () => {
  const found = new Set<string>();
  for await (const file of filesOf(new URL("lib/", root))) {
    for (const name of packagesIn(await Deno.readTextFile(file))) {
      if (name.startsWith("node:")) continue;
      assert.ok(
        ADDRESSES.includes(name),
        `${file.pathname.split("/lib/")[1]}: "${name}", known: ${ADDRESSES}`,
      );
      found.add(name);
    }
  }
  for (const package_ of LATER) {
    assert.ok(
      Object.values(imports).includes(`npm:${package_}`),
      `${package_} is fetched when it is first needed`,
    );
  }
  const unused = ADDRESSES.filter((address) => !found.has(address) && !LATER.includes(address.slice(4)));
  assert.deepEqual(unused, [], "a package that is declared has a use");
});

Deno.test("versions are exact", () => {
  for (const [name, address] of Object.entries(imports)) {
    assert.match(String(address), new RegExp(`^npm:${name}@\\d+\\.\\d+\\.\\d+$`), name);
  }
});

Deno.test("importing the module fetches the packages of the doors, and no heavy one", async () => {
  const args = ["info", "--json", fileURLToPath(new URL("mod.ts", root))];
  const { stdout } = await new Deno.Command(Deno.execPath(), { args }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout));
  const npm = modules.map((module: { specifier: string }) => module.specifier).filter((specifier: string) =>
    specifier.startsWith("npm:")
  ).map((specifier: string) => specifier.replace(/^npm:\//, "npm:"));
  assert.deepEqual(npm.filter((specifier: string) => !ADDRESSES.includes(specifier)), []);
});

/** What a module loads that is no file, types left out. */
async function packagesOf(path: string): Promise<string[]> {
  const args = ["info", "--json", fileURLToPath(new URL(path, root))];
  const { stdout } = await new Deno.Command(Deno.execPath(), { args }).output();
  const { roots, modules } = JSON.parse(new TextDecoder().decode(stdout));
  const seen = new Set<string>(roots);
  for (const name of seen) {
    const { dependencies = [] } = modules.find(({ specifier }: { specifier: string }) =>
      specifier === name
    ) ?? {};
    for (const { code } of dependencies) if (code) seen.add(code.specifier);
  }
  return [...seen].filter((name) => !name.startsWith("file:")).sort();
}

Deno.test("threads that help a search begin without what they do not need", async () => {
  assert.deepEqual(await packagesOf("lib/math/tile_worker.ts"), ["node:worker_threads"]);
  assert.deepEqual(
    await packagesOf("lib/model/objective/row_worker.ts"),
    ["node:worker_threads", imports["lib-r-math.js"], imports["ml-matrix"]],
    "quantiles of families, and nodes of COM-Poisson sums",
  );
});

Deno.test("a dry run of publishing has nothing to remark", async () => {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["publish", "--dry-run", "--allow-dirty"],
    cwd: fileURLToPath(root),
    env: { NO_COLOR: "1" },
    stdout: "null",
  }).output();
  const said = new TextDecoder().decode(stderr);
  assert.ok(success, said);
  assert.doesNotMatch(said, /warning|info:/);
});

Deno.test("a package is seen however it is imported", () => {
  assert.deepEqual(
    packagesIn(
      `import "a";\nimport b from "npm:b@1.0.0";\ntype C = typeof import("c");\nexport * from "./d.ts";`,
    ),
    ["a", "npm:b@1.0.0", "c"],
  );
});
