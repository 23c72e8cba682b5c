import type { Interval } from "../../metrics/jackknife.ts";
import type { Modules } from "./modules.ts";

/** A token on the way from a feature to the next. */
export interface EdgeToken {
  readonly token: number;
  /** How much probability the source's mean activation gives it, added to the tokens' frequencies. */
  readonly raised: number;
  /** How often it came next and the target fired on it. */
  readonly count: number;
}

/** An edge from a feature to one that fires on the tokens it raises, measured by weights and in text. */
export interface AutomatonEdge {
  readonly source: number;
  readonly target: number;
  /** By how much what the source writes raises the chance that the target fires on the next token. */
  readonly written: number;
  /** P(target at t + 1 | source at t), and its 95 % interval over contexts. */
  readonly followed: number;
  readonly interval: Interval;
  /** P(target at t + 1) over all tokens. */
  readonly base: number;
  /** Mean activation of the target where it follows. */
  readonly activation: number;
  /** Of the firings of the rarer of the two, the share on which both fire on the same token. */
  readonly together: number;
  /** sqrt(written (followed - base)). */
  readonly strength: number;
}

/** An edge of an automaton that is listed, with the tokens on it. */
export interface DescribedEdge extends AutomatonEdge {
  /** Of the times that the target follows, the share on which the token is among those that the source raises most. */
  readonly overRaised: number;
  /** Of those tokens the most frequent. */
  readonly tokens: readonly EdgeToken[];
}

/** Text in which an automaton goes round. */
export interface Walk {
  /** Where the first token shown stands: its context, and its place in it. */
  readonly context: number;
  readonly position: number;
  readonly document: number;
  readonly tokens: readonly number[];
  /** The activation of each state on each token. */
  readonly activations: readonly (readonly number[])[]; // [states][tokens]
  /** The walk itself: tokens from `from` to before `to` of those shown. */
  readonly from: number;
  readonly to: number;
}

/** A closed path of features, each raising tokens on which the next fires: of one feature, a self-loop. */
export interface Automaton {
  readonly states: readonly number[];
  /** Geometric mean of the strengths of its edges. */
  readonly strength: number;
  readonly edges: readonly DescribedEdge[];
  /** The module of each state; -1 for none. */
  readonly modules: readonly number[];
  /** How often text goes round it, and the tokens of the longest walk. */
  readonly walked: number;
  readonly longest: number;
  readonly walks: readonly Walk[];
}

/** A number of things, and how many there are when features write what others do. */
export interface CountBesideChance {
  readonly count: number;
  /** One a shuffle. */
  readonly chance: readonly number[];
}

/** A class of tokens, and the features that mostly fire on it. */
export interface ClassCount {
  readonly title: string;
  /** Searched tokens that belong to it. */
  readonly tokens: number;
  readonly features: number;
}

/** An automaton that the paper names, looked for here. */
export interface NamedFinding {
  readonly name: string;
  readonly title: string;
  readonly classes: readonly ClassCount[];
  /** The strongest cycle of such features, however weak; null where there is none. */
  readonly best: { readonly states: readonly number[]; readonly strength: number } | null;
  /** Whether it is strong enough to be an automaton. */
  readonly found: boolean;
}

/** Finite-state automata of a dictionary (paper, "finite state automata"), and its modules. */
export interface Automata {
  readonly tokens: number;
  readonly contexts: number;
  /** Constant scale of the final layer norm in logit weights. */
  readonly layerNormScale: number;
  /** Features that are neither dead nor ultralow: the others are left out. */
  readonly alive: number;
  readonly settings: {
    readonly raisedTokens: number;
    readonly edgesPerFeature: number;
    readonly weakestEdge: number;
    readonly fewestContexts: number;
  };
  readonly edges: CountBesideChance;
  /** Cycles of 1, 2, 3 and 4 features. */
  readonly cycles: readonly CountBesideChance[];
  readonly automata: readonly Automaton[];
  readonly named: readonly NamedFinding[];
  /** The strongest edges between different features. */
  readonly strongest: readonly AutomatonEdge[];
  readonly modules: Modules;
}
