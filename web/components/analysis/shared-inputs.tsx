import type { GroupFirings, SharedInput } from "../../../src/analysis/shared-input.ts";
import type { TokenNames } from "../../data/token-names.ts";
import { formatCount, formatPercent } from "../../text/format-number.ts";
import { renderWindow } from "../render-window.tsx";
import { ScrollRegion } from "../scroll-region.tsx";

/** The inputs on which most of a group's features fire at once; their text where the tokens are known. */
export function SharedInputs(props: {
  readonly firings: GroupFirings;
  readonly members: number;
  readonly names: TokenNames | undefined;
}) {
  const { firings, members, names } = props;
  if (firings.inputs.length === 0) return <p class="pending">None of them fires on the held-out text.</p>;
  return (
    <>
      <p class="note">
        {formatCount(firings.fired)} of {formatCount(members)} fired at all on {formatCount(firings.tokens)} held-out
        tokens, on {formatCount(firings.onTokens)} of them.
      </p>
      <ScrollRegion label="Inputs that fire most of them">
        <table class="figures shared-inputs">
          <caption class="visually-hidden">Inputs that fire most of these features at once</caption>
          <thead>
            <tr>
              <th scope="col">token in its text</th>
              <th scope="col">features that fire</th>
              <th scope="col">share</th>
              <th scope="col">times</th>
            </tr>
          </thead>
          <tbody>
            {firings.inputs.map((input) => (
              <tr key={`${input.context} ${input.position}`}>
                <th scope="row">
                  <InputText input={input} names={names} />
                </th>
                <td>{formatCount(input.fired)}</td>
                <td>{formatPercent(input.fired / members)}</td>
                <td>{formatCount(input.repeats)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </>
  );
}

function InputText({ input, names }: { readonly input: SharedInput; readonly names: TokenNames | undefined }) {
  const place = `document ${input.document}, context ${input.context}, position ${input.position}`;
  if (names === undefined) return <>{place}</>;
  return (
    <bdi class="input-text" title={place}>
      {renderWindow(input.window, names)}
    </bdi>
  );
}
