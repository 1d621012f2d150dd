import type { Combination, ContrastMethod } from "../../mod.ts";

/** The mean of the highest levels against the first: the last one, the last two, …, as one asks where an effect of dose begins. */
export const williams: ContrastMethod = {
  name: "williams",
  adjust: "mvt", // the exact distribution of the largest statistic
  combinations(labels, { minus }) {
    return labels.slice(1).map((_, i): Combination => {
      const from = labels.length - 1 - i, high = labels.slice(from);
      return {
        name: (high.length === 1 ? high[0] : `avg(${high.join(", ")})`) + minus + labels[0],
        index: [0, ...high.map((_, j) => from + j)],
        coefficient: [-1, ...high.map(() => 1 / high.length)],
      };
    });
  },
};
