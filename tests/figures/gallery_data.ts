/** Examples of the figures of data before there is a model. */
import { dataset } from "../../lib/datasets.ts";
import { metaOf } from "../../lib/display.ts";
import type { Frame } from "../../lib/frame.ts";
import { describe } from "../../lib/inference/describe/describe.ts";
import type { Example } from "./gallery.ts";

/** The examples by name. */
export async function dataGallery(): Promise<Record<string, Example>> {
  const dragons = await dataset("dragons_1"), counts = await dataset("Salamanders");
  const description = (frame: Frame): Example => ({ kind: "description", frame, meta: metaOf(frame)! });
  return {
    describe: description(describe(counts)),
    describe_groups: description(describe(dragons, "testScore ~ mountainRange")),
    describe_counts: description(describe(counts, "count + cover ~ mined")),
    describe_shares: description(describe(counts, "~ spp | mined")),
  };
}
