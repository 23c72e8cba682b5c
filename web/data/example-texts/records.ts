import type { ExampleText } from "./example-text.ts";

/** Lines of fixed form, and letters that are no words. */
export const RECORDS: readonly ExampleText[] = [
  {
    id: "log",
    title: "log lines",
    language: "zxx",
    text: `2021-11-04 08:15:02,113 INFO  [main] server.Start - listening on 0.0.0.0:8080 (pid 4127)
2021-11-04 08:15:09,870 DEBUG [worker-3] cache.Store - miss key=user:88123 ttl=300s
2021-11-04 08:15:10,004 WARN  [worker-3] db.Pool - slow query: 1843 ms, rows=0
2021-11-04 08:15:10,241 ERROR [worker-1] http.Handler - GET /orders/55 500 java.lang.NullPointerException: customer
    at shop.orders.Price.total(Price.java:61)
192.168.7.20 - - [04/Nov/2021:08:15:11 +0100] "GET /favicon.ico HTTP/1.1" 404 153 "-" "curl/7.74.0"`,
  },
  {
    id: "email",
    title: "e-mail headers",
    language: "en",
    text: `Return-Path: <newsletter@garden.example>
Received: from mx2.garden.example (mx2.garden.example [203.0.113.25])
	by mail.example.org (Postfix) with ESMTPS id 4F2A91C07E
	for <ruth@example.org>; Tue, 14 Sep 2021 06:02:41 +0200 (CEST)
From: "The Garden Club" <newsletter@garden.example>
To: ruth@example.org
Subject: Re: [garden] Autumn bulbs are here
Message-ID: <20210914040238.77123@garden.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=UTF-8
Content-Transfer-Encoding: quoted-printable

Dear Ruth,
thank you for your order.`,
  },
  {
    id: "urls",
    title: "web addresses",
    language: "zxx",
    text: `https://www.example.com/shop/shoes?size=42&colour=blue&page=3
http://archive.example.net/2019/05/21/why-bridges-hum.html#comments
https://user:secret@ftp.example.org:2121/pub/images/IMG_20200817_181502.jpg
mailto:info@example.co.uk?subject=Hello%20there
https://maps.example.com/?q=48.2082,16.3738&zoom=14
git@code.example.org:team/project.git
https://example.com/watch?v=dQ8rT2_xLk0&t=73s&utm_source=newsletter&utm_medium=email`,
  },
  {
    id: "numbers",
    title: "dates and numbers",
    language: "en",
    text: `Monday, 3 February 1997; 02/03/1997; 1997-02-03T14:30:00Z; 3.2.97.
The first 12 primes are 2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31 and 37. Population: 8,415,211 (+1.7 %); area: 83,879 km²; GDP: $412.6 billion; tel. +43 1 555 0134.
1/2 + 1/3 = 5/6 = 0.8333... and 2^10 = 1024, 7! = 5040, 6.022e23.
Final score 3:1 (1:1), half-time 45'+2, attendance 31,500. £19.99 each, or 3 for £50.`,
  },
  {
    id: "base64",
    title: "base64",
    language: "zxx",
    text: `+GRWReN+XSEv2eofqk5VtU3p5xAwMd0JbaGJ0odQP3kYhg3sLk8Hs2x04Q0gvv7rVbUaevQJFroX
8oqjzwo9os4NqxotKUWP1J+TecsA0ddPulxlDi4Xnk+OFo278LnYfOirv8l8Vft/uy1FtqXuSzbs
lK/X6YrOo/sgYtZJX6Bd8Pw07aeg6rmzGbU2X9mR27W1M/h5GSCs+1JkVBcXFVE4ndzR3gmCfkEl
cUDBjNVjF1thoe0/mCS0LW5p17FuGpqlvC3v3DPwlZ6z96MlTmXFCZeuv/rNQLfL26OmRlmHQX3t`,
  },
  {
    id: "hexadecimal",
    title: "hexadecimal",
    language: "zxx",
    text: `00000000: a870 a44d 7e84 9704 ef61 bd1c 2af9 d851
00000010: 2513 f02d ee7a 851e 1da6 5f25 e4ba ddd0
00000020: 9fb8 225a d025 66be dd3a a8a7 23b1 aab9
00000030: a4be 7c6b b50c 8739 255c 789c 009e 491c
00000040: c2ee 557a 7d33 a197 526a 1809 72f3 6ceb
sha256 ed33814d28d39c574df63c1bb39b6b127919d3474270d6914c0531a9d1b2009f
0x6453D06B 0x2E6C5EA7 #695942`,
  },
  {
    id: "dna",
    title: "DNA",
    language: "zxx",
    text: `>sequence 17, 240 base pairs
ATTATTGTGACTTAAAGTGTAACCAGATCTCTGTAATAACACGTATTATCAAGTATGATT
TAGTTATAATATCACAAAAGAATTTTCGAACAATCGACGCGCAGTTCACCTACAAGTATG
CGGAATCGCTGCCAATACATAGCCTCCGCAGTAAACTAGAGCTATTAGGTCCCTGACTTT
GTTGGTTCATGCTTACTCATAGCAGTAAGTGTCGGTTAATCTCACAAATAAATTCCTGCG`,
  },
  {
    id: "emoji",
    title: "emoji",
    language: "en",
    text: `ok so the party is on saturday 🎉🎉 who brings what?? I do pizza 🍕 + salad 🥗
Lena: cake!! 🎂😋 and my dog 🐕 (he's invited right? 😅)
me: obviously ❤️ 👨‍👩‍👧 kids welcome too 🙌🏽
Tom: can't make it 😭 on a train 🚆 to Vienna 🇦🇹, have fun 👋🏻
Lena: nooo 💔 next time!! 🤞
me: weather says ☀️ 27°C 😎🏖️ bring sunglasses 🕶️`,
  },
];
