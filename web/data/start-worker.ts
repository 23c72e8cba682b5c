import liveWorker from "../live-worker.ts?worker&url";
import ruleWorker from "../rule-worker.ts?worker&url";

/** The workers of the page. */
const WORKERS = { live: liveWorker, rule: ruleWorker } as const;

/** Starts one of the page's own workers. */
export function startWorker(name: keyof typeof WORKERS): Worker {
  return new Worker(trust(WORKERS[name]), { type: "module", name: `monosem ${name}` });
}

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(address: string): string },
  ): { createScriptURL(address: string): string };
}

let createTrustedAddress: ((address: string) => string) | undefined;

/** The worker's address, by the one policy that the page's security policy names, where the browser has such. */
function trust(address: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  createTrustedAddress ??=
    trustedTypes === undefined
      ? (same) => same
      : (
          (policy) => (one: string) =>
            policy.createScriptURL(one)
        )(trustedTypes.createPolicy("monosem-worker", { createScriptURL: requireWorker }));
  return createTrustedAddress(address);
}

function requireWorker(address: string): string {
  if (!Object.values(WORKERS).includes(address)) throw new TypeError("only the page's own workers are started");
  return address;
}
