import { type ReadonlySignal, signal } from "@preact/signals";
import type { Session } from "../../src/server/api.ts";
import { fetchJson } from "./fetch-data.ts";

const session = signal<Session>({ writable: false, live: "page" });
let asked: Promise<void> | undefined;

/** What may be asked here; nothing can be written until that is known. */
export function readSession(): ReadonlySignal<Session> {
  if (asked === undefined) asked = ask();
  return session;
}

async function ask(): Promise<void> {
  try {
    session.value = await fetchJson<Session>("/api/session");
  } catch {
    asked = undefined;
  }
}
