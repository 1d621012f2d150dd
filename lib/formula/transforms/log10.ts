import { elementwise, type Transform } from "./transform.ts";

/** Base-10 logarithm. */
export const log10: Transform = elementwise("log10", Math.log10);
