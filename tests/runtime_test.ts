import assert from "node:assert/strict";
import {
  bootstrap,
  bootstrapTest,
  dataset,
  fit,
  fitAsync,
  type FitAsyncOptions,
  type Frame,
  type Model,
  pl,
  poisson,
  ranef,
  setSeed,
  simulateResidualsAsync,
} from "../mod.ts";
import { engineOf } from "../lib/model/result/model.ts";
import { planFit } from "../lib/model/fit.ts";
import { Laplace } from "../lib/model/objective/laplace.ts";
import { ProfiledDeviance } from "../lib/model/objective/linear.ts";
import { engineAt } from "../lib/model/optimum/engine.ts";
import { makeModel } from "../lib/model/result/make_model.ts";
import { pressStop, readBytes, stopButton } from "../lib/runtime.ts";

const sleep = await dataset("sleepstudy");
const model = fit("Reaction ~ Days + (Days | Subject)", sleep, { reml: false });
const smaller = fit("Reaction ~ 1 + (Days | Subject)", sleep, { reml: false });
/** Milliseconds from the stop button to the result. */
const SOON = 500;

/** Runs work, presses stop when it has done `after` of it, and says how long it took to end. */
async function stopAfter<T>(after: number, work: (onProgress: (done: number) => void) => Promise<T>) {
  let pressed = NaN;
  const result = await work((done) => {
    if (done < after || !Number.isNaN(pressed)) return;
    pressed = performance.now();
    pressStop();
  });
  const waited = performance.now() - pressed;
  assert.ok(waited < SOON, `ended after ${Math.round(waited)} ms`);
  return result;
}

Deno.test("stop: a bootstrap gives the draws that are done, and the same ones", async () => {
  const stopped = await stopAfter(20, (onProgress) => bootstrap(model, { n: 5000, onProgress }));
  assert.ok(stopped.height >= 20 && stopped.height < 1000, `${stopped.height} draws`);
  assert.match(
    stopped[Symbol.for("Jupyter.display") as never] ? textOf(stopped) : "",
    /Stopped: \d+ of 5,?000 draws/,
  );
  const whole = await bootstrap(model, { n: 20 }),
    days = (frame: typeof whole) => frame.getColumn("Days").toArray();
  const draws = stopped.getColumn("draw").toArray() as number[];
  draws.forEach((draw, i) => draw <= 20 && assert.equal(days(stopped)[i], days(whole)[draw - 1]));
});

Deno.test("stop: a bootstrap test rests on the pairs of fits that are done", async () => {
  const stopped = await stopAfter(20, (onProgress) => bootstrapTest(smaller, model, { n: 5000, onProgress }));
  const [{ n, p_value }] = stopped.toRecords() as { n: number; p_value: number }[];
  assert.ok(n >= 9 && n < 1000, `${n} draws`);
  assert.ok(p_value >= 1 / (n + 1) && p_value < 0.5);
  assert.match(textOf(stopped), /Stopped: \d+ of 5000 draws/);
});

Deno.test("stop: simulated residuals rest on the fits that are done", async () => {
  const stopped = await stopAfter(20, (onProgress) => simulateResidualsAsync(model, { n: 2000, onProgress }));
  assert.equal(stopped.height, 180);
  const residuals = stopped.getColumn("residual").toArray() as number[];
  assert.ok(residuals.every((r) => r >= 0 && r <= 1));
  assert.match(textOf(stopped), /Stopped: \d+ of 2000 fits/);
});

Deno.test("stop: a fit gives the model where the search was", async () => {
  const contraception = await dataset("Contraception"),
    formula = "use ~ age * urban * livch + (1 | district)";
  const steps: number[] = [];
  const stopped = await stopAfter(0, (onProgress) =>
    fitAsync(formula, contraception, {
      family: "binomial",
      onProgress: (logLik) => {
        steps.push(logLik);
        onProgress(steps.length);
      },
    }));
  assert.equal(stopped.converged, false);
  assert.match(stopped.messages[0], /^Stopped after \d+ evaluations?, at log-likelihood -\d+/);
  const whole = fit(formula, contraception, { family: "binomial" });
  assert.ok(stopped.logLik <= whole.logLik && stopped.logLik > whole.logLik - 1000);
  assert.ok(Math.abs(stopped.logLik - Math.max(...steps)) < 1e-6, `${stopped.logLik} and ${steps}`);
  assert.ok(stopped.parts[0].beta.every(Number.isFinite));
});

