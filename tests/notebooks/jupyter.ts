/**
 * Notebooks from the command line: `execute` runs them all in the real Deno kernel and compares the outputs (arguments
 * go to execute.py), `open` starts Jupyter with the kernel installed.
 */
import { fileURLToPath } from "node:url";
import { pythonWith, runs, sign } from "./python.ts";

const INSTALL =
  "on Debian: apt install jupyter-notebook python3-nbclient; elsewhere: pip install notebook nbclient";

/** Runs a command with the terminal's input and output, and ends with its status. */
async function become(command: string, args: string[], options: Deno.CommandOptions = {}): Promise<never> {
  const child = new Deno.Command(command, { args, stdin: "inherit", ...options }).spawn();
  Deno.exit((await child.status).code);
}

async function execute(args: string[]): Promise<never> {
  const script = fileURLToPath(new URL("./execute.py", import.meta.url));
  const python = await pythonWith("nbclient", "nbformat");
  if (python) return become(python, [script, "--deno", Deno.execPath(), ...args]);
  console.error(`Cannot execute notebooks: Python's nbclient is missing; ${INSTALL}`);
  Deno.exit(1);
}

async function open(args: string[]): Promise<never> {
  if (!await runs("jupyter", ["--version"])) {
    console.error(`Cannot open notebooks: Jupyter is not installed; ${INSTALL}`);
    Deno.exit(1);
  }
  const folder = await Deno.makeTempDir(), cwd = fileURLToPath(new URL("../../notebooks", import.meta.url));
  await Deno.mkdir(`${folder}/kernels/deno`, { recursive: true });
  const argv = [Deno.execPath(), "jupyter", "--kernel", "--conn", "{connection_file}"];
  const kernel = { argv, display_name: "Deno", language: "typescript" };
  await Deno.writeTextFile(`${folder}/kernels/deno/kernel.json`, JSON.stringify(kernel));
  // Signed, so that Jupyter shows figures that tell their rows: what comes from a clone is not trusted by itself.
  const notebooks = [...Deno.readDirSync(cwd)].filter(({ name }) => name.endsWith(".ipynb"));
  await sign(notebooks.map(({ name }) => `${cwd}/${name}`));
  const lab = await runs("jupyter", ["lab", "--version"]);
  return become("jupyter", [lab ? "lab" : "notebook", ...args], { cwd, env: { JUPYTER_PATH: folder } });
}

const [verb, ...rest] = Deno.args;
if (verb === "open") await open(rest);
else if (verb === "execute") await execute(rest);
else console.error("usage: jupyter.ts open|execute [arguments]");
