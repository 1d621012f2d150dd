/** The tarball in an empty Node project: installs, fits in threads, draws, reads, has types, and exact versions. */
import { delimiter as DELIMITER } from "node:path";
import { fileURLToPath } from "node:url";
import { pack } from "./pack.ts";
import type { Check } from "../notebooks/web_page.ts";

/** Node that the package is tried with, and the compiler that reads its types. */
const TOOLS = ["node@22", "typescript@5.9.3", "@types/node@22"];

/** Runs a command in a folder; its output, or what it complained of. */
async function run(cwd: string, command: string, args: string[]): Promise<{ ok: boolean; text: string }> {
  // the folder's own node goes first: npm leaves packages out whose `engines` the node that runs it does not meet
  const env = { PATH: `${cwd}/node_modules/.bin${DELIMITER}${Deno.env.get("PATH")}` };
  const { success, stdout, stderr } = await new Deno.Command(command, { args, cwd, env }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { ok: success, text: success ? decode(stdout) : decode(stdout) + decode(stderr) };
}

/** Tries it all; the checks in order. */
export async function checkNode(): Promise<Check[]> {
  const tarball = await pack(), folder = await Deno.makeTempDir();
  const copy = (name: string) =>
    Deno.copyFile(fileURLToPath(new URL(name, import.meta.url)), `${folder}/${name}`);
  try {
    await Deno.writeTextFile(`${folder}/package.json`, '{ "type": "module" }');
    await copy("figure.mjs");
    await copy("types.ts");
    const tools = await run(folder, "npm", ["install", "--no-audit", "--no-fund", ...TOOLS]);
    const install = tools.ok
      ? await run(folder, "npm", ["install", "--no-audit", "--no-fund", tarball])
      : tools;
    const first = await run(folder, "npx", ["node", "figure.mjs"]);
    await Deno.remove(`${folder}/figure.svg`).catch(() => {});
    const readme = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
    await Deno.writeTextFile(`${folder}/readme.mjs`, readme.match(/```js\n([^]*?)```/)![1]);
    const shown = await run(folder, "npx", ["node", "readme.mjs"]);
    const drawn = await Deno.readTextFile(`${folder}/figure.svg`).catch(() => "");
    const options = "--noEmit --strict --skipLibCheck --target es2022 --module nodenext --types node types.ts"
      .split(" ");
    const types = await run(folder, "npx", ["tsc", ...options]);
    const { dependencies, engines } = JSON.parse(
      await Deno.readTextFile(`${folder}/node_modules/@tidyglmm/tidyglmm/package.json`),
    );
    const inexact = Object.entries(dependencies).filter(([, version]) =>
      !/^\d+\.\d+\.\d+$/.test(String(version))
    );
    return [
      { name: "Node: the tarball installs in an empty project", problems: install.ok ? [] : [install.text] },
      { name: "Node: a model in a thread, a bootstrap, a file, a figure", problems: wrong(first) },
      {
        name: "Node: the README's example draws a figure",
        problems: shown.ok && /^<svg [^]*<\/svg>$/.test(drawn) ? [] : [shown.text],
      },
      {
        name: "Node: types are there and refuse what does not exist",
        problems: types.ok ? [] : [types.text],
      },
      {
        name: "Node: versions are exact, the oldest Node is named",
        problems: [...inexact.map(String), ...(engines ? [] : ["no engines"])],
      },
    ];
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What is not as expected in what figure.mjs prints. */
function wrong({ ok, text }: { ok: boolean; text: string }): string[] {
  if (!ok) return [text];
  const { logLik, draws, rows, own, figure, summary } = JSON.parse(text);
  const right = Math.abs(logLik + 871.814136) < 1e-5 && draws === 20 && rows === 18 * 5 && own === 2 &&
    figure > 10_000 && summary;
  return right ? [] : [text];
}
