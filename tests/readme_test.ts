import assert from "node:assert/strict";
import * as all from "../mod.ts";

const text = await Deno.readTextFile(new URL("../README.md", import.meta.url));

Deno.test("README: everything in the table of what there is exists", () => {
  const table = text.slice(
    text.indexOf("## What there is"),
    text.indexOf("Gaussian models are fitted by REML"),
  );
  const names = [...table.matchAll(/`(\w+)[`(]/g)].map((match) => match[1]);
  assert.ok(names.length > 40, `${names.length} names`);
  assert.deepEqual(names.filter((name) => !(name in all)), []);
});

Deno.test("README: files that it names exist", async () => {
  const links = [...text.matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1]).filter((link) =>
    !link.startsWith("http")
  );
  const folders = [...text.matchAll(/`(lib\/[\w/]+)`/g)].map((match) => match[1]);
  for (const path of [...links, ...folders]) await Deno.stat(new URL(`../${path}`, import.meta.url));
  assert.ok(links.length >= 5 && folders.length >= 6);
});

Deno.test("README: the example runs", async () => {
  const code = text.match(/```ts\n([^]*?)```/)![1], { href } = new URL("../mod.ts", import.meta.url);
  const log = console.log, printed: string[] = [];
  console.log = (line: string) => printed.push(line);
  try {
    await import(`data:text/typescript,${encodeURIComponent(code.replace("./mod.ts", href))}`);
  } finally {
    console.log = log;
  }
  assert.match(printed.join("\n"), /REML criterion/);
});
