import { elementwise, type Transform } from "./transform.ts";

/** log(1 + x), accurate for small x. */
export const log1p: Transform = elementwise("log1p", Math.log1p);
