/** Files of this machine and of others. */
import { readFile } from "node:fs/promises";

/**
 * The bytes of a file: of a path or a `file:` address by the file system (Node's fetch knows no files), else by fetch.
 *
 * @throws Error when there is no such file or the address does not answer with one
 */
export async function readBytes(address: string | URL): Promise<Uint8Array> {
  const text = String(address);
  if (/^file:/.test(text)) return await readFile(new URL(text));
  if (!/^(https?|data|blob):/.test(text)) return await readFile(text);
  const response = await fetch(text);
  if (response.ok) return new Uint8Array(await response.arrayBuffer());
  throw new Error(`it answered ${response.status} ${response.statusText}`.trim());
}
