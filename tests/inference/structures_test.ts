/** Correlated residuals against nlme's gls and lme (tests/reference/make/69_structures.R). */
import assert from "node:assert/strict";
import { fit, type Frame, pl, tidy } from "../../mod.ts";
import reference from "./tables/structures.json" with { type: "json" };

type Columns = { Reaction: (number | null)[]; Days: number[]; time: number[]; Subject: string[] };
const frames = Object.fromEntries(
  Object.entries(reference.data as unknown as Record<string, Columns>).map(([name, columns]) => [
    name,
    pl.DataFrame(columns) as Frame,
  ]),
);

/** nlme's optimiser stops at independence, from whatever range it starts: there a Gaussian correlogram is a poor local optimum. */
const STOPS_EARLY = /^gau/;

for (const c of reference.cases) {
  Deno.test(`${c.id} agrees with nlme`, () => {
    const random = c.id.startsWith("(1 | Subject)") ? " + (1 | Subject)" : "";
    const m = fit(`Reaction ~ Days${random}`, frames[c.data], { residual: c.residual, reml: c.reml });
    assert.ok(m.converged, m.certificate.text);
    if (STOPS_EARLY.test(c.id)) return assert.ok(m.logLik > c.logLik - 1e-6, `${m.logLik}, nlme ${c.logLik}`);
    // nlme's searches end when the log-likelihood changes by 1e-7 or so, and its estimates are then good to a few 1e-4 of their errors
    assert.ok(Math.abs(m.logLik - c.logLik) < 1e-5, `log-likelihood ${m.logLik}, nlme ${c.logLik}`);
    const rows = tidy(m).toRecords() as Record<string, number & string>[];
    c.names.forEach((name, j) => {
      const row = rows.find(({ term }) => term === name)!;
      assert.ok(
        Math.abs(row.estimate - c.estimate[j]) < 1e-3 * c.se[j],
        `${name}: ${row.estimate}, nlme ${c.estimate[j]}`,
      );
      // by ML nlme's are given the variances, times √(n/(n − p)); those of structures that are not linear are of all parameters here
      if (c.reml) {
        assert.ok(
          Math.abs(row.std_error / c.se[j] - 1) < 1e-3,
          `SE of ${name}: ${row.std_error}, nlme ${c.se[j]}`,
        );
      }
    });
    const residual = m.random.find(({ structure }) => structure !== "us" || random === "")!;
    const own = residual.parameters.find(({ kind }) => kind === "own"), [expected] = [c.parameters].flat();
    if (own) {
      assert.ok(
        Math.abs(own.estimate - (expected as number)) < 2e-3 * Math.abs(expected as number),
        `${own.name}: ${own.estimate}`,
      );
    }
  });
}
