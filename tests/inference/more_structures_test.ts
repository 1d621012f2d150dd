/**
 * Covariance structures on unbalanced data with missing responses, by make/71_more_structures.R: glmmTMB and nlme where they have the
 * structure, dense algebra in R elsewhere. The optimum's height is compared to 1e-6 (1e-5 of dense algebra, whose optimum a search by
 * values found), coefficients to 1e-3 of their standard errors, as a search ends where the likelihood is flat.
 */
import assert from "node:assert/strict";
import * as t from "../../mod.ts";
import tables from "./tables/more_structures.json" with { type: "json" };

interface Case {
  readonly id: string;
  readonly peer: string;
  readonly formula: string;
  readonly options: { reml?: boolean; family?: "poisson"; map?: true; matrix?: true };
  readonly data: keyof typeof tables.data;
  readonly logLik: number;
  readonly beta: readonly number[];
  readonly sd?: number;
  readonly sigma?: number;
}

for (
  const { id, peer, formula, options, data, logLik, beta, sd, sigma } of tables.cases as unknown as Case[]
) {
  Deno.test(`structures against ${peer}: ${id}`, () => {
    const { map, matrix, ...given }: Case["options"] = Array.isArray(options) ? {} : options; // R writes an empty list as []
    const known = {
      ...map && { region: t.icar(tables.map as unknown as t.NeighbourGraph) },
      ...matrix && { V: tables.V },
    };
    const model = t.fit(formula, t.pl.DataFrame(tables.data[data] as unknown as Record<string, unknown[]>), {
      ...given,
      ...(map || matrix) && { known },
    });
    const allowed = peer === "dense" ? 1e-5 : 1e-6, difference = model.logLik - logLik;
    assert.ok(model.converged);
    // a singular covariance is at infinity for glmmTMB, whose search ends a little below
    assert.ok(
      difference > -allowed && difference < 1e-5,
      `log-likelihood ${model.logLik}, ${peer} ${logLik}`,
    );
    const found = (t.tidy(model, { effects: "fixed", df: "asymptotic" }) as unknown as {
      toRecords(): { estimate: number; std_error: number }[];
    }).toRecords();
    beta.forEach((b, j) =>
      assert.ok(
        Math.abs(found[j].estimate - b) < 1e-3 * found[j].std_error,
        `coefficient ${j}: ${found[j].estimate}, ${b}`,
      )
    );
    if (sd === undefined) return;
    assert.ok(
      Math.abs(model.random[0].parameters[0].estimate / sd - 1) < 2e-3,
      `${model.random[0].parameters[0].estimate}, ${sd}`,
    );
    assert.ok(Math.abs(model.sigma / sigma! - 1) < 2e-3, `${model.sigma}, ${sigma}`);
  });
}
