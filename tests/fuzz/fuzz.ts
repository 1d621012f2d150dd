/**
 * Makes random models with their answers by glmmTMB and compares: `deno task fuzz [SEED] [N]`. Needs R with glmmTMB and jsonlite.
 * Without arguments 100 models of a new seed. Prints every fit that is worse, fails, is not certified, differs in estimates or
 * standard errors, or takes more than two seconds; fails when one is worse or an error.
 */
import { compare, type Comparison, type RandomModel } from "./compare.ts";

const seed = Number(Deno.args[0] ?? Math.floor(1e6 * Math.random())), count = Number(Deno.args[1] ?? 100);
const file = await Deno.makeTempFile({ suffix: ".json" });
const script = new URL("random_models.R", import.meta.url).pathname;
const { success } = await new Deno.Command("Rscript", {
  args: [script, `${seed}`, `${count}`, file],
  stdout: "inherit",
  stderr: "inherit",
}).output();
if (!success) throw new Error("Rscript failed: it needs glmmTMB and jsonlite");
const models: RandomModel[] = JSON.parse(await Deno.readTextFile(file)), tally: Record<string, number> = {};
const add = (name: string) => tally[name] = (tally[name] ?? 0) + 1;
const say = (label: string, c: Comparison) =>
  console.log(`${label} ${c.id} (${c.difference.toFixed(4)}, ${c.milliseconds.toFixed(0)} ms): ${c.what}`);
for (const model of models) {
  const c = compare(model);
  add(c.verdict);
  if (!["same", "better"].includes(c.verdict)) say(c.verdict.toUpperCase(), c);
  if (!c.certified) (add("not certified"), say("NOT CERTIFIED", c));
  if (c.milliseconds > 2000) (add("slow"), say("SLOW", c));
  if (c.differing.length > 0) (add("differing"), say(`DIFFERS ${c.differing.join("; ")}`, c));
}
console.log(`seed ${seed}, ${count} models:`, tally);
Deno.exit(tally.worse || tally.error ? 1 : 0);
