import { elementwise, type Transform } from "./transform.ts";

/** Sine of an angle in radians. */
export const sin: Transform = elementwise("sin", Math.sin);
