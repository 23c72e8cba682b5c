import type { FoundProfile } from "../../data/specificity-data.ts";
import { Panel, type PanelFrame } from "../panel.tsx";
import { ProfilePlots } from "../specificity/profile-plots.tsx";

/** A feature's activations beside the proxies it came near: which share of each level belongs to the chosen one. */
export function ProxyPanel(props: {
  readonly found: readonly FoundProfile[];
  readonly chosen: FoundProfile;
  readonly address: (proxy: string) => string;
  readonly frame: PanelFrame;
  readonly onChoose: (proxy: string) => void;
}) {
  const { found, chosen } = props;
  const { profile, proxy } = chosen;
  const levels = profile.counts.map((count, level) => [
    (level * profile.maximum) / profile.counts.length,
    count,
    profile.positives[level]!,
    profile.mass[level]!,
    profile.positiveMass[level]!,
  ]);
  return (
    <Panel
      name="proxy"
      frame={props.frame}
      data={() => ({
        table: { columns: ["from", "tokens", "of_proxy", "activation", "activation_of_proxy"], rows: levels },
        json: { proxy: proxy.proxy, tokensOfProxy: proxy.positives, ...profile },
      })}
    >
      <label class="field">
        <span>Proxy</span>
        <select value={proxy.proxy} onChange={(event) => props.onChoose(event.currentTarget.value)}>
          {found.map((other) => (
            <option key={other.proxy.proxy} value={other.proxy.proxy}>
              {other.proxy.title} (F1 {other.profile.f1.toFixed(2)})
            </option>
          ))}
        </select>
      </label>
      <p class="note">
        Precision {profile.precision.toFixed(3)}, recall {profile.recall.toFixed(3)}, Pearson{" "}
        {profile.pearson.toFixed(3)} over all tokens. <a href={props.address(proxy.proxy)}>What else stands for it</a>
      </p>
      <ProfilePlots found={chosen} />
    </Panel>
  );
}
