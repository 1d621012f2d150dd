/**
 * Packs the module for Node (22 or later): `deno pack`, with what it leaves out put into package.json: the versions as exact as
 * here, what the package is, and the oldest Node. Writes .package/tidyglmm-VERSION.tgz; publishes nothing.
 */
import { fileURLToPath } from "node:url";

const ROOT = new URL("../../", import.meta.url);

async function run(command: string, ...args: string[]) {
  const { success, stderr } = await new Deno.Command(command, { args, cwd: ROOT, stdout: "null" }).output();
  if (!success) {
    throw new Error(`${command} ${args[0]} failed:\n${new TextDecoder().decode(stderr).slice(-2000)}`);
  }
}

/** What is written into the package.json of `deno pack`. */
export function completed(packed: Record<string, unknown>, imports: Record<string, string>) {
  const dependencies = Object.fromEntries(
    Object.keys(packed.dependencies as object).map((name) => [name, imports[name].split("@").at(-1)!]),
  );
  return {
    ...packed,
    description: "Generalized linear mixed models: what lme4, glmmTMB, emmeans and DHARMa do in R",
    keywords: ["statistics", "mixed models", "glmm", "regression"],
    engines: { node: ">=22" },
    dependencies,
  };
}

/** Makes the tarball; returns its path. */
export async function pack(): Promise<string> {
  const folder = fileURLToPath(new URL(".package/", ROOT)),
    { imports, version } = await json(new URL("deno.json", ROOT));
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  await Deno.mkdir(folder);
  const raw = `${folder}raw.tgz`, tarball = `${folder}tidyglmm-${version}.tgz`;
  await run(Deno.execPath(), "pack", "--allow-dirty", "--no-source-maps", "-o", raw);
  await run("tar", "-xzf", raw, "-C", folder);
  const file = new URL(".package/package/package.json", ROOT);
  await Deno.writeTextFile(file, JSON.stringify(completed(await json(file), imports), null, 2) + "\n");
  await run("tar", "-czf", tarball, "-C", folder, "package");
  await Deno.remove(raw);
  await Deno.remove(`${folder}package`, { recursive: true });
  return tarball;
}

async function json(file: URL) {
  return JSON.parse(await Deno.readTextFile(file));
}

if (import.meta.main) console.log(await pack());
