/** The doorway to the runtime: files, threads, terminal and notebook kernel, in Deno from any address and in Node from a package. */
export { readBytes } from "./runtime/files.ts";
export { canWait, cores, startThread, type Thread, threadPort } from "./runtime/threads.ts";
export { type Broadcast, kernelBroadcast } from "./runtime/kernel.ts";
export { terminalWriter } from "./runtime/terminal.ts";
export { pressStop, stopButton, wasBlocked } from "./runtime/stop.ts";
export { later } from "./runtime/later.ts";
