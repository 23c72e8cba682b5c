import { readFileSync } from "node:fs";

const packageJson = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** The tool's version, recorded in every run. */
export const TOOL_VERSION = packageJson.version;
