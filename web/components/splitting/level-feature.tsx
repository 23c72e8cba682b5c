import type { ComponentChildren } from "preact";

/** The way to a feature of a level, or its name alone where that dictionary is not served. */
export function LevelFeature(props: { readonly address: string | undefined; readonly children: ComponentChildren }) {
  return props.address === undefined ? <span>{props.children}</span> : <a href={props.address}>{props.children}</a>;
}
