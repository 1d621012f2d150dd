import { elementwise, type Transform } from "./transform.ts";

/** Square root. */
export const sqrt: Transform = elementwise("sqrt", Math.sqrt);
