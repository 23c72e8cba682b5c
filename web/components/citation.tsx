import type { FeaturePackHeader } from "../../src/store/feature-pack.ts";
import { copyText } from "../data/copy-text.ts";

const PAPER = `@article{bricken2023monosemanticity,
  title   = {Towards Monosemanticity: Decomposing Language Models With Dictionary Learning},
  author  = {Bricken, Trenton and Templeton, Adly and Batson, Joshua and Chen, Brian and Jermyn, Adam and others},
  journal = {Transformer Circuits Thread},
  year    = {2023},
  url     = {https://transformer-circuits.pub/2023/monosemantic-features}
}`;

/** How to name this dictionary, and the paper it follows, in a text of one's own. */
export function Citation({ id, pack }: { readonly id: string; readonly pack: FeaturePackHeader }) {
  const own = `@misc{monosem-${id},
  title        = {The dictionary ${id}},
  howpublished = {monosem ${pack.toolVersion}, seed ${pack.seed}},
  note         = {${pack.features} features at ${pack.site}; SHA-256 of the directions ${pack.dictionarySha256}}
}`;
  const text = `${own}\n\n${PAPER}\n`;
  return (
    <div class="card">
      <div class="card-head">
        <h2>Citation</h2>
        <button type="button" class="button" onClick={() => copyText(text, "Citation")}>
          Copy
        </button>
      </div>
      <pre class="citation">{text}</pre>
    </div>
  );
}
