import type { DirectionShape } from "./feature-record.ts";

/** How many neurons a direction rests on (Nanda's replication): one, some ten, or many. */
export type DirectionKind = "1-sparse" | "10-sparse" | "dense";

/** Share of the squared norm from which a direction is mainly on its largest entries. */
export const MOSTLY_ON = 0.35;
/** Share of it that the next nine entries of a 1-sparse direction stay below. */
export const REST_IS_LITTLE = 0.1;

/** The kind of a direction, from the shares of its squared norm in the largest entry and in the nine after it. */
export function classifyDirection({
  topShare,
  nextShare,
}: Pick<DirectionShape, "topShare" | "nextShare">): DirectionKind {
  if (topShare > MOSTLY_ON && nextShare < REST_IS_LITTLE) return "1-sparse";
  return topShare + nextShare > MOSTLY_ON ? "10-sparse" : "dense";
}
