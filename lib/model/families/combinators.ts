/** Families made from families: one file each, one line here. */
export { hurdle } from "./hurdle.ts";
export { oneInflated } from "./one_inflated.ts";
export { truncated } from "./truncated.ts";
export { zeroInflated } from "./zero_inflated.ts";
