import { options, type VNode } from "preact";

/** An address of a page, as opposed to data and to other hosts. */
const PAGE = /^\/(?!\/|api\/)/;

/**
 * From now on the addresses of all links within the page, which components write as the server has them, are what `rewrite`
 * makes of them; a link without an address is plain text.
 */
export function rewriteLinks(rewrite: (address: string) => string | undefined): void {
  const before = options.vnode;
  options.vnode = (vnode: VNode) => {
    const props = vnode.props as { href?: unknown };
    if (vnode.type === "a" && typeof props.href === "string" && PAGE.test(props.href)) props.href = rewrite(props.href);
    before?.(vnode);
  };
}
