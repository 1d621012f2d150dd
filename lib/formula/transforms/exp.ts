import { elementwise, type Transform } from "./transform.ts";

/** Exponential. */
export const exp: Transform = elementwise("exp", Math.exp);
