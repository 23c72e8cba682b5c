import { createFiringSample, type FiringSample } from "../features/firing-sample.ts";
import { createRandomStream, type RandomStream } from "../numerics/random.ts";
import type { ActiveEntries } from "./active-entries.ts";

/** Equal slices of 0 to a feature's maximum from which examples are drawn. */
export const GRID_LEVELS = 10;
/** Examples of a cell, at most. */
const CELL_EXAMPLES = 10;

/** A firing of a feature. */
export interface GridExample {
  /** Its row among all that were added. */
  readonly token: number;
  readonly activation: number;
}

/** Firings of one level, drawn evenly from those that belong to the proxy and from the others; in random order. */
export interface GridLevel {
  readonly on: readonly GridExample[];
  readonly off: readonly GridExample[];
}

/** Draws the grid of random examples of chosen features for chosen proxies (paper, appendix on feature proxies). */
export interface ExampleGrid {
  /** Adds a batch whose first row is token `first` of the truths, which begin at row `offset` of all that is added. */
  add(entries: ActiveEntries, truths: readonly Uint8Array[], first: number, offset: number): void;
  /** The levels of a feature for a proxy, the lowest first. */
  list(proxy: number, feature: number): readonly GridLevel[];
}

interface FeatureCells {
  readonly scale: number;
  readonly random: RandomStream;
  readonly proxies: readonly { readonly proxy: number; readonly firstSlot: number }[];
}

/** A grid for the features `wanted` for each proxy, whose largest activations are known. Time is linear in the active entries. */
export function createExampleGrid(maxima: Float32Array, wanted: readonly (readonly number[])[]): ExampleGrid {
  const cells = new Map<number, FeatureCells>();
  let slots = 0;
  for (const feature of new Set(wanted.flat())) {
    const proxies = wanted.flatMap((features, proxy) => {
      if (!features.includes(feature)) return [];
      slots += 2 * GRID_LEVELS;
      return [{ proxy, firstSlot: slots - 2 * GRID_LEVELS }];
    });
    const random = createRandomStream(0, "example grid", feature);
    cells.set(feature, { scale: GRID_LEVELS / maxima[feature]!, random, proxies });
  }
  const sample = createFiringSample(slots, CELL_EXAMPLES);
  const cellsOf = Array.from(maxima, (_, feature) => cells.get(feature));
  return {
    add: ({ rows, capacity, counts, indices, values }, truths, first, offset) => {
      for (let r = 0; r < rows; r++) {
        for (let k = r * capacity; k < r * capacity + counts[r]!; k++) {
          const own = cellsOf[indices[k]!];
          if (own !== undefined)
            offer(sample, own, { token: offset + first + r, activation: values[k]! }, truths, first + r);
        }
      }
    },
    list: (proxy, feature) => {
      const { firstSlot } = cells.get(feature)!.proxies.find((entry) => entry.proxy === proxy)!;
      const take = (slot: number): GridExample[] => {
        const { tokens, values } = sample.list(slot);
        return Array.from(tokens, (token, i) => ({ token, activation: values[i]! }));
      };
      return Array.from({ length: GRID_LEVELS }, (_, level) => ({
        on: take(firstSlot + 2 * level + 1),
        off: take(firstSlot + 2 * level),
      }));
    },
  };
}

function offer(
  sample: FiringSample,
  { scale, random, proxies }: FeatureCells,
  { token, activation }: GridExample,
  truths: readonly Uint8Array[],
  place: number,
): void {
  const level = Math.min(GRID_LEVELS - 1, Math.ceil(activation * scale) - 1);
  const priority = random.bits(token);
  for (const { proxy, firstSlot } of proxies)
    sample.offer(firstSlot + 2 * level + truths[proxy]![place]!, priority, token, activation);
}
