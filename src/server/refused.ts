import type { ContentfulStatusCode } from "hono/utils/http-status";

/** A request that cannot be answered: the status and a sentence for whoever asked. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly status: ContentfulStatusCode;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: ContentfulStatusCode, sentence: string, headers: Readonly<Record<string, string>> = {}) {
    super(sentence);
    this.status = status;
    this.headers = headers;
  }
}
