import type { TokenCluster } from "../text/merge-tokens.ts";
import { showUnseen } from "../text/visible-text.ts";
import { VisibleText } from "./visible-text.tsx";

const SHADES = 10;

/** A token within an example, shaded by the feature's activation on it. */
export function ExampleToken({
  cluster,
  activation,
  maximum,
  isCentre,
  onInspect,
}: {
  readonly cluster: TokenCluster;
  readonly activation: number;
  readonly maximum: number;
  readonly isCentre: boolean;
  readonly onInspect: () => void;
}) {
  const shade = activation > 0 ? Math.max(1, Math.ceil((activation / maximum) * SHADES)) : 0;
  const props = {
    class: `token shade-${shade}${isCentre ? " centre" : ""}`,
    tabIndex: isCentre ? 0 : -1,
    onMouseEnter: onInspect,
    onFocus: onInspect,
    children: <VisibleText parts={showUnseen(cluster.text)} />,
  };
  return shade > 0 ? <mark {...props} /> : <span {...props} />;
}
