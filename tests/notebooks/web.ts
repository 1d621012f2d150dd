/**
 * Opens the quick start in the real web interface of Jupyter with a browser, runs all its cells there, and looks whether a
 * reader sees what is meant: every figure visible and whole, no text cut off, no errors. What Jupyter saves is then opened as another
 * reader would find it: untrusted (figures are images) and trusted (figures tell rows). The last line is "N passed, N failed".
 */
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { sign } from "./python.ts";
import { type Check, lookAtImages, lookAtOutputs, type Seen } from "./web_page.ts";

const NOTEBOOK = "01_quick_start.ipynb";
const FOLDER = fileURLToPath(new URL("../../notebooks", import.meta.url));
const INSTALL = "on Debian: apt install jupyter-notebook chromium";
const BROWSER = Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium";
/** Milliseconds for the server and the page to come up, and for all cells to run. */
const START = 30_000, RUN = 60_000;

/** Gives up; what was started is ended on the way out. */
function give(up: string): never {
  throw new Error(up);
}

interface Server {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Jupyter on a free port of this machine alone, with settings and signatures of its own, for a folder of notebooks. */
async function startJupyter(notebooks: string): Promise<Server & { readonly env: Record<string, string> }> {
  const folder = await Deno.makeTempDir(), port = freePort();
  await writeKernel(`${folder}/data/kernels/deno`);
  const env = {
    JUPYTER_PATH: `${folder}/data`,
    JUPYTER_DATA_DIR: `${folder}/data`,
    JUPYTER_CONFIG_DIR: `${folder}/config`,
    JUPYTER_RUNTIME_DIR: `${folder}/runtime`,
  };
  const args = [
    "notebook",
    "--no-browser",
    "--allow-root",
    "--ip=127.0.0.1",
    `--port=${port}`,
    "--port-retries=0",
    "--NotebookApp.token=",
    "--NotebookApp.password=",
    `--notebook-dir=${notebooks}`,
    `--MappingKernelManager.root_dir=${FOLDER}`, // "../mod.ts" is beside the real notebooks
  ];
  const child = spawn("jupyter", args, env);
  const close = async () => {
    child.kill("SIGTERM");
    await child.status;
    await Deno.remove(folder, { recursive: true });
  };
  const url = `http://127.0.0.1:${port}`;
  for (const end = Date.now() + START; Date.now() < end;) {
    const up = await fetch(`${url}/api`).then(async (r) => (await r.body?.cancel(), r.ok), () => false);
    if (up) return { url, close, env };
    await new Promise((done) => setTimeout(done, 200));
  }
  await close();
  return give(`Jupyter did not answer within ${START / 1000} s; ${INSTALL}`);
}

function spawn(command: string, args: string[], env: Record<string, string>): Deno.ChildProcess {
  try {
    return new Deno.Command(command, { args, env, stdin: "null", stdout: "null", stderr: "null" }).spawn();
  } catch {
    return give(`Jupyter is not installed; ${INSTALL}`);
  }
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return (listener.addr as Deno.NetAddr).port;
}

async function writeKernel(folder: string) {
  const argv = [Deno.execPath(), "jupyter", "--kernel", "--conn", "{connection_file}"];
  await Deno.mkdir(folder, { recursive: true });
  const kernel = { argv, display_name: "Deno", language: "typescript", env: { NO_COLOR: "1" } };
  await Deno.writeTextFile(`${folder}/kernel.json`, JSON.stringify(kernel));
}

async function withoutOutputs() {
  const notebook = JSON.parse(await Deno.readTextFile(`${FOLDER}/${NOTEBOOK}`));
  for (const cell of notebook.cells) {
    if (cell.cell_type === "code") Object.assign(cell, { outputs: [], execution_count: null });
  }
  return notebook;
}

async function startBrowser(): Promise<Browser> {
  const args = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];
  args.push("--disable-component-update", "--disable-sync", "--disable-quic");
  try {
    return await chromium.launch({ executablePath: BROWSER, args, timeout: START });
  } catch (error) {
    return give(`${BROWSER} does not start; ${INSTALL} (${String(error).split("\n")[0]})`);
  }
}

/** What Jupyter itself logs and is not ours: its 404 for the extension of widgets that is not installed. */
const NOT_OURS = /nbextensions|jupyter-js-widgets|favicon/;

/** Collects the page's errors from now on. */
function errorsOf(page: Page): string[] {
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    const text = `${message.text()} ${message.location().url}`;
    if (message.type() === "error" && !NOT_OURS.test(text)) errors.push(text);
  });
  return errors;
}

