/** Fits in a thread of its own: receives a plan, then any number of responses for it. */
import { threadPort } from "../../runtime.ts";
import { optimise } from "../optimum/optimise.ts";
import { plainOptimum, type PlainPlan, planFrom, type Reply, type Request } from "./worker_messages.ts";

/** The address of this module, which a thread is started from. */
export const WORKER: string = import.meta.url;

const port = threadPort();
if (port) {
  const plans: PlainPlan[] = [];
  port.receive((data) => {
    const request = data as Request;
    if (request.kind === "plan") plans.push(request.plan);
    else port.post(answer(request, plans[request.plan], (message) => port.post(message)));
  });
}

/** One fit, which says how far it is. */
function answer({ id, y }: Request & { kind: "fit" }, plan: PlainPlan, tell: (reply: Reply) => void): Reply {
  try {
    const full = planFrom(plan),
      design = y ? { ...full.design, response: { ...full.design.response, y } } : full.design;
    const watch = {
      step: (psi: Float64Array, logLik: number, evaluations: number) =>
        tell({ kind: "step", id, psi, logLik, evaluations }),
      standardErrors: (done: number, of: number) => tell({ kind: "standardErrors", id, done, of }),
    };
    return { kind: "done", id, optimum: plainOptimum(optimise({ ...full, design, watch }).optimum) };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
    return { kind: "failed", id, name, message };
  }
}
