/** Databases are loaded when they are used, and not before: what the module imports, at any depth, holds none of them. */
import assert from "node:assert/strict";

interface Graph {
  readonly modules: readonly { readonly kind: string; readonly specifier: string }[];
}

Deno.test("the module fetches no database", async () => {
  const args = ["info", "--json", new URL("../../../mod.ts", import.meta.url).pathname];
  const { stdout } = await new Deno.Command(Deno.execPath(), { args }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as Graph;
  assert.ok(modules.some(({ specifier }) => specifier.endsWith("/lib/source/engines/duckdb.ts")));
  const packages = modules.filter(({ kind }) => kind === "npm").map(({ specifier }) => specifier);
  assert.ok(packages.some((specifier) => specifier.includes("nodejs-polars@")), packages.join());
  assert.deepEqual(packages.filter((specifier) => /duckdb|postgres|\/pg|sql|arrow/i.test(specifier)), []);
});
