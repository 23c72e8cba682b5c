/** The words of the page and what they mean here. */
export const GLOSSARY: readonly (readonly [word: string, meaning: string])[] = [
  [
    "dictionary",
    "a sparse autoencoder: it takes an activation apart into few of many features, and puts it together again",
  ],
  ["feature", "one direction of the dictionary; it fires on a token when its activation there is above zero"],
  ["neurons", "the layer's own units, shown with the same pages as a baseline"],
  ["density", "the share of tokens a feature fires on; dense above 1 in 100, ultralow below 1 in 100,000"],
  [
    "dead",
    "never fired on the text searched; by the rule of three its density is below 3 in that many tokens, with 95 % confidence",
  ],
  ["L0", "how many features fire on a token, on average"],
  [
    "loss recovered",
    "how much of the layer's use to the model survives when the reconstruction stands in for it: 0 as if the layer were ablated, 100 % as if nothing had changed",
  ],
  [
    "zero and mean ablation",
    "the layer's activation replaced by zeros, or by its mean; the harder of the two is the headline",
  ],
  ["explained variance", "the share of the activations' variance that the reconstruction has"],
  ["logit weight", "what a unit of a feature adds to a token's logit on the direct path, the median token at 0"],
  [
    "interval",
    "one of eleven equal slices from 0 to a feature's largest activation, with examples from each: a name must fit all of them",
  ],
  [
    "95 % interval",
    "the range a figure could have by chance alone on other text like this; for densities Wilson's, for losses over contexts",
  ],
  [
    "effect",
    "how much worse, in nats, a token would be predicted without the feature: above 0 it helped, below it hurt",
  ],
  ["use", "the mean effect over random firings"],
  ["near miss", "a token that is at the centre of a top example elsewhere, but on which the feature is silent"],
  ["random firings", "drawn evenly from all tokens a feature fires on: what is typical, beside what is strongest"],
  [
    "1-sparse, 10-sparse, dense direction",
    "whether more than 35 % of a direction's squared norm lies in one neuron, in ten, or in many",
  ],
  ["Pearson", "correlation of two activations over the text searched"],
  ["pin", "holding a feature at a value on every token while the model writes"],
  ["error term", "what the dictionary leaves unexplained of an activation; steering can keep it or drop it"],
];
