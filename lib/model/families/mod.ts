export { beta } from "./beta.ts";
export { binomial } from "./binomial.ts";
export { gamma } from "./gamma.ts";
export { gaussian } from "./gaussian.ts";
export { nbinom1 } from "./nbinom1.ts";
export { nbinom2 } from "./nbinom2.ts";
export { poisson } from "./poisson.ts";
export { studentT } from "./student_t.ts";
