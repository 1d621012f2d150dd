import * as structures from "../lib/model/structures/mod.ts";
import assert from "node:assert/strict";
import * as all from "../mod.ts";

const text = await Deno.readTextFile(new URL("../README.md", import.meta.url));

/** Runs the code of an example, which may print; returns what it declares by name, and what it printed. */
async function run(code: string, ...names: string[]) {
  const { href } = new URL("../mod.ts", import.meta.url), printed: string[] = [], log = console.log;
  const module = `${code.replace("./mod.ts", href)}\nexport { ${names.join(", ")} };`;
  console.log = (line: string) => printed.push(line);
  try {
    const values = await import(`data:text/typescript,${encodeURIComponent(module)}`);
    return { values, printed: printed.join("\n") };
  } finally {
    console.log = log;
  }
}

const [opening, tour, family, structure, contrast, figure, source] = [...text.matchAll(/```ts\n([^]*?)```/g)]
  .map((
    match,
  ) => match[1]);

Deno.test("README: everything in the table of what there is exists", () => {
  const table = text.slice(
    text.indexOf("## What there is"),
    text.indexOf("Gaussian models are fitted by REML"),
  );
  const names = [...table.matchAll(/`(\w+)[`(]/g)].map((match) => match[1]);
  assert.ok(names.length > 40, `${names.length} names`);
  assert.deepEqual(names.filter((name) => !(name in all) && !(name in structures)), []);
});

Deno.test("README: files that it names exist, and all notebooks are named", async () => {
  const links = [...text.matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1]).filter((link) =>
    !link.startsWith("http")
  );
  const folders = [...text.matchAll(/`(lib\/[\w/]+)`/g)].map((match) => match[1]);
  for (const path of [...links, ...folders]) await Deno.stat(new URL(`../${path}`, import.meta.url));
  assert.ok(links.length >= 5 && folders.length >= 6);
  for await (const { name } of Deno.readDir(new URL("../notebooks", import.meta.url))) {
    if (name.endsWith(".ipynb")) assert.ok(links.includes(`notebooks/${name}`), name);
  }
});

Deno.test("README: its tasks exist", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("../deno.json", import.meta.url)));
  const named = [...text.matchAll(/deno(?:@[\d.]+)? task (\w+)/g)].map((match) => match[1]);
  assert.deepEqual(named.filter((name) => !(name in tasks)), []);
  assert.ok(new Set(named).size >= 6);
});

Deno.test("README: the picture is what the example draws", async () => {
  const { picture } = (await run(opening, "picture")).values;
  // An image has no page whose colours it could take: black on white.
  const svg =
    picture.outerHTML.replace("background:none", "background:#fff;color:#000").replaceAll("><", ">\n<") +
    "\n";
  const file = new URL("./figures/readme.svg", import.meta.url);
  if (Deno.env.get("UPDATE")) await Deno.writeTextFile(file, svg);
  assert.ok(svg === await Deno.readTextFile(file), "differs: UPDATE=1 deno task test stores the new one");
});

Deno.test("README: the tour runs", async () => {
  const { printed } = await run(tour);
  assert.match(printed, /Conditional model:[^]*We fitted a beta mixed model/);
});

const guides = [
  ["family", family, "truncated_geometric"],
  ["structure", structure, "exchangeable"],
  ["contrast", contrast, "williams"],
  ["figure", figure, "lollipop"],
  ["source", source, "csv_in_pieces"],
];
for (const [what, example, name] of guides) {
  Deno.test(`README: the ${what} is the one that is tested`, async () => {
    const file = await Deno.readTextFile(new URL(`./extensions/${name}.ts`, import.meta.url));
    const plain = (code: string) => code.replace(/\s+/g, " ").replace(/, \}/g, " }"); // a longer path breaks lines elsewhere
    assert.equal(
      plain(example),
      plain(file.replace("../../mod.ts", "./mod.ts")),
      `copy tests/extensions/${name}.ts into the README`,
    );
  });
}

Deno.test("README: the family runs", async () => {
  const { values } = await run(`${family}\nconst made = truncatedGeometric();`, "made");
  assert.equal(values.made.mean([0]), 2);
});

Deno.test("README: the contrast and the figure run", async () => {
  const { williams } = (await run(contrast)).values, { lollipop } = (await run(figure)).values;
  const [last] = williams.combinations(["a", "b", "c"], { minus: " - ", values: null }).slice(-1);
  assert.deepEqual(last, { name: "avg(b, c) - a", index: [0, 1, 2], coefficient: [-1, 0.5, 0.5] });
  const table = { contrast: ["b - a"], estimate: [2] };
  assert.match(all.withFigure(all.pl.DataFrame(table), lollipop).plot().outerHTML, /<circle/);
});
