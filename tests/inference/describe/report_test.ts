import assert from "node:assert/strict";
import { DISPLAY } from "../../../lib/display.ts";
import { dataset } from "../../../lib/datasets.ts";
import { fit } from "../../../lib/model/fit.ts";
import { report } from "../../../lib/inference/describe/report.ts";

Deno.test("report: the model, its random effects and each coefficient in plain words with numbers", async () => {
  const seeds = fit("cbind(germ, n - germ) ~ extract + gen", await dataset("crowder_seeds"), {
    family: "binomial",
  });
  assert.match(
    String(report(seeds)),
    /We fitted a binomial regression with logit link .* to 21 observations by maximum likelihood \(AIC 122\.3\)/,
  );
  assert.match(
    String(report(seeds)),
    /For extract cucumber rather than bean the odds of germ were 2\.90 times as high \(95 % CI 2\.19 to 3\.85, z = \d\.\d+, p = 1\.55e-13\)/,
  );
  const sleep = fit("Reaction ~ Days + (Days | Subject)", await dataset("sleepstudy"));
  assert.match(String(report(sleep)), /by restricted maximum likelihood/);
  assert.match(
    String(report(sleep)),
    /Random effects of Subject \(18 levels\) had standard deviations 24\.7/,
  );
  assert.match(
    String(report(sleep)),
    /For each unit of Days more Reaction was 10\.5 higher \(95 % CI 7\.21 to 13\.7, t\(17\.0\) = 6\.77, p = /,
  );
  const crossed = fit("cbind(germ, n - germ) ~ extract * gen", await dataset("crowder_seeds"), {
    family: "binomial",
  });
  assert.match(
    String(report(crossed)),
    /For extract cucumber rather than bean \(other factors at their first level, covariates at 0\) the odds/,
  );
  assert.match(
    String(report(crossed)),
    /By the interaction extractcucumber:genO75 the odds .* were 2\.18 times as high/,
  );
});

Deno.test("a report shows itself, with degrees of freedom and test statistics, and breaks no word", async () => {
  const sleep = report(fit("Reaction ~ Days + (Days | Subject)", await dataset("sleepstudy")));
  assert.match(String(sleep), /10\.5 higher \(95 % CI 7\.21 to 13\.7, t\(17\.0\) = 6\.77, p = 3\.26e-06\)/);
  const shown = sleep[DISPLAY](), text = String(shown["text/plain"]);
  assert.ok(text.split("\n").every((line) => line.length <= 100) && text.includes("\n"));
  assert.equal(text.replaceAll("\n", " "), String(sleep));
  assert.match(String(shown["text/html"]), /^<p [^>]*>We fitted a Gaussian mixed model/);
  assert.equal(Deno.inspect(sleep), text);
});
