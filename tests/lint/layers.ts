/**
 * Lint rules of the house. `imports`: a file of lib/ imports its own folder and folders to its left in {@link ORDER}, within
 * a layer its own room and rooms to its left in {@link ROOMS}, and each package only where its door is. (A lint plugin must be a default export.)
 */
import { pathToFileURL } from "node:url";

/** The main path, left to right: `frame` stands for `lib/frame.ts` and the folder `lib/frame/`. */
export const ORDER = [
  "runtime",
  "math",
  "frame",
  "check",
  "display",
  "datasets",
  "read",
  "formula",
  "source",
  "model",
  "inference",
  "figures",
];

/** Rooms of the layers that have some, left to right; a file beside the rooms stands to the right of them. */
export const ROOMS: Readonly<Record<string, readonly string[]>> = {
  model: [
    "links",
    "families",
    "structures",
    "options",
    "objective",
    "optimum",
    "result",
    "parameters",
    "workers",
  ],
  inference: [
    "df",
    "profiles",
    "grid",
    "cells",
    "predict",
    "simulate",
    "intervals",
    "tests",
    "describe",
    "means",
    "diagnostics",
  ],
};

/** What the inference layer sees of the model: its contracts, its results, and the doors beside the rooms. */
const SEEN_BY_INFERENCE = /^lib\/model\/((links|families|structures|result|parameters)\/.*|[^/]+\.ts)$/;

/** The files that may import each package. */
export const DOORS: Readonly<Record<string, RegExp>> = {
  "nodejs-polars": /^lib\/frame(\/.*)?\.ts$/,
  "@observablehq/plot": /^lib\/figures\//,
  "linkedom": /^lib\/figures\//,
  "ml-matrix": /^lib\/math\/dense\.ts$/,
  "lib-r-math.js": /^lib\/math\/(distributions|random)[^/]*(\/.*)?\.ts$/,
  "docx": /^lib\/display\/docx\.ts$/,
  "@resvg/resvg-js": /^lib\/display\/png\.ts$/,
  "pdfkit": /^lib\/display\/pdf\.ts$/,
  "svg-to-pdfkit": /^lib\/display\/pdf\.ts$/,
  "simple-statistics": /^lib\/math\/descriptive[^/]*\.ts$/,
};

/** Why `file` (a path from the repository's root) must not import `specifier`; null when it may. */
export function objection(file: string, specifier: string): string | null {
  if (!file.startsWith("lib/")) return null;
  if (!/^\.{1,2}\//.test(specifier)) return packageObjection(file, specifier);
  const target = resolve(file, specifier);
  if (target.startsWith("data/")) return null;
  const from = ORDER.indexOf(layerOf(file)), to = ORDER.indexOf(layerOf(target));
  if (to < 0) return `${target} is not in a layer of lib/ (${ORDER.join(", ")})`;
  if (from < 0) return `${file} is not in a layer of lib/ (${ORDER.join(", ")})`;
  if (to === from) return roomObjection(file, target);
  if (
    from >= ORDER.indexOf("inference") && target.startsWith("lib/model/") && !SEEN_BY_INFERENCE.test(target)
  ) {
    return `${target} is inside the model: what a fit leaves behind is its solution (lib/model/result/solution.ts)`;
  }
  if (to < from) return null;
  return `layer "${ORDER[from]}" must not import layer "${ORDER[to]}", which is to its right (${
    ORDER.join(", ")
  })`;
}

function roomObjection(file: string, target: string): string | null {
  const layer = layerOf(file), rooms = ROOMS[layer];
  if (!rooms) return null;
  const place = (path: string) => {
    const room = path.match(/^lib\/[^/]+\/([^/.]+)\//)?.[1];
    return room === undefined ? rooms.length : rooms.indexOf(room);
  };
  const from = place(file), to = place(target);
  if (from < 0) return `${file} is not in a room of lib/${layer} (${rooms.join(", ")})`;
  if (to < 0) return `${target} is not in a room of lib/${layer} (${rooms.join(", ")})`;
  if (to <= from) return null;
  return `room "${rooms[from]}" must not import "${rooms[to] ?? target}", which is to its right (${
    rooms.join(", ")
  })`;
}

function packageObjection(file: string, specifier: string): string | null {
  if (specifier.startsWith("node:")) return null;
  const name = specifier.replace(/^npm:/, "").match(/^(@[^/]+\/)?[^/@]+/)?.[0] ?? specifier;
  const door = DOORS[name];
  if (!door) return `package "${name}" has no door: name the file that may import it in tests/lint/layers.ts`;
  return door.test(file) ? null : `package "${name}" may only be imported through its door ${door.source}`;
}

/** "lib/model/links/logit.ts" → "model"; "lib/frame.ts" → "frame". */
function layerOf(path: string): string {
  return path.match(/^lib\/([^/.]+)/)?.[1] ?? "";
}

function resolve(file: string, specifier: string): string {
  return new URL(specifier, `file:///${file}`).pathname.slice(1);
}

const ROOT = new URL("../../", import.meta.url).href;

const plugin: Deno.lint.Plugin = {
  name: "house",
  rules: {
    imports: {
      create(context) {
        const file = pathToFileURL(context.filename).href.replace(ROOT, "");
        const check = (source: { value: unknown } | null, node: Deno.lint.Node) => {
          const message = source && objection(file, String(source.value));
          if (message) context.report({ node, message });
        };
        return {
          ImportDeclaration: (node) => check(node.source, node),
          ExportAllDeclaration: (node) => check(node.source, node),
          ExportNamedDeclaration: (node) => check(node.source, node),
          ImportExpression: (node) => node.source.type === "Literal" && check(node.source, node),
          TSImportType: (node) =>
            check((node.argument as unknown as { literal: { value: unknown } }).literal, node),
        };
      },
    },
  },
};

export default plugin;
