/** Fits in a thread of its own: receives a plan, then any number of responses for it. */
import { threadPort } from "../../runtime.ts";
import { optimise, type Watch } from "../optimum/optimise.ts";
import { searchedEngine } from "../optimum/engine.ts";
import { plainOptimum, type PlainPlan, planFrom, type Reply, type Request } from "./worker_messages.ts";

/** The address of this module, which a thread is started from. */
export const WORKER: string = import.meta.url;

const port = threadPort("fits");
if (port) {
  const plans: PlainPlan[] = [];
  port.receive((data) => {
    const request = data as Request;
    if (request.kind === "plan") plans.push(request.plan);
    else port.post(answer(request, plans[request.plan], (message) => port.post(message)));
  });
}

/** One fit, which says how far it is. */
function answer(
  { id, y, watched }: Request & { kind: "fit" },
  plan: PlainPlan,
  tell: (reply: Reply) => void,
): Reply {
  try {
    const full = planFrom(plan),
      design = y ? { ...full.design, response: { ...full.design.response, y } } : full.design;
    const watch: Watch = {
      step: (step) => tell({ kind: "step", id, step }),
      part: (rows, steps) => tell({ kind: "part", id, rows, steps }),
      standardErrors: (done, of) => tell({ kind: "standardErrors", id, done, of }),
    };
    const engine = optimise({ ...full, design, watch: watched ? watch : undefined });
    const { optimum, objective } = searchedEngine(engine);
    objective.standAt(optimum.psi);
    return { kind: "done", id, optimum: plainOptimum({ ...optimum, standing: objective.standing() }) };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
    return { kind: "failed", id, name, message };
  }
}
