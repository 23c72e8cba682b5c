/** A feature that is active on a token. */
export interface LiveFeature {
  readonly feature: number;
  readonly activation: number;
  /**
   * Change of the loss (nats) of predicting the next token when the feature is ablated on the whole context: > 0, the feature
   * helped. Null where not asked for or where no token follows.
   */
  readonly lossEffect: number | null;
  /** Activation times the logit weight on the request's `nextToken`; null where not asked for or without a direct path. */
  readonly logitEffect: number | null;
}

/** A token of a text, the separator that starts it included. */
export interface LiveToken {
  readonly token: number;
  /** Which of the contexts that the text was cut into, and the place in it. */
  readonly context: number;
  readonly position: number;
  /** In nats, given what comes before it in the context that predicts it; null for the first. */
  readonly logProbability: number | null;
  /** The strongest first. */
  readonly features: readonly LiveFeature[];
}

/** A token that may come next. */
export interface TokenProbability {
  readonly token: number;
  readonly probability: number;
}

/** Log-probabilities in nats of a text's tokens; null for the first. */
export type LogProbabilities = readonly (number | null)[];

/** One feature on each token of a context. */
export interface ReadContext {
  readonly activations: readonly number[];
  /** What ablating it on the whole context does to the loss of predicting the token after each, in nats; 0 after the last. */
  readonly effects: readonly number[];
}

/** The answer to a request, a stream: whatever its kind says, progress in between, `done` last. Token ids include the separator first. */
export type LiveEvent =
  | {
      readonly kind: "explored";
      readonly tokens: readonly LiveToken[];
      /** More than 1 where the text is longer than the model's context: it sees each alone. */
      readonly contexts: number;
      readonly contextLength: number;
    }
  /** As many as are read so far, in the order in which they were given; the last such event has them all. */
  | { readonly kind: "contexts"; readonly contexts: readonly ReadContext[] }
  /** By token id, the median over the tokens in use at 0; null where the site has no direct path to the logits. */
  | { readonly kind: "logit-weights"; readonly weights: readonly number[] | null }
  | { readonly kind: "prompt"; readonly tokens: readonly number[]; readonly logProbabilities: LogProbabilities }
  | { readonly kind: "token"; readonly index: number; readonly token: number; readonly logProbability: number }
  | {
      readonly kind: "watched";
      /** Of each watched feature on each token of the prompt and the drawn text, before any intervention there. */
      readonly activations: readonly (readonly number[])[];
    }
  | {
      readonly kind: "dose";
      readonly value: number;
      /** Mean loss in nats of the prompt's tokens. */
      readonly loss: number;
      readonly topTokens: readonly TokenProbability[];
      readonly sample: readonly number[];
    }
  | {
      readonly kind: "losses";
      readonly tokens: readonly number[];
      readonly clean: LogProbabilities;
      readonly zeroAblated: LogProbabilities;
      readonly reconstructed: LogProbabilities;
      /** Null where the request names no intervention. */
      readonly intervened: LogProbabilities | null;
    }
  | { readonly kind: "progress"; readonly done: number; readonly total: number }
  | { readonly kind: "done" };
