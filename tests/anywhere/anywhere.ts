/**
 * Tries the module where no checkout is: notebooks in an empty folder in the real kernel, by path and by address, the stop button,
 * and the tarball in Node. The last line is "anywhere: N passed, N failed".
 */
import { fileURLToPath } from "node:url";
import type { Check } from "../notebooks/web_page.ts";
import { checkNode } from "./node.ts";
import { checkOffline } from "./offline.ts";
import { template } from "../notebooks/new.ts";

const ROOT = new URL("../../", import.meta.url);
const PYTHON = "/usr/bin/python3";
const TYPES: Record<string, string> = {
  ts: "application/typescript",
  json: "application/json",
  csv: "text/csv",
};

/** The checkout at an address of this machine alone, and never used before: what was fetched from an address is kept for good. */
function serve(): { server: Deno.HttpServer; base: string } {
  const prefix = `/${crypto.randomUUID()}`;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith(`${prefix}/`)) return new Response("not found", { status: 404 });
    const path = pathname.slice(prefix.length);
    try {
      const type = TYPES[path.split(".").at(-1)!] ?? "application/octet-stream";
      return new Response(await Deno.readFile(new URL(`.${path}`, ROOT)), {
        headers: { "content-type": type },
      });
    } catch {
      return new Response("not found", { status: 404 });
    }
  });
  return { server, base: `http://127.0.0.1:${server.addr.port}${prefix}` };
}

/** Runs a script that prints its checks; how many of them hold and do not. */
async function python(script: string, ...args: string[]): Promise<[passed: number, failed: number]> {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const { stdout } = await new Deno.Command(PYTHON, {
    args: [file, Deno.execPath(), ...args],
    stderr: "inherit",
  }).output();
  const text = new TextDecoder().decode(stdout), counts = text.match(/: (\d+) passed, (\d+) failed\s*$/);
  console.log(text.trimEnd());
  return counts ? [Number(counts[1]), Number(counts[2])] : [0, 1];
}

async function notebooks(): Promise<[number, number]> {
  const { server, base } = serve(), folder = await Deno.makeTempDir();
  const addresses = [new URL("mod.ts", ROOT).href, `${base}/mod.ts`],
    files: string[] = [];
  for (const [i, address] of addresses.entries()) {
    files.push(`${folder}/${i}.ipynb`);
    await Deno.writeTextFile(files[i], await template("Own", address));
  }
  const counts = await python("notebooks.py", ...files);
  await server.shutdown();
  await Deno.remove(folder, { recursive: true });
  return counts;
}

/** Prints checks; how many of them hold and do not. */
function counted(checks: readonly Check[]): [number, number] {
  for (const { name, problems } of checks) {
    console.log(
      `${problems.length ? "FAIL" : "ok  "} ${name}${
        problems.map((problem) => `\n     ${problem}`).join("")
      }`,
    );
  }
  const failed = checks.filter(({ problems }) => problems.length > 0).length;
  return [checks.length - failed, failed];
}

/** From an empty folder to a notebook: `deno run …/new.ts first`, called where the notebook shall be, from an address. */
async function newNotebook(): Promise<[number, number]> {
  const { server, base } = serve(), folder = await Deno.makeTempDir();
  const run = () =>
    new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", `${base}/tests/notebooks/new.ts`, "first"],
      cwd: folder,
      env: { INIT_CWD: folder }, // a task says so where it was called, and this may run in one
    }).output();
  const made = (await run()).success, text = await Deno.readTextFile(`${folder}/first.ipynb`).catch(() => "");
  const holds = [
    ["new: a notebook that imports from where it came", made && text.includes(`from \\"${base}/mod.ts\\"`)],
    ["new: never over a notebook that is there", !(await run()).success],
  ] as const;
  for (const [name, fine] of holds) console.log(`${fine ? "ok  " : "FAIL"} ${name}`);
  await server.shutdown();
  await Deno.remove(folder, { recursive: true });
  const passed = holds.filter(([, fine]) => fine).length;
  return [passed, holds.length - passed];
}

const counts = [
  await newNotebook(),
  await notebooks(),
  await python("stop.py", new URL("mod.ts", ROOT).href),
  counted(await checkOffline()),
  counted(await checkNode()),
];
const [passed, failed] = [0, 1].map((k) => counts.reduce((sum, count) => sum + count[k], 0));
console.log(`anywhere: ${passed} passed, ${failed} failed`);
Deno.exit(failed ? 1 : 0);
