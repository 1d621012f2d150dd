import { elementwise, type Transform } from "./transform.ts";

/** Absolute value. */
export const abs: Transform = elementwise("abs", Math.abs);
