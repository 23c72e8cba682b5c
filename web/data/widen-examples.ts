import type { Example } from "../../src/features/feature-record.ts";
import type { ReadContext } from "../../src/live/live-event.ts";
import type { ShownGroup } from "./example-groups.ts";

/** A context with one feature on each of its tokens. */
export interface WholeContext extends ReadContext {
  readonly tokens: readonly number[];
}

/** Examples whose window is their whole context; those of contexts that are not here stay as they are. */
export function widenGroups(groups: readonly ShownGroup[], contexts: ReadonlyMap<number, WholeContext>): ShownGroup[] {
  return mapExamples(groups, (example) => {
    const whole = contexts.get(example.context);
    return whole === undefined ? example : widen(example, whole);
  });
}

/**
 * Examples with the effect on the next token's logit in the place of that on its loss: the activation times the token's logit
 * weight. Without weights the effects are unknown.
 */
export function stateLogitEffects(groups: readonly ShownGroup[], weights: readonly number[] | null): ShownGroup[] {
  if (weights === null) return mapExamples(groups, (example) => ({ ...example, effects: null }));
  return mapExamples(groups, (example) => ({
    ...example,
    effects: example.tokens.map((_, place) => {
      const next = example.tokens[place + 1] ?? -1;
      return next < 0 ? 0 : example.activations[place]! * weights[next]!;
    }),
  }));
}

/** The contexts of examples, each once, at most so many. */
export function listContexts(groups: readonly ShownGroup[], most: number): number[] {
  return [...new Set(groups.flatMap(({ examples }) => examples.map(({ context }) => context)))].slice(0, most);
}

function mapExamples(groups: readonly ShownGroup[], change: (example: Example) => Example): ShownGroup[] {
  return groups.map((group) => ({ ...group, examples: group.examples.map(change) }));
}

/** The centre stays in the middle: what lies outside the context on either side is -1, as in a window. */
function widen(example: Example, { tokens, activations, effects }: WholeContext): Example {
  const reach = tokens.length - 1;
  const spread = (values: readonly number[], outside: number) =>
    Array.from({ length: 2 * reach + 1 }, (_, place) => values[place - reach + example.position] ?? outside);
  return {
    ...example,
    tokens: spread(tokens, -1),
    activations: spread(activations, 0),
    effects: spread(effects, 0),
  };
}
