/** Jupyter's own Python. */

/** A Python that has the modules; null where there is none. */
export async function pythonWith(...modules: string[]): Promise<string | null> {
  for (const python of ["python3", "/usr/bin/python3"]) {
    if (await runs(python, ["-c", `import ${modules.join(", ")}`])) return python;
  }
  return null;
}

/** Signs notebooks, as `jupyter trust` does, which not every Jupyter has: a signed notebook is trusted by the Jupyter of this user. */
export async function sign(files: readonly string[], env: Record<string, string> = {}): Promise<boolean> {
  const python = await pythonWith("nbformat"),
    code = "from nbformat.sign import TrustNotebookApp as app; app.launch_instance()";
  return python !== null && await runs(python, ["-c", code, ...files], env);
}

/** Whether a command succeeds. */
export async function runs(
  command: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<boolean> {
  try {
    return (await new Deno.Command(command, { args, env, stdout: "null", stderr: "null" }).output()).success;
  } catch {
    return false;
  }
}
