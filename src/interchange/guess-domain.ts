const EXTENSIONS = {
  code: `js mjs cjs jsx ts mts cts tsx py pyi ipynb rb php pl pm lua r jl java kt kts scala groovy clj cljs c h cc cpp cxx hpp hh
    cu m mm cs fs vb go rs swift dart zig nim d pas ada f f90 f95 for hs ml mli elm erl ex exs lisp el scm rkt v sv vhd asm s sh
    bash zsh fish ps1 bat cmd sql wgsl glsl hlsl metal cmake mk gradle vue svelte sol proto graphql`,
  data: "json json5 jsonc yaml yml toml ini cfg conf csv tsv xml plist properties geojson lock",
  markup: "html htm xhtml css scss less svg",
  latex: "tex bib sty cls",
  logs: "log",
} as const;

const DOMAINS = new Map(
  Object.entries(EXTENSIONS).flatMap(([domain, extensions]) =>
    extensions.split(/\s+/).map((extension) => [extension, domain] as const),
  ),
);

/** The `domain` label of a plain file by its extension (lower case, without dot): code, data, markup, latex, logs or text. */
export function guessDomain(extension: string): string {
  return DOMAINS.get(extension) ?? "text";
}
