import type { Draw } from "./draw.ts";
import { composeLines, type GeneratedKind } from "./generated-kind.ts";
import {
  composeBytes,
  composeEnglish,
  composeHex,
  composeHost,
  composeMoment,
  composePerson,
  composePhrase,
} from "./vocabulary.ts";

/** E-mail messages with their headers (RFC 5322): relays, signatures, MIME parts, a short body. */
export const email: GeneratedKind = {
  domain: "email",
  lang: "en",
  share: 0.01,
  compose(draw) {
    const moment = composeMoment(draw);
    const headers = [
      ...Array.from({ length: draw.between(1, 3) }, (_, hop) => composeRelay(draw, moment - hop * 1000)),
      ...(draw.isLikely(0.5) ? [composeSignature(draw)] : []),
      ...composeAddresses(draw, moment),
      ...composeContentHeaders(draw),
    ];
    const paragraphs = Array.from({ length: draw.between(1, 4) }, () => composeParagraph(draw));
    return `${headers.join("\n")}\n\n${paragraphs.join("\n\n")}\n\n${composePerson(draw).name}\n`;
  },
};

const mailDate = (moment: number) => new Date(moment).toUTCString().replace("GMT", "+0000");

function composeRelay(draw: Draw, moment: number): string {
  const address = Array.from({ length: 4 }, () => draw.between(1, 254)).join(".");
  const id = composeHex(draw, 12).toUpperCase();
  return `Received: from ${composeHost(draw)} (${composeHost(draw)} [${address}])\n\tby mx${draw.between(1, 9)}.${composeHost(draw)} (Postfix) with ESMTPS id ${id};\n\t${mailDate(moment)}`;
}

function composeSignature(draw: Draw): string {
  const hash = Buffer.from(composeBytes(draw, 32)).toString("base64");
  const signature = Buffer.from(composeBytes(draw, 96)).toString("base64");
  return `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=${composeHost(draw)}; s=${composeHex(draw, 6)};\n\tbh=${hash};\n\tb=${signature}`;
}

function composeAddresses(draw: Draw, moment: number): string[] {
  const from = composePerson(draw);
  const to = composePerson(draw);
  const copy = composePerson(draw);
  const subject = composePhrase(draw);
  return [
    `Message-ID: <${composeHex(draw, 16)}.${draw.between(1000, 99_999)}@${composeHost(draw)}>`,
    `Date: ${mailDate(moment)}`,
    `From: ${from.name} <${from.address}>`,
    `To: ${to.name} <${to.address}>`,
    ...(draw.isLikely(0.3) ? [`Cc: ${copy.name} <${copy.address}>`] : []),
    `Subject: ${draw.pick(["", "Re: ", "Fwd: ", ""])}${subject}`,
  ];
}

function composeContentHeaders(draw: Draw): string[] {
  const type = draw.pick([
    "text/plain; charset=utf-8",
    "text/html; charset=utf-8",
    "multipart/alternative; boundary=x",
  ]);
  const agent = draw.pick(["Mozilla Thunderbird", "Apple Mail (2.3445)", "Mutt/2.2", "Roundcube Webmail/1.6"]);
  return [
    "MIME-Version: 1.0",
    `Content-Type: ${type}`,
    `Content-Transfer-Encoding: ${draw.pick(["7bit", "8bit", "quoted-printable"])}`,
    `X-Mailer: ${agent}`,
  ];
}

function composeParagraph(draw: Draw): string {
  const quote = draw.isLikely(0.25) ? "> " : "";
  return composeLines(draw.between(2, 6), () => `${quote}${composeEnglish(draw)}`).trimEnd();
}
