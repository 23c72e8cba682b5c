/** The JSON behind an address of this server; throws an `Error` with the server's own sentence. */
export async function fetchJson<T>(address: string, signal?: AbortSignal): Promise<T> {
  const response = await request(address, signal);
  return (await response.json()) as T;
}

/** The bytes behind an address of this server; throws an `Error` with the server's own sentence. */
export async function fetchBytes(address: string, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const response = await request(address, signal);
  return new Uint8Array(await response.arrayBuffer());
}

async function request(address: string, signal: AbortSignal | undefined): Promise<Response> {
  const response = await fetch(address, signal === undefined ? {} : { signal }).catch((error: unknown) => {
    if (signal?.aborted === true) throw error;
    throw new Error("The server does not answer: is the command still running?");
  });
  if (response.ok) return response;
  const body = (await response.json().catch(() => ({}))) as { error?: string };
  throw new Error(sentence(body.error ?? `the server answered with status ${response.status}`));
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;
}
