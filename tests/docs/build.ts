/**
 * The documentation site: `deno task docs` writes it to `.docs/`, static and self-contained. The pages of tasks are Markdown whose
 * code is executed while they are made; notebooks are shown with their outputs; guides are sections of the README; the
 * reference is `deno doc`'s.
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { executed } from "./examples.ts";
import { galleryPage } from "./gallery_page.ts";
import { html, type Page, type Section } from "./layout.ts";
import { brokenLinks } from "./links.ts";
import { markdown } from "./markdown.ts";
import { notebookPage } from "./notebooks.ts";
import { referencePage } from "./reference.ts";

const root = fileURLToPath(new URL("../../", import.meta.url)),
  here = fileURLToPath(new URL("./", import.meta.url));

/** Pages of tasks, in their order. */
const TASKS = [
  "data",
  "fit",
  "check",
  "test",
  "means",
  "predict",
  "random_effects",
  "counts",
  "shares",
  "ordinal",
  "own_family",
  "time_and_space",
  "papers",
];
/** Notebooks that teach. */
const NOTEBOOKS = [
  "01_quick_start",
  "02_dragons",
  "03_field_trials",
  "04_blood_pressure",
  "05_counts",
  "06_big_data",
  "07_from_r",
  "08_beyond_the_normal",
  "09_beyond_memory",
  "10_time_and_space",
];

/** Writes the site, and returns the links that lead nowhere. */
export async function buildSite(folder: string): Promise<string[]> {
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  const sections = await allSections(), home = await homePage(sections);
  for (const page of [home, ...sections.flatMap(({ pages }) => pages)]) {
    const file = join(folder, page.path);
    await Deno.mkdir(dirname(file), { recursive: true });
    await Deno.writeTextFile(file, html(page, sections));
  }
  await reference(join(folder, "api"));
  return await brokenLinks(folder);
}

async function allSections(): Promise<Section[]> {
  const readme = await Deno.readTextFile(join(root, "README.md"));
  const guide = (title: string, path: string): Page => ({
    path,
    title,
    body: markdown(
      sectionOf(readme, title).replace(/^#+ /gm, (hashes) => hashes.slice(Math.max(0, hashes.length - 3))),
      readmeLink,
    ),
  });
  return [
    { title: "Tasks", pages: await Promise.all(TASKS.map(taskPage)) },
    { title: "Notebooks", pages: await Promise.all(NOTEBOOKS.map(ofNotebook)) },
    {
      title: "To look up",
      pages: [
        { path: "reference.html", title: "Reference", body: await referencePage() },
        { path: "gallery.html", title: "Gallery", body: await galleryPage() },
        await textPage("from_r", "from-r.html"),
        await textPage("checked", "checked.html"),
      ],
    },
    {
      title: "Extend",
      pages: [
        guide("Adding a family", "extend/family.html"),
        guide("Adding a covariance structure", "extend/structure.html"),
        guide("Adding a contrast", "extend/contrast.html"),
        guide("Adding a figure", "extend/figure.html"),
        guide("Adding a data source", "extend/source.html"),
      ],
    },
  ];
}

async function taskPage(name: string): Promise<Page> {
  const text = await Deno.readTextFile(join(here, "tasks", `${name}.md`));
  return { path: `tasks/${name}.html`, title: titleOf(text), body: await executed(name, text) };
}

async function textPage(name: string, path: string): Promise<Page> {
  const text = await Deno.readTextFile(join(here, `${name}.md`));
  return { path, title: titleOf(text), body: markdown(text) };
}

async function ofNotebook(name: string): Promise<Page> {
  const json = await Deno.readTextFile(join(root, "notebooks", `${name}.ipynb`));
  const links = (address: string) => address.replace(/^(?:\.\/)?([\w-]+)\.ipynb/, "$1.html");
  return { path: `notebooks/${name}.html`, ...notebookPage(json, links) };
}

/** The tour: a page of executed code, and what the sections hold. */
async function homePage(sections: readonly Section[]): Promise<Page> {
  const tour = await executed("tour", await Deno.readTextFile(join(here, "tour.md")));
  const list = sections.map(({ title, pages }) =>
    `<h2>${title}</h2><ul>${
      pages.map(({ path, title }) => `<li><a href="${path}">${title}</a></li>`).join("")
    }</ul>`
  );
  return { path: "index.html", title: "Mixed models for Deno notebooks", body: tour + list.join("") };
}

const titleOf = (text: string): string => text.match(/^# (.+)$/m)![1].replace(/`/g, "");

/** A section of Markdown with its heading, up to the next of its level. */
function sectionOf(text: string, title: string): string {
  const start = text.search(new RegExp(`^#+ ${title}$`, "m")), [hashes] = text.slice(start).match(/^#+/)!;
  const rest = text.slice(start + hashes.length),
    end = rest.search(new RegExp(`^#{1,${hashes.length}} `, "m"));
  return hashes + (end < 0 ? rest : rest.slice(0, end));
}

/** Links of the README: to its own sections, and to files that are not part of the site, by name only. */
function readmeLink(address: string): string {
  return /^(https?:|#)/.test(address) ? address : "../index.html";
}

/** The reference by `deno doc`: a page for every symbol, by category. */
async function reference(folder: string): Promise<void> {
  const args = ["doc", "--html", "--name=tidyglmm", `--output=${folder}`, join(root, "mod.ts")];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(`deno doc fails: ${new TextDecoder().decode(stderr)}`);
  for (const pages of [folder, join(folder, "~")]) {
    for await (const { name } of Deno.readDir(pages)) {
      if (name.endsWith(".html")) await withoutSources(join(pages, name));
    }
  }
}

/** Links to the sources lead to files of the machine that made the page. */
async function withoutSources(file: string): Promise<void> {
  const text = await Deno.readTextFile(file);
  await Deno.writeTextFile(file, text.replace(/ href="file:[^"]*"/g, ""));
}

if (import.meta.main) {
  const folder = Deno.args[0] ?? join(root, ".docs"), broken = await buildSite(folder);
  for (const link of broken) console.error(`Broken link in ${link}`);
  console.log(`${folder}/index.html`);
  Deno.exit(broken.length > 0 ? 1 : 0);
}
