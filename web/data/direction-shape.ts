import type { DirectionShape } from "../../src/features/feature-record.ts";

/** How many neurons a direction rests on (Nanda's replication): one, some ten, or many. */
export type DirectionKind = "1-sparse" | "10-sparse" | "dense";

const MOST = 0.35;
const LITTLE = 0.1;

/** The kind of a direction, from the shares of its squared norm in the largest entry and in the nine after it. */
export function classifyDirection({
  topShare,
  nextShare,
}: Pick<DirectionShape, "topShare" | "nextShare">): DirectionKind {
  if (topShare > MOST && nextShare < LITTLE) return "1-sparse";
  return topShare + nextShare > MOST ? "10-sparse" : "dense";
}
