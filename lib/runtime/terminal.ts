/** The terminal. */
import process from "node:process";

/** Writes to the terminal beside the program's output; null where errors go somewhere else than to a terminal. */
export function terminalWriter(): ((text: string) => void) | null {
  return process.stderr.isTTY ? (text) => void process.stderr.write(text) : null;
}
