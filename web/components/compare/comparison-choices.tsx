import type { ComparisonView } from "../../data/comparison-view.ts";
import { ChoiceGroup } from "../choice-group.tsx";

/** What of a comparison to look at. */
export function ComparisonChoices(props: {
  readonly view: ComparisonView;
  readonly names: { readonly left: string; readonly right: string };
  readonly hasNeurons: boolean;
  readonly onChange: (changes: Readonly<Record<string, string>>) => void;
}) {
  const { view, names, onChange } = props;
  return (
    <div class="comparison-choices">
      <ChoiceGroup
        legend="From"
        name="side"
        choices={names}
        value={view.side}
        onChange={(side) => onChange({ side: side === "left" ? "" : side })}
      />
      {props.hasNeurons && (
        <ChoiceGroup
          legend="Compare"
          name="of"
          choices={{ features: "features", neurons: "neurons" }}
          value={view.of}
          onChange={(of) => onChange({ of: of === "features" ? "" : of })}
        />
      )}
      <ChoiceGroup
        legend="Against"
        name="by"
        choices={{ logits: "logit weights", attribution: "attributions" }}
        value={view.by}
        onChange={(by) => onChange({ by: by === "logits" ? "" : by })}
      />
      <ChoiceGroup
        legend="Order"
        name="order"
        choices={{ best: "most alike first", worst: "least alike first" }}
        value={view.order}
        onChange={(order) => onChange({ order: order === "best" ? "" : order })}
      />
    </div>
  );
}
