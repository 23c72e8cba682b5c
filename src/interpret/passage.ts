/** Where a passage comes from (paper, appendix on automation). */
export type PassageSource =
  /** Of the strongest examples. */
  | { readonly kind: "top" }
  /** The centre's activation lies in one of the 11 equal parts of 0 to the maximum; 10 is the highest. */
  | { readonly kind: "interval"; readonly interval: number }
  /** A random token on which the feature is silent. */
  | { readonly kind: "bottom" }
  /** A random token, whatever the feature does on it. */
  | { readonly kind: "random" }
  /** A token equal to the centre of a top example, somewhere else. */
  | { readonly kind: "elsewhere" }
  /** A random token on which the feature is active. */
  | { readonly kind: "firing" };

/** A token of held-out text with its neighbours and a feature's activation on each. */
export interface Passage {
  readonly source: PassageSource;
  readonly context: number;
  /** Place of the centre within its context. */
  readonly position: number;
  readonly document: number;
  /** Ids of the window, the centre in the middle; -1 outside the context. */
  readonly tokens: readonly number[]; // [2 window + 1]
  readonly activations: readonly number[]; // [2 window + 1]
}

/** Passages that were chosen already, to tell whether another one would show something of them again. */
export interface PassageRegister {
  readonly add: (passage: Passage) => void;
  /** Whether a passage of exactly these tokens was added. */
  readonly hasTokens: (passage: Passage) => boolean;
  /** Whether a passage that shares a token's place with this one was added. */
  readonly overlaps: (passage: Passage) => boolean;
}

/** An empty register. */
export function createPassageRegister(): PassageRegister {
  const windows = new Set<string>();
  const positions = new Map<number, number[]>();
  return {
    add: ({ tokens, context, position }) => {
      windows.add(tokens.join(" "));
      positions.set(context, [...(positions.get(context) ?? []), position]);
    },
    hasTokens: ({ tokens }) => windows.has(tokens.join(" ")),
    overlaps: ({ tokens, context, position }) =>
      (positions.get(context) ?? []).some((other) => Math.abs(other - position) < tokens.length),
  };
}
