import { showUnseen } from "../text/visible-text.ts";
import { renderVisible } from "./render-visible.tsx";

/** What somebody wrote, set apart: nothing in it can be mistaken for, or reorder, what stands around it. */
export function SafeText({ text }: { readonly text: string }) {
  return <bdi>{renderVisible(showUnseen(text))}</bdi>;
}
