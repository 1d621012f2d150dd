import assert from "node:assert/strict";
import { bootstrap, bootstrapTest, dataset, fit, fitAsync, simulateResidualsAsync } from "../mod.ts";
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
  assert.match(stopped.messages[0], /^Stopped after \d+ evaluations, at log-likelihood -\d+/);
  const whole = fit(formula, contraception, { family: "binomial" });
  assert.ok(stopped.logLik <= whole.logLik && stopped.logLik > whole.logLik - 1000);
  assert.ok(Math.abs(stopped.logLik - Math.max(...steps)) < 1e-6, `${stopped.logLik} and ${steps}`);
  assert.ok(stopped.parts[0].beta.every(Number.isFinite));
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
  assert.match(said.join("\n"), /has ended normally.*await fitAsync/);
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
