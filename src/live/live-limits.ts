/** What one request may ask for at most. */
export const LIVE_LIMITS = {
  /** Characters of a text or prompt. */
  characters: 100_000,
  /** Tokens drawn. */
  tokens: 500,
  interventions: 64,
  /** Features watched while a text is drawn. */
  watched: 16,
  /** Contexts that one feature is read on. */
  contexts: 256,
  /** Values of a dose-response. */
  values: 64,
} as const;
