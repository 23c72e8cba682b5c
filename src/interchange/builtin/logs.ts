import type { Draw } from "./draw.ts";
import { composeLines, type GeneratedKind } from "./generated-kind.ts";
import { composeUrl } from "./urls.ts";
import { composeHex, composeHost, composeMoment, composePerson, NOUNS, VERBS } from "./vocabulary.ts";

type Line = (moment: Date, draw: Draw) => string;

/** Logs of servers and programs: web access, system, application, JSON lines and stack traces. */
export const logs: GeneratedKind = {
  domain: "logs",
  lang: "en",
  share: 0.012,
  compose(draw) {
    const line = draw.pick<Line>([composeAccess, composeSystem, composeApplication, composeJson, composeTrace]);
    let moment = composeMoment(draw);
    return composeLines(draw.between(15, 45), () => {
      moment += draw.between(0, 20) * 1000;
      return line(new Date(moment), draw);
    });
  },
};

const composeAddress = (draw: Draw) => Array.from({ length: 4 }, () => draw.between(1, 254)).join(".");

function composeAccess(moment: Date, draw: Draw): string {
  const [, day, month, year, time] = moment.toUTCString().split(" ");
  const path = composeUrl(draw, "h").replace(/^https?:\/\/h/, "");
  const status = draw.pick([200, 200, 200, 200, 301, 304, 404, 403, 500]);
  const agent = draw.pick([
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0)",
    "curl/8.5.0",
    "Googlebot/2.1",
    "Mozilla/5.0 (Windows NT 10.0)",
  ]);
  return `${composeAddress(draw)} - - [${day}/${month}/${year}:${time} +0000] "${draw.pick(["GET", "GET", "GET", "POST", "HEAD"])} ${path} HTTP/1.1" ${status} ${draw.between(0, 60_000)} "-" "${agent}"`;
}

function composeSystem(moment: Date, draw: Draw): string {
  const [, day, month, , time] = moment.toUTCString().split(" ");
  const service = draw.pick(["sshd", "systemd", "kernel", "cron", "NetworkManager", "dockerd", "postfix/smtpd"]);
  const event = draw.pick([
    `Accepted publickey for ${composePerson(draw).name.split(" ")[0]!.toLowerCase()} from ${composeAddress(draw)} port ${draw.between(1024, 65_535)} ssh2`,
    `Started ${draw.pick(NOUNS)}-${draw.pick(NOUNS)}.service.`,
    `Connection closed by ${composeAddress(draw)} port ${draw.between(1024, 65_535)} [preauth]`,
    `eth0: link up, ${draw.pick([100, 1000, 10_000])} Mbps, full duplex`,
    `Out of memory: Killed process ${draw.between(300, 32_000)} (${draw.pick(NOUNS)})`,
    `session opened for user ${draw.pick(NOUNS)} by (uid=${draw.between(0, 1000)})`,
  ]);
  return `${month} ${Number(day)} ${time} ${draw.pick(NOUNS)}${draw.between(1, 9)} ${service}[${draw.between(300, 32_000)}]: ${event}`;
}

function composeApplication(moment: Date, draw: Draw): string {
  const level = draw.pick(["INFO", "INFO", "INFO", "DEBUG", "WARN", "ERROR"]);
  const place = `${draw.pick(NOUNS)}.${draw.pick(NOUNS)}`;
  const stamp = `${moment.toISOString().slice(0, 19).replace("T", " ")},${String(draw.between(0, 999)).padStart(3, "0")}`;
  return `${stamp} [${draw.pick(["main", "worker-1", "worker-2", "http-8080-exec-3"])}] ${level} ${place} - ${draw.pick(NOUNS)} ${draw.between(1, 9999)} ${draw.pick(VERBS)} ${draw.pick(NOUNS)} in ${draw.between(1, 4000)} ms`;
}

function composeJson(moment: Date, draw: Draw): string {
  return JSON.stringify({
    time: moment.toISOString(),
    level: draw.pick(["info", "info", "warn", "error", "debug"]),
    msg: `${draw.pick(NOUNS)} ${draw.pick(VERBS)} ${draw.pick(NOUNS)}`,
    host: composeHost(draw),
    requestId: composeHex(draw, 16),
    status: draw.pick([200, 201, 204, 400, 404, 500]),
    durationMs: draw.between(1, 9000),
  });
}

function composeTrace(moment: Date, draw: Draw): string {
  if (draw.isLikely(0.6)) {
    const method = `${draw.pick(VERBS)}${capitalise(draw.pick(NOUNS))}`;
    return `    at ${capitalise(draw.pick(NOUNS))}.${method} (/app/src/${draw.pick(NOUNS)}/${draw.pick(NOUNS)}.js:${draw.between(1, 900)}:${draw.between(1, 80)})`;
  }
  const error = draw.pick([
    "TypeError: Cannot read properties of undefined",
    "RangeError: Invalid array length",
    "Error: connect ECONNREFUSED",
  ]);
  return `[${moment.toISOString()}] ${error} (${draw.pick(NOUNS)} ${composeHex(draw, 6)})`;
}

function capitalise(word: string): string {
  return `${word[0]!.toUpperCase()}${word.slice(1)}`;
}
