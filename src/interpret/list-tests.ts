import type { ShownPassage } from "./feature-exam.ts";
import { holds, listShapes, type TokenTest } from "./token-rules.ts";

/** A test and the tokens of which it holds. */
interface ListedTest {
  readonly test: TokenTest;
  /** 1 or 0 for each token of all passages in a row. */
  readonly holds: Uint8Array;
}

const AFFIX_LENGTHS = [2, 3, 4];
/** Labels that tell one document from another, not kinds of text. */
const LABELS = ["domain", "lang"];

/** Every test that holds of tokens in at least two passages, and not of all of them. */
export function listTests(passages: readonly ShownPassage[]): ListedTest[] {
  const candidates = new Map<string, { readonly test: TokenTest; passages: number }>();
  for (const passage of passages) {
    const tests = [...passage.tokens.flatMap(listTokenTests), ...listLabelTests(passage)];
    for (const [name, test] of new Map(tests.map((test) => [JSON.stringify(test), test]))) {
      const known = candidates.get(name);
      if (known === undefined) candidates.set(name, { test, passages: 1 });
      else known.passages++;
    }
  }
  const listed = [...candidates.values()].flatMap((candidate) => {
    const test = candidate.passages < 2 ? undefined : evaluateTest(candidate.test, passages);
    return test === undefined ? [] : [test];
  });
  return listed.sort((a, b) => rankPlainness(a.test) - rankPlainness(b.test));
}

/** Of tests that say the same of all tokens at hand the plainest comes first: one of the token itself, of its kind, of what is before it. */
function rankPlainness(test: TokenTest): number {
  const kinds: readonly TokenTest["kind"][] = ["token", "script", "shape", "beginning", "ending", "label", "context"];
  return kinds.indexOf(test.kind) + ("back" in test ? kinds.length * test.back : 0);
}

function listLabelTests({ labels }: ShownPassage): TokenTest[] {
  return LABELS.flatMap((name) => {
    const value = labels[name];
    return value === undefined ? [] : [{ kind: "label", name, value } as const];
  });
}

/** Tests that speak of a token by itself. */
export function listOwnTests(token: ShownPassage["tokens"][number]): TokenTest[] {
  return [
    ...token.scripts.map((script) => ({ kind: "script", back: 0, script }) as const),
    ...listShapes(token).map((shape) => ({ kind: "shape", back: 0, shape }) as const),
    ...AFFIX_LENGTHS.filter((length) => length < token.text.length && !token.text.includes("\\x")).flatMap((length) => [
      { kind: "beginning", text: token.text.slice(0, length).toWellFormed() } as const,
      { kind: "ending", text: token.text.slice(-length).toWellFormed() } as const,
    ]),
  ];
}

/** Tests of a token, of its neighbours' relation to it, and of what has it before. */
function listTokenTests(token: ShownPassage["tokens"][number]): TokenTest[] {
  return [
    ...listOwnTests(token),
    ...([0, 1, 2] as const).map((back) => ({ kind: "token", back, texts: [token.text] }) as const),
    { kind: "context", text: token.text },
    ...token.scripts.map((script) => ({ kind: "script", back: 1, script }) as const),
    ...listShapes(token).map((shape) => ({ kind: "shape", back: 1, shape }) as const),
  ];
}

function evaluateTest(test: TokenTest, passages: readonly ShownPassage[]): ListedTest | undefined {
  const values: number[] = [];
  let passagesHeld = 0;
  let tokensHeld = 0;
  for (const passage of passages) {
    let held = 0;
    for (let place = 0; place < passage.tokens.length; place++) {
      const value = holds(test, passage, place) ? 1 : 0;
      values.push(value);
      held += value;
    }
    if (held > 0) passagesHeld++;
    tokensHeld += held;
  }
  if (passagesHeld < 2 || tokensHeld === values.length) return undefined;
  return { test, holds: Uint8Array.from(values) };
}
