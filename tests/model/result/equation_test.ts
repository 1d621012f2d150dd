import assert from "node:assert/strict";
import { dataset } from "../../../lib/datasets.ts";
import { equation } from "../../../lib/model/result/equation.ts";
import { pl } from "../../../mod.ts";
import { fit } from "../../../lib/model/fit.ts";

Deno.test("equation: response, linear predictor, link and random effects, as the workshop writes them", async () => {
  const m = fit("severity ~ fungicide + (1 | block)", await dataset("yellow_rust"), { family: "beta" });
  assert.equal(
    equation(m).latex,
    String.raw`\begin{aligned}
\text{severity}_i \mid b &\sim \mathrm{Beta}(\mu_i,\ \phi) \\
\mathrm{logit}(\mu_i) &= \beta_{0} + \beta_{\text{fungicide}[i]} + u_{j[i]} \\
u_{j} &\sim \mathcal{N}(0,\ \sigma_{\text{block}}^2)
\end{aligned}`,
  );
  const bundle = (equation(m) as unknown as Record<symbol, () => Record<string, string>>)
    [Symbol.for("Jupyter.display")]();
  assert.match(bundle["text/latex"], /^\$\$\n\\begin\{aligned\}/);
});

Deno.test("equation: estimates, slopes, zero inflation and dispersion; names are escaped", async () => {
  const m = fit("count ~ mined + (1 | site)", await dataset("Salamanders"), {
    family: "nbinom2",
    zeroInflation: "~ mined",
    dispersion: "~ DOY",
  });
  const symbols = equation(m).latex, numbers = equation(m, { estimates: true }).latex;
  for (
    const part of [
      /\\begin\{cases\} 0 & \\text\{with probability \} p_i/,
      /\\log\(\\theta_i\) &= \\delta_\{0\}/,
      /\\mathrm\{logit\}\(p_i\)/,
    ]
  ) assert.match(symbols, part);
  assert.match(numbers, /\\, \\text\{minedno\}_i/);
  const slopes =
    equation(fit("Reaction ~ Days + (Days | Subject)", await dataset("sleepstudy")), { estimates: true })
      .latex;
  assert.match(
    slopes,
    /251 \+ 10\.5\\, \\text\{Days\}_i \+ u_\{0j\[i\]\} \+ u_\{1j\[i\]\}\\, \\text\{Days\}_i/,
  );
  assert.match(slopes, /612 & 9\.60 \\\\ 9\.60 & 35\.1/); // VarCorr of lme4
  const named = equation(fit("bodyLength_sc ~ 1 + (1 | site)", await dataset("dragons_1"))).latex;
  assert.match(named, /\\text\{bodyLength\}\\_\\text\{sc\}/); // an underscore inside \text would show its backslash
  const seeds = fit("cbind(germ, n - germ) ~ gen", await dataset("crowder_seeds"), { family: "binomial" });
  assert.match(equation(seeds).latex, /\\text\{germ\}_i\s+&\\sim \\mathrm\{Binomial\}\(n_i/);
});

Deno.test("equation: two random effects of one group have two variances, in one part or in two", async () => {
  const sleep = await dataset("sleepstudy");
  const twice = equation(fit("Reaction ~ Days + (1 | Subject) + (0 + Days | Subject)", sleep)).latex;
  assert.match(twice, /u_\{j\} &\\sim \\mathcal\{N\}\(0,\\ \\sigma_\{\\text\{Subject\}, u\}\^2\)/);
  assert.match(twice, /v_\{j\} &\\sim \\mathcal\{N\}\(0,\\ \\sigma_\{\\text\{Subject\}, v\}\^2\)/);
  const parts = equation(fit("count ~ mined + (1 | site)", await dataset("Salamanders"), {
    family: "poisson",
    zeroInflation: "~ mined + (1 | site)",
  })).latex;
  assert.match(parts, /sigma_\{\\text\{site\}, u\}[^]*sigma_\{\\text\{site\}, v\}/);
});

Deno.test("residuals with a covariance: errors of the rows, a matrix without a pattern as a matrix", async () => {
  const sleep = await dataset("sleepstudy"), early = sleep.filter(pl.col("Days").lt(2));
  const us = fit("Reaction ~ Days", early, { residual: "us(Days | Subject)" }), { latex } = equation(us);
  assert.match(latex, /Reaction\}_i &= \\mu_i \+ \\varepsilon_\{j\[i\],\\, t\[i\]\} /);
  assert.ok(
    latex.endsWith(
      "\\varepsilon_{j} &\\sim \\mathcal{N}\\left(0,\\ \\Sigma_{\\text{Subject}}\\right)\n\\end{aligned}",
    ),
    latex,
  );
  assert.match(
    equation(us, { estimates: true }).latex,
    /\\begin\{pmatrix\} \d+ & \d+ \\\\ \d+ & \d+ \\end\{pmatrix\}/,
  );
  const cs =
    equation(fit("Reaction ~ Days + (1 | Subject)", sleep, { residual: "ar1(Days | Subject)" })).latex;
  assert.match(cs, /\\mu_i &= \\beta_\{0\} \+ \\beta_\{1\}\\, \\text\{Days\}_i \+ u_\{j\[i\]\} /);
  assert.match(cs, /\\mathrm\{ar1\}\(/);
});
