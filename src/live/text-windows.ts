/** A stretch of a text that the model sees alone. */
export interface TextWindow {
  readonly context: number;
  /** Where its first token stands in the text. */
  readonly start: number;
  readonly tokens: Int32Array;
  /** The token that follows each; -1 where the text ends. */
  readonly targets: Int32Array;
}

/** Cuts a text into windows of `contextLength` tokens, the last one as long as it is. */
export function cutWindows(text: Int32Array, contextLength: number): TextWindow[] {
  return Array.from({ length: Math.ceil(text.length / contextLength) }, (_, context) => {
    const start = context * contextLength;
    const tokens = text.slice(start, start + contextLength);
    const targets = Int32Array.from(tokens, (_token, position) => text[start + position + 1] ?? -1);
    return { context, start, tokens, targets };
  });
}
