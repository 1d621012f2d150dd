import assert from "node:assert/strict";
import { dataset } from "../../../lib/datasets.ts";
import { fit } from "../../../lib/model/fit.ts";
import { report } from "../../../lib/inference/describe/report.ts";

Deno.test("report: the model, its random effects and each coefficient in plain words with numbers", async () => {
  const seeds = fit("cbind(germ, n - germ) ~ extract + gen", await dataset("crowder_seeds"), {
    family: "binomial",
  });
  assert.match(
    report(seeds),
    /We fitted a binomial regression with logit link .* to 21 observations by maximum likelihood \(AIC 122\.3\)/,
  );
  assert.match(
    report(seeds),
    /For extract cucumber rather than bean the odds of germ were 2\.90 times as high \(95 % CI 2\.19 to 3\.85, p = 1\.55e-13\)/,
  );
  const sleep = fit("Reaction ~ Days + (Days | Subject)", await dataset("sleepstudy"));
  assert.match(report(sleep), /by restricted maximum likelihood/);
  assert.match(report(sleep), /Random effects of Subject \(18 levels\) had standard deviations 24\.7/);
  assert.match(
    report(sleep),
    /For each unit of Days more Reaction was 10\.5 higher \(95 % CI 7\.21 to 13\.7, p = /,
  );
  const crossed = fit("cbind(germ, n - germ) ~ extract * gen", await dataset("crowder_seeds"), {
    family: "binomial",
  });
  assert.match(
    report(crossed),
    /For extract cucumber rather than bean \(other factors at their first level, covariates at 0\) the odds/,
  );
  assert.match(
    report(crossed),
    /By the interaction extractcucumber:genO75 the odds .* were 2\.18 times as high/,
  );
});
