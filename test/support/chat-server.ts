import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a request asks for, as the server reads it. */
export interface AskedChat {
  readonly body: {
    readonly model: string;
    readonly messages: readonly { readonly role: string; readonly content: string }[];
    readonly max_completion_tokens: number;
  };
  readonly authorization: string | undefined;
}

/** How a request is treated. */
export type ChatFault =
  | { readonly kind: "answer"; readonly text?: string; readonly usage?: unknown }
  | { readonly kind: "status"; readonly status: number; readonly retryAfter?: string; readonly message?: string }
  /** The connection is closed before, or in the middle of, the reply. */
  | { readonly kind: "close" | "truncate" }
  /** Nothing is ever answered. */
  | { readonly kind: "hold" };

/** A local server that speaks OpenAI's interface for chats. */
export interface ChatServer {
  readonly baseUrl: string;
  /** Everything that was asked, in order. */
  readonly asked: readonly AskedChat[];
  readonly close: () => Promise<void>;
}

/** Serves on a free port; `treat` decides by the number of the request (from 0) and by what it asks. */
export async function startChatServer(
  treat: (index: number, chat: AskedChat) => ChatFault = () => ({ kind: "answer" }),
): Promise<ChatServer> {
  const asked: AskedChat[] = [];
  const server = createServer(async (request, response) => {
    if (request.method !== "POST" || request.url !== "/v1/chat/completions") {
      response.writeHead(404).end();
      return;
    }
    const chat = { body: JSON.parse(await readBody(request)), authorization: request.headers.authorization };
    asked.push(chat);
    respond(response, treat(asked.length - 1, chat), chat);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function respond(response: ServerResponse, fault: ChatFault, chat: AskedChat): void {
  if (fault.kind === "hold") return;
  if (fault.kind === "close") response.socket?.destroy();
  if (fault.kind === "answer") {
    const text = fault.text ?? answerPlausibly(chat);
    sendJson(response, 200, renderCompletion(text, "usage" in fault ? fault.usage : countUsage(chat, text)));
  }
  if (fault.kind === "status") {
    if (fault.retryAfter !== undefined) response.setHeader("retry-after", fault.retryAfter);
    sendJson(response, fault.status, { error: { message: fault.message ?? `status ${fault.status}` } });
  }
  if (fault.kind === "truncate") {
    const whole = JSON.stringify(renderCompletion("a reply that is cut", countUsage(chat, "")));
    response.writeHead(200, { "content-type": "application/json" }).end(whole.slice(0, whole.length / 2));
  }
}

/** What a willing, simple model answers: the first token of the data is active. */
function answerPlausibly({ body }: AskedChat): string {
  const data = /<data>\n([\s\S]*?)\n<\/data>$/.exec(body.messages.at(-1)!.content)![1]!;
  const lines = data.split("\n").filter((line) => line !== "");
  const task = body.messages[0]!.content;
  if (task.includes("<answer>")) return "They look alike.\n<answer>a plain explanation</answer>";
  if (task.includes("level from 0 to 9 that you predict"))
    return lines.map((line, i) => `${line}\t${i % 3 === 0 ? 4 : 0}`).join("\n");
  return lines.map((line, i) => `${line.split(":")[0]}\t${i % 2 === 0 ? "yes" : "no"}`).join("\n");
}

function renderCompletion(content: string, usage: unknown) {
  const choices = [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }];
  return { id: "1", object: "chat.completion", created: 0, model: "test", choices, usage };
}

function countUsage({ body }: AskedChat, text: string) {
  const asked = body.messages.reduce((sum, { content }) => sum + content.length, 0);
  return { prompt_tokens: Math.ceil(asked / 4), completion_tokens: Math.ceil(text.length / 4), total_tokens: 0 };
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
