/**
 * What models were computed with. An engine holds several copies of the data's columns. That of a small model is kept with the model;
 * of large ones the process keeps one, that which was used last, for a while: whoever needs another has it made again from the data,
 * where its search ended. So a model costs hardly more than its data, and a session with many models no more than one of their engines.
 */
import { later } from "../../runtime.ts";
import type { Engine } from "../optimum/engine.ts";

interface Kept {
  engine: Engine | null;
  readonly again?: () => Engine;
}

/** Bytes up to which an engine is small. */
const SMALL = 4e6;
/** Milliseconds for which a large one is kept after its last use. */
const A_WHILE = 10_000;

const engines = new WeakMap<object, Kept>();
let last: { readonly of: Kept; readonly engine: Engine } | null = null;
let takeBack: (() => void) | null = null;

/**
 * Keeps the engine of a model; models are values, so it is no property of theirs.
 * @param again makes it once more; without it the engine is kept whatever its size
 */
export function keepEngine<M extends object>(model: M, engine: Engine, again?: () => Engine): M {
  const large = again !== undefined && bytesOf(engine) > SMALL,
    kept = { engine: large ? null : engine, again };
  engines.set(model, kept);
  if (large) keepLast(kept, engine);
  return model;
}

/** Gives a value of a model the same engine. */
export function shareEngine<M extends object>(value: M, model: object): M {
  const kept = engines.get(model);
  if (kept) engines.set(value, kept);
  return value;
}

/** Is there a fit behind it: was it not loaded from JSON? */
export const hasEngine = (model: object): boolean => engines.has(model);

/** The engine of a model; null for one that was loaded from JSON. */
export function liveEngine(model: object): Engine | null {
  const kept = engines.get(model);
  if (!kept) return null;
  if (kept.engine) return kept.engine;
  const engine = last?.of === kept ? last.engine : kept.again!();
  keepLast(kept, engine);
  return engine;
}

function keepLast(of: Kept, engine: Engine): void {
  last = { of, engine };
  takeBack?.();
  takeBack = later(A_WHILE, () => last = null);
}

/** About what it holds of the rows: every column twice, and a dozen vectors. */
function bytesOf({ design: { n, predictors } }: Engine): number {
  const columns = predictors.reduce(
    (s, p) => s + p.names.length + p.random.reduce((r, t) => r + (t.position ? 1 : t.names.length), 0),
    0,
  );
  return 8 * n * (2 * columns + 12);
}