/** Counts in two factors of `levels` levels each, crossed at random: their effects take long to solve with, and longer to factor. */
function crossed(levels: number): Frame {
  const { runif } = setSeed(7),
    rows = 10 * levels,
    level = () => runif(rows, 0, levels).map((v) => `l${Math.floor(v)}`);
  return pl.DataFrame({ y: runif(rows, 0, 5).map(Math.floor), a: level(), b: level() });
}

/** Presses stop (or aborts) at step `after`. */
async function stopFitAt(after: number, formula: string, data: Frame, options: FitAsyncOptions) {
  const steps: { logLik: number; at: number }[] = [];
  const stopped = await stopAfter(after, (onProgress) =>
    fitAsync(formula, data, {
      ...options,
      onProgress(logLik) {
        steps.push({ logLik, at: performance.now() });
        onProgress(steps.length);
      },
    }));
  return { stopped, steps };
}

Deno.test("stop: a fit ends as soon however long an evaluation takes, with a model that costs none", async () => {
  const data = crossed(2500), counted = evaluationsHere();
  try {
    const { stopped, steps } = await stopFitAt(2, "y ~ 1 + (1 | a) + (1 | b)", data, { family: "poisson" });
    assert.match(stopped.messages[0], /^Stopped after \d+ evaluations?, /);
    assert.equal(stopped.logLik, steps[1].logLik);
    assert.equal(counted.count(), 0, "evaluated on this thread");
    const levels = ["a", "b"].map((name) => new Set(data.getColumn(name).toArray()).size); // one level has no rows
    assert.equal(ranef(stopped).height, levels[0] + levels[1]);
  } finally {
    counted.end();
  }
});

Deno.test("stop: the model of a step is the one that an evaluation there gives", async () => {
  const children = await dataset("Contraception"), binomial = { family: "binomial" } as const;
  const cases: [string, Frame, FitAsyncOptions, number][] = [
    ["use ~ age * urban + (age | district)", children, binomial, 3],
    ["use ~ age * urban + (1 | district)", children, { ...binomial, quadrature: 9 }, 2],
    ["use ~ age * urban + livch", children, binomial, 1],
    ["Reaction ~ Days + (Days | Subject)", sleep, {}, 2],
    ["Reaction ~ Days + (Days | Subject)", sleep, { reml: false }, 2],
    ["Reaction ~ Days + ar1(0 + factor(Days) | Subject)", sleep, { reml: false }, 2],
    ["Reaction ~ Days + (1 | Subject)", sleep, { dispersion: "~ Days" }, 2],
    ["Reaction ~ Days + (Days | Subject)", sleep, { fixed: { "sd__(Intercept)|Subject": 20 } }, 2],
    [
      "Reaction ~ Days + (Days | Subject)",
      sleep,
      { family: "gamma", fixed: { "sd__Days|Subject": 0.001 } },
      2,
    ],
  ];
  for (const [formula, data, options, after] of cases) {
    const { stopped, steps } = await stopFitAt(after, formula, data, options);
    assert.ok(steps.some(({ logLik }) => logLik === stopped.logLik), `${formula}: ${stopped.logLik}`);
    assert.equal(stopped.quadrature, 1);
    const { optimum } = engineOf(stopped, "a test"), plan = planFit(formula, data, options);
    const evaluated = makeModel(formula, data, stopped.family, engineAt(plan, optimum), {});
    const told = numbersOf(stopped), expected = numbersOf(evaluated);
    assert.equal(told.length, expected.length);
    const { objective, kind } = engineOf(stopped, "a test");
    const near = kind === "gaussian" ? 1e-8 : 1e-7; // modes on the way may be a millionth of the slope off: 2e-8 here
    told.forEach((v, i) =>
      assert.ok(Math.abs(v - expected[i]) < near * (1 + Math.abs(v)), `${formula}: ${v}`)
    );
    assert.ok(Math.abs(objective.evaluate(optimum.psi) + stopped.logLik) < 10 * near, formula);
  }
});

/** What a model says without an evaluation. */
function numbersOf(m: Model): number[] {
  const { parts, random, covariance, parameters } = m;
  return [
    m.sigma,
    ...Object.values(parameters),
    ...parts.flatMap(({ beta }) => [...beta]),
    ...random.flatMap(({ modes }) => [...modes]),
    ...covariance.to1DArray(),
  ];
}

