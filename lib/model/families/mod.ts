export { binomial } from "./binomial.ts";
export { gaussian } from "./gaussian.ts";
export { poisson } from "./poisson.ts";
