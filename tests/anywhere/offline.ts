/** Without network, in class: what the README says to fetch beforehand is all that a notebook needs in a folder of its own. */
import { fileURLToPath } from "node:url";
import type { Check } from "../notebooks/web_page.ts";

const ROOT = new URL("../../", import.meta.url);

const address = (path: string) => JSON.stringify(new URL(path, ROOT).href);

/** What a notebook does: a model, a figure, and its pixels for exports. */
const NOTEBOOK = `import { augment, dataset, fit } from ${address("mod.ts")};
import { pngOf } from ${address("lib/display/png.ts")};
const figure = augment(fit("Reaction ~ Days + (1 | Subject)", await dataset("sleepstudy"))).plot();
console.log((await pngOf(figure.outerHTML))?.slice(0, 11));
`;

/** Fetches as the README says, into a cache of its own, and runs without network. */
export async function checkOffline(): Promise<Check[]> {
  const readme = await Deno.readTextFile(new URL("README.md", ROOT));
  const told = readme.match(/`deno (cache [^`]*)`/)![1].replace("PATH/", fileURLToPath(ROOT)).split(" ");
  const folder = await Deno.makeTempDir(), env = { DENO_DIR: `${folder}/cache`, NO_COLOR: "1" };
  const run = async (...args: string[]) => {
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, env, cwd: folder })
      .output();
    return { success, text: new TextDecoder().decode(stdout), complaint: new TextDecoder().decode(stderr) };
  };
  try {
    await Deno.writeTextFile(`${folder}/own.ts`, NOTEBOOK);
    const fetched = await run(...told);
    const { success, text, complaint } = await run("run", "-A", "--cached-only", "own.ts");
    const whole = success && text === "iVBORw0KGgo\n";
    return [
      {
        name: "offline: what the README says to fetch can be fetched",
        problems: fetched.success ? [] : [fetched.complaint],
      },
      { name: "offline: a model and a figure in all its forms", problems: whole ? [] : [text + complaint] },
    ];
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
