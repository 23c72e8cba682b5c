import { UserError } from "../numerics/user-error.ts";
import { countContexts, documentAt, spreadContexts, type TokenStream } from "../text/contexts.ts";

/** Two disjoint sets of contexts: features are chosen on one and judged on the other. */
export interface ContextHalves {
  readonly selection: Int32Array;
  readonly judgement: Int32Array;
}

/**
 * At most `limit` contexts spread evenly over the stream, in two halves. A context goes where the document it begins in goes;
 * documents of one domain and language alternate, so that both halves hold rare text, and where there is only one such
 * document its contexts alternate. Throws UserError when there are fewer than two contexts.
 */
export function splitContexts(stream: TokenStream, contextLength: number, limit: number): ContextHalves {
  const available = countContexts(stream, contextLength);
  const count = Math.min(limit, available);
  if (count < 2)
    throw new UserError(
      `the search for proxies needs 2 held-out contexts of ${contextLength} tokens or more, got ${count}: hold out more text or raise analyses.tokens`,
    );
  const chosen = Array.from(spreadContexts(available, count), (context) => ({
    context,
    document: documentAt(stream, context * contextLength),
  }));
  const halves: [number[], number[]] = [[], []];
  [...groupByKind(stream, chosen).values()].forEach((members, group) => {
    const documents = new Map([...new Set(members.map(({ document }) => document))].map((d, rank) => [d, rank]));
    members.forEach(({ context, document }, i) => {
      const rank = documents.size > 1 ? documents.get(document)! : i;
      halves[(group + rank) % 2]!.push(context);
    });
  });
  const [selection, judgement] = halves.map((half) => Int32Array.from(half).sort()) as [Int32Array, Int32Array];
  return { selection, judgement };
}

interface PlacedContext {
  readonly context: number;
  readonly document: number;
}

function groupByKind(stream: TokenStream, contexts: readonly PlacedContext[]): Map<string, PlacedContext[]> {
  const groups = new Map<string, PlacedContext[]>();
  for (const placed of contexts) {
    const labels = stream.documentLabels[placed.document];
    const kind = JSON.stringify([labels?.domain, labels?.lang]);
    const group = groups.get(kind);
    if (group === undefined) groups.set(kind, [placed]);
    else group.push(placed);
  }
  return groups;
}
