/**
 * Makes a notebook of one's own: `deno task new NAME` copies the template to NAME.ipynb, in the folder where it is called, with an
 * import that works from there. It runs from an address, too, and then imports the module from there.
 */
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { readBytes } from "../../lib/runtime.ts";

/** The part of a notebook that is changed. */
interface Notebook {
  readonly cells: { cell_type: string; source: string[]; outputs?: unknown[]; execution_count?: null }[];
}

/** The template with its title, and an import of the module from `specifier`; without outputs. */
export async function template(title: string, specifier: string): Promise<string> {
  const bytes = await readBytes(new URL("../../notebooks/00_template.ipynb", import.meta.url));
  const notebook: Notebook = JSON.parse(new TextDecoder().decode(bytes));
  for (const cell of notebook.cells) {
    cell.source = cell.source.map((line) =>
      line.replace('"../mod.ts"', JSON.stringify(specifier)).replace(/^# My analysis/, `# ${title}`)
    );
    if (cell.cell_type === "code") Object.assign(cell, { outputs: [], execution_count: null });
  }
  return JSON.stringify(notebook, null, 1) + "\n";
}

/** Writes NAME.ipynb; never over a file that is there. */
async function main(name: string | undefined) {
  if (!name) throw new RangeError("Cannot make a notebook without a name: deno task new NAME");
  const folder = Deno.env.get("INIT_CWD") ?? Deno.cwd();
  const file = resolve(folder, name.endsWith(".ipynb") ? name : `${name}.ipynb`);
  const title = basename(file, ".ipynb").replaceAll("_", " ");
  const text = await template(title, new URL("../../mod.ts", import.meta.url).href);
  try {
    await Deno.writeTextFile(file, text, { createNew: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    throw new RangeError(`Cannot make ${file}: there is such a file already, choose another name`);
  }
  console.log(`${pathToFileURL(file).href}\nopen it with: jupyter notebook ${JSON.stringify(file)}`);
}

if (import.meta.main) {
  await main(Deno.args[0]).catch((error: Error) => {
    console.error(error.message);
    Deno.exit(1);
  });
}