Deno.test("stop: this thread is free while others fit: what they found is not evaluated here again", async () => {
  const epilepsy = await dataset("epil2"),
    counts = fit("y ~ trt + (1 | subject)", epilepsy, { family: "poisson" });
  for (
    const work of [
      () => bootstrap(counts, { n: 8 }),
      () => simulateResidualsAsync(counts, { n: 8 }),
      () => bootstrap(model, { n: 8 }),
    ]
  ) {
    const counted = evaluationsHere();
    try {
      await work();
    } finally {
      counted.end();
    }
    assert.ok(counted.count() <= 1, `${counted.count()} evaluations`); // the model's own
  }
});

/** Counts the evaluations of objectives on this thread, until the end. */
function evaluationsHere() {
  const counted = [Laplace.prototype, ProfiledDeviance.prototype],
    originals = counted.map((prototype) => prototype.evaluate);
  let evaluations = 0;
  counted.forEach((prototype, k) =>
    prototype.evaluate = function (at: Float64Array, gradient?: Float64Array, slack?: number) {
      evaluations++;
      return originals[k].call(this as never, at, gradient, slack);
    }
  );
  return {
    count: () => evaluations,
    end: () => counted.forEach((prototype, k) => prototype.evaluate = originals[k]),
  };
}

Deno.test("fitAsync: what comes from a worker is what fit finds", async () => {
  const formula = "Reaction ~ Days + (Days | Subject)";
  for (const options of [{}, { reml: false }, { family: "gamma", dispersion: "~ Days" }] as const) {
    const here = fit(formula, sleep, options), there = await fitAsync(formula, sleep, options);
    assert.equal(there.logLik, here.logLik);
    const told = numbersOf(there), expected = numbersOf(here);
    told.forEach((v, i) => assert.ok(Math.abs(v - expected[i]) < 1e-9 * (1 + Math.abs(v)), `${v}`));
    assert.equal(there.certificate.text, here.certificate.text);
  }
});

Deno.test("fitAsync: a function of the caller's that fails rejects, and classes of errors come through", async () => {
  const onProgress = () => {
    throw new TypeError("mine");
  };
  await assert.rejects(
    fitAsync("Reaction ~ Days + (1 | Subject)", sleep, { onProgress }),
    /^TypeError: mine/,
  );
  await assert.rejects(
    fitAsync("Reaction ~ Days + (Days | Subject)", sleep, { family: "gamma", quadrature: 9 }),
    /^RangeError: Cannot use quadrature: 9/,
  );
});

Deno.test("fitAsync: its signal is heard with a family of one's own, too", async () => {
  const epilepsy = await dataset("epil2"), family = { ...poisson(), name: "mine" };
  const control = new AbortController(),
    reason = new Error("enough"),
    formula = "y ~ trt * Base + (1 | subject)";
  const onProgress = (_: number, evaluations: number) => evaluations > 1 && control.abort(reason);
  await assert.rejects(fitAsync(formula, epilepsy, { family, signal: control.signal, onProgress }), reason);
  await assert.rejects(fitAsync(formula, epilepsy, { family, signal: AbortSignal.abort(reason) }), reason);
});

Deno.test("stop: work that has ended is not stopped, and a fit of this thread is explained", () => {
  const button = stopButton(), said: string[] = [], { error } = console;
  console.error = (line: string) => said.push(line);
  try {
    button.release();
    pressStop();
    assert.equal(button.signal.aborted, false);
    fit("Reaction ~ Days", sleep);
    pressStop();
  } finally {
    console.error = error;
  }
  assert.match(said.join("\n"), /^fit\(\) could not be stopped.*has ended normally.*await fitAsync/);
});

Deno.test("files: by path, by address, and what is not there", async () => {
  const address = new URL("../data/cbpp.csv", import.meta.url), bytes = await readBytes(address);
  assert.deepEqual(await readBytes(decodeURIComponent(address.pathname).replace(/^\/(\w:)/, "$1")), bytes);
  assert.deepEqual(await readBytes("data:,abc"), new TextEncoder().encode("abc"));
  await assert.rejects(readBytes("no/such/file.csv"));
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    () => new Response("", { status: 404 }),
  );
  await assert.rejects(readBytes(`http://127.0.0.1:${server.addr.port}/x.csv`), /it answered 404/);
  await server.shutdown();
});

/** What a terminal shows of a result. */
function textOf(result: object): string {
  const show = (result as Record<symbol, () => Record<string, unknown>>)[Symbol.for("Jupyter.display")];
  return String(show()["text/plain"]);
}
