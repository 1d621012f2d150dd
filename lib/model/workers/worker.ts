/// <reference lib="deno.worker" />
/** Fits in a thread of its own: receives a plan, then any number of responses for it. */
import { optimise } from "../optimum/optimise.ts";
import { plainOptimum, type PlainPlan, planFrom, type Reply, type Request } from "./worker_messages.ts";

let plan: PlainPlan | null = null;

self.onmessage = ({ data }: MessageEvent<Request>) => {
  if (data.kind === "plan") {
    plan = data.plan;
    return;
  }
  const { id, y } = data, reply = (message: Reply) => self.postMessage(message);
  try {
    const full = planFrom(plan!),
      design = y ? { ...full.design, response: { ...full.design.response, y } } : full.design;
    const control = {
      ...full.control,
      onProgress: (logLik: number, evaluations: number) =>
        reply({ kind: "progress", id, logLik, evaluations }),
    };
    reply({ kind: "done", id, optimum: plainOptimum(optimise({ ...full, design, control }).optimum) });
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
    reply({ kind: "failed", id, name, message });
  }
};
