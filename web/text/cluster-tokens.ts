import { mergeTokens, type TokenCluster } from "./merge-tokens.ts";

/** The tokens of a text as clusters, context by context; a cluster over an edge belongs to the context it begins in. */
export function clusterTokens(
  tokens: readonly { readonly token: number; readonly context: number }[],
  bytes: (token: number) => Uint8Array,
): TokenCluster[][] {
  const clusters = mergeTokens(tokens.map(({ token }) => bytes(token)));
  return [...Map.groupBy(clusters, ({ start }) => tokens[start]!.context).values()];
}
