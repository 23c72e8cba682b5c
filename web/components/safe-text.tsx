import { showUnseen } from "../text/visible-text.ts";
import { VisibleText } from "./visible-text.tsx";

/** What somebody wrote, set apart: nothing in it can be mistaken for, or reorder, what stands around it. */
export function SafeText({ text }: { readonly text: string }) {
  return (
    <bdi>
      <VisibleText parts={showUnseen(text)} />
    </bdi>
  );
}
