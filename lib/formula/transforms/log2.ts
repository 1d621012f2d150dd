import { elementwise, type Transform } from "./transform.ts";

/** Base-2 logarithm. */
export const log2: Transform = elementwise("log2", Math.log2);
