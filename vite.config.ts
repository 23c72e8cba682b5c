import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build, defineConfig, type Plugin, type UserConfig } from "vite";

const WEB = join(import.meta.dirname, "web");
const JSX: UserConfig = { oxc: { jsx: { runtime: "automatic", importSource: "preact" } } };

export default defineConfig({
  ...JSX,
  root: WEB,
  plugins: [singleFile("feature-document"), singleFile("article")],
  build: {
    outDir: "../dist/web",
    emptyOutDir: true,
    target: "esnext",
    // The served page has a strict content security policy: nothing inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  worker: { format: "es" },
  experimental: {
    // The page of a server stands at many paths, a static copy in any folder: only index.html names its files from the root,
    // which the copy changes; scripts and styles find one another wherever they are.
    renderBuiltUrl: (name, { hostType }) => (hostType === "html" ? `/${name}` : { relative: true }),
  },
});

/** Unpacks the page's script, a third of its size, and runs it: the policy names the hashes of both. */
const LOADER = [
  'const packed = document.getElementById("site-script").textContent;',
  "const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));",
  'const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));',
  "new Response(unpacked).text().then((text) => {",
  '  const script = document.createElement("script");',
  "  script.textContent = text;",
  "  document.body.append(script);",
  "});",
].join("\n");

/** Adds `<name>.html`: the template of a file that needs nothing else, all but what it shows; from the folder of that name. */
function singleFile(name: "feature-document" | "article"): Plugin {
  return {
    name,
    apply: "build",
    async generateBundle() {
      const { script, style } = await buildInline(name);
      const policy = [
        "default-src 'none'",
        `script-src '${hashOf(LOADER)}' '${hashOf(script)}'`,
        `style-src '${hashOf(style)}'`,
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
      ].join("; ");
      const source = readFileSync(join(WEB, name, "template.html"), "utf8")
        .replace("%POLICY%", () => policy)
        .replace("%STYLE%", () => style)
        .replace("%SCRIPT%", () => gzipSync(script, { level: 9 }).toString("base64"))
        .replace("%LOADER%", () => LOADER);
      this.emitFile({ type: "asset", fileName: `${name}.html`, source });
    },
  };
}

/** The page of a folder of `web/` as one classic script, since browsers refuse modules on file://, and one style sheet. */
async function buildInline(name: string): Promise<{ readonly script: string; readonly style: string }> {
  const result = await build({
    ...JSX,
    configFile: false,
    root: WEB,
    logLevel: "error",
    build: {
      write: false,
      target: "esnext",
      modulePreload: false,
      // Otherwise the script would bring the style along, which the policy refuses.
      cssCodeSplit: false,
      rolldownOptions: { input: join(WEB, name, "main.tsx"), output: { format: "iife" } },
    },
  });
  const files = [result].flat().flatMap((part) => ("output" in part ? part.output : []));
  const script = files.flatMap((file) => (file.type === "chunk" ? [file.code] : [])).join("");
  // Workers of the page are assets too: such a file has none.
  const sheets = files.flatMap((file) =>
    file.type === "asset" && file.fileName.endsWith(".css") ? [file.source] : [],
  );
  const style = sheets.join("");
  if (/<\/style/i.test(style)) throw new Error(`${name}: the style would end the element it stands in`);
  return { script, style };
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