/** Runs all cells as the menu does, and waits until the last one has ended. */
async function runAll(page: Page) {
  await page.waitForFunction(
    "globalThis.Jupyter?.notebook?.kernel?.is_connected() && Jupyter.notebook._fully_loaded",
    undefined,
    { timeout: START },
  );
  await page.evaluate("Jupyter.notebook.set_autosave_interval(0); Jupyter.notebook.execute_all_cells()");
  await page.waitForFunction(
    "Jupyter.notebook.get_cells().every((c) => c.cell_type !== 'code' || typeof c.input_prompt_number === 'number')",
    undefined,
    { timeout: RUN, polling: 200 },
  );
  await page.waitForTimeout(1000); // the kernel may send the last outputs after it says that it is idle
  for (let times = 0; times < 2; times++) await runLost(page);
}

/**
 * Runs cells again, as a reader would, that should have an output and have none: this Jupyter no longer takes outputs that the kernel
 * sends after it says that it is idle, which happens now and then on a busy machine.
 */
async function runLost(page: Page) {
  const stored = JSON.parse(await Deno.readTextFile(`${FOLDER}/${NOTEBOOK}`));
  const withOutput: number[] = stored.cells.flatMap((cell: { outputs?: unknown[] }, k: number) =>
    cell.outputs?.length ? [k] : []
  );
  const again = await page.evaluate(
    `${JSON.stringify(withOutput)}.map((k) => Jupyter.notebook.get_cell(k))
      .filter((cell) => cell.output_area.outputs.length === 0).map((cell) => cell.execute()).length`,
  );
  if (again === 0) return;
  console.log(`     ${again} of ${withOutput.length} outputs came too late: their cells are run again`);
  await page.waitForTimeout(3000);
}

/** Cells with outputs, and figures, of the stored notebook: each has one image. */
async function expected(): Promise<Seen> {
  const { cells } = JSON.parse(await Deno.readTextFile(`${FOLDER}/${NOTEBOOK}`));
  const outputs: unknown[][] = cells.map((cell: { outputs?: unknown[] }) => cell.outputs ?? []);
  return {
    cells: outputs.filter((list: unknown[]) => list.length > 0).length,
    figures: JSON.stringify(outputs).match(/<img /g)?.length ?? 0,
  };
}

/** Runs the notebook without outputs, and has Jupyter save it. */
async function runAndSave(browser: Browser, notebooks: string): Promise<Check[]> {
  const server = await startJupyter(notebooks);
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } }), errors = errorsOf(page);
    await page.goto(`${server.url}/notebooks/${NOTEBOOK}`, { timeout: START });
    await runAll(page);
    const seen = await lookAtOutputs(page, await expected());
    await page.evaluate("Jupyter.notebook.save_notebook()");
    await page.close();
    return [...seen, { name: "no errors in the console", problems: errors }];
  } finally {
    await server.close();
  }
}

/** Opens what was saved with a Jupyter that has not seen it, as it is and once it is signed. */
async function openSaved(browser: Browser, notebooks: string): Promise<Check[]> {
  const server = await startJupyter(notebooks), checks: Check[] = [];
  try {
    for (const trusted of [false, true]) {
      if (trusted) await sign([`${notebooks}/${NOTEBOOK}`], server.env);
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      await page.goto(`${server.url}/notebooks/${NOTEBOOK}`, { timeout: START });
      await page.waitForFunction("globalThis.Jupyter?.notebook?._fully_loaded", undefined, {
        timeout: START,
      });
      await page.waitForTimeout(500);
      checks.push(...await lookAtImages(page, trusted, (await expected()).figures));
      await page.close();
    }
    return checks;
  } finally {
    await server.close();
  }
}

async function main(): Promise<Check[]> {
  const notebooks = await Deno.makeTempDir(), browser = await startBrowser();
  await Deno.writeTextFile(`${notebooks}/${NOTEBOOK}`, JSON.stringify(await withoutOutputs()));
  try {
    return [...await runAndSave(browser, notebooks), ...await openSaved(browser, notebooks)];
  } finally {
    await browser.close();
    await Deno.remove(notebooks, { recursive: true });
  }
}

const checks = await main().catch((error: Error) => {
  console.error(`Cannot look at the notebook in a browser: ${error.message.split("\n")[0]}`);
  Deno.exit(1);
});
for (const { name, problems } of checks) {
  console.log(`${problems.length ? "FAIL" : "ok  "} ${name}`);
  for (const problem of problems) console.log(`     ${problem}`);
}
const failed = checks.filter(({ problems }) => problems.length > 0).length;
console.log(`web: ${checks.length - failed} passed, ${failed} failed`);
Deno.exit(failed ? 1 : 0);
