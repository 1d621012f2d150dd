/** What a search leaves behind. */
import type { Design } from "../../formula/types.ts";
import type { Laplace } from "../objective/laplace.ts";
import type { ProfiledDeviance } from "../objective/linear.ts";
import type { Optimum } from "./optimum.ts";

/** The live objects behind a fit: absent in a model that was loaded from JSON. */
export type Engine =
  & { readonly design: Design; readonly optimum: Optimum }
  & ({ readonly kind: "general"; readonly objective: Laplace } | {
    readonly kind: "gaussian";
    readonly objective: ProfiledDeviance;
  });
