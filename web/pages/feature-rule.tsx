import { useContext } from "preact/hooks";
import { RulePanel } from "../components/feature/rule-panel.tsx";
import type { PanelFrame } from "../components/panel.tsx";
import type { FeatureData } from "../data/dictionary-data.ts";
import { listShownGroups } from "../data/example-groups.ts";
import { parseExampleRule } from "../data/example-rule.ts";
import { RuleContext } from "../data/rule-context.ts";
import { useTextParameter } from "../data/use-text-parameter.ts";
import { pageLocation, setQuery } from "../location-state.ts";

/** The rule of the address and what it matches in the examples of a feature. */
export function FeatureRule({ data, record, frame }: FeatureData & { readonly frame: PanelFrame }) {
  const { text, set } = useTextParameter("rule");
  return (
    <RulePanel
      rule={parseExampleRule(pageLocation.value.query)}
      text={text}
      state={useContext(RuleContext)}
      groups={listShownGroups(record, data.pack.tokens)}
      frame={frame}
      onText={set}
      onChange={setQuery}
    />
  );
}
