import { extname } from "node:path";
import { cutParagraphs } from "../split-paragraphs.ts";
import { labelLanguage } from "./languages.ts";
import type { PackageFile, PackageFileKind } from "./package-files.ts";

/** A text taken from a package's file, not yet freed of repeats. */
export interface PackageText {
  readonly domain: string;
  readonly lang: string;
  readonly text: string;
  /** How repeats are recognised. */
  readonly unit: "prose" | "code";
}

const DOCUMENT_CHARACTERS = 8000;
const LEAST_CHARACTERS = 160;
const MINIFIED_LINE_LENGTH = 160;

const CODE_LANGUAGES: Readonly<Record<string, string>> = {
  ".ts": "typescript",
  ".mts": "typescript",
  ".cts": "typescript",
  ".tsx": "typescript",
  ".flow": "flow",
  ".h": "c",
  ".sh": "shell",
  ".ps1": "powershell",
  ".py": "python",
};

/** Cuts a package's file into texts of at most 8,000 characters, each with its domain and language; tiny ones are left out. */
export function readPackageTexts(file: PackageFile, content: string): PackageText[] {
  const texts = extractTexts(file, content).flatMap((whole) =>
    [...cutParagraphs(whole.text, DOCUMENT_CHARACTERS)].map((text) => ({ ...whole, text })),
  );
  return texts.filter(({ text }) => text.length >= LEAST_CHARACTERS);
}

/** The domains a file of this kind can give. */
export function listDomains(kind: PackageFileKind): readonly string[] {
  return {
    docs: ["docs"],
    licence: ["licence"],
    types: ["types", "api-docs"],
    json: ["json"],
    code: ["code", "minified"],
    style: ["markup"],
    translation: ["translation"],
  }[kind];
}

function extractTexts(file: PackageFile, content: string): PackageText[] {
  const text = content.replaceAll("\r\n", "\n");
  switch (file.kind) {
    case "licence":
      return [{ domain: "licence", lang: "en", text: text.replace(/^> ?/gm, ""), unit: "prose" }];
    case "docs":
      return [{ domain: "docs", lang: isMostlyLatin(text) ? "en" : "und", text, unit: "prose" }];
    case "types":
      return splitComments(text);
    case "json":
      return [{ domain: "json", lang: "json", text, unit: "code" }];
    case "style":
      return [describeStyle(file, text)];
    case "translation":
      return [
        {
          domain: "translation",
          lang: findTranslationLanguage(file),
          text: listTranslations(file, text),
          unit: "prose",
        },
      ];
    case "code":
      return [describeCode(file, text)];
    default:
      return file.kind satisfies never;
  }
}

function describeCode(file: PackageFile, text: string): PackageText {
  const lang = CODE_LANGUAGES[extname(file.path).toLowerCase()] ?? "javascript";
  return { domain: isMinified(text) ? "minified" : "code", lang, text, unit: "code" };
}

function describeStyle(file: PackageFile, text: string): PackageText {
  const lang = file.path.endsWith(".css") ? "css" : "html";
  return { domain: "markup", lang, text, unit: "code" };
}

function isMinified(text: string): boolean {
  return text.length / (text.split("\n").length + 1) > MINIFIED_LINE_LENGTH;
}

function isMostlyLatin(text: string): boolean {
  const sample = text.slice(0, 20_000);
  const letters = sample.match(/\p{L}/gu)?.length ?? 0;
  return (sample.match(/\p{Script=Latin}/gu)?.length ?? 0) >= letters * 0.8;
}

function splitComments(text: string): PackageText[] {
  const comments: string[] = [];
  const types = text.replace(/\/\*\*([\s\S]*?)\*\//g, (_, body: string) => {
    const prose = body.replace(/^[ \t]*\* ?/gm, "").trim();
    if (prose.includes(" ")) comments.push(prose);
    return "";
  });
  return [
    { domain: "types", lang: "typescript", text: types.replace(/\n\s*\n\s*\n/g, "\n\n").trimStart(), unit: "code" },
    { domain: "api-docs", lang: "en", text: comments.join("\n\n"), unit: "prose" },
  ];
}

function findTranslationLanguage(file: PackageFile): string {
  const name = file.source.slice(file.source.lastIndexOf("/") + 1).replace(/\.[a-z]+$/, "");
  return labelLanguage({ ua: "uk", kh: "km", no: "nb" }[name] ?? name);
}

function listTranslations(file: PackageFile, text: string): string {
  const strings = file.path.endsWith(".json") ? listJsonStrings(JSON.parse(text)) : listCodeStrings(text);
  return [...new Set(strings)].join("\n");
}

function listJsonStrings(value: unknown): string[] {
  if (typeof value === "string") return /\p{L}+\s|\P{ASCII}/u.test(value) ? [value] : [];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(listJsonStrings) : [];
}

function listCodeStrings(code: string): string[] {
  const literals = [...code.matchAll(/"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g)].map(
    (match) => match[1] ?? match[2] ?? "",
  );
  const filled = literals.map((literal) => literal.replace(/\$\{[^}]*\}?/g, "…").replace(/\\(.)/g, "$1"));
  return filled.filter((literal) => /\p{L}{2}/u.test(literal) && !/^[\w./@-]*$/.test(literal));
}
