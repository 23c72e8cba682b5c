/** Moves the focus among a text's tokens: arrows go to neighbours in reading direction and to lines, Home and End to the ends. */
export function moveFocus(event: KeyboardEvent): void {
  const token = event.target instanceof HTMLElement ? event.target : null;
  if (token?.dataset.place === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  const next = findNext(token, event.key);
  if (next === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  next?.focus();
}

/** Null where there is none in that direction, undefined for a key that means nothing here. */
function findNext(token: HTMLElement, key: string): HTMLElement | null | undefined {
  const rightToLeft = getComputedStyle(token).direction === "rtl";
  const siblings = () => [...(token.closest(".reading")?.querySelectorAll<HTMLElement>("[data-place]") ?? [])];
  const neighbour = (step: number) => {
    const tokens = siblings();
    return tokens[tokens.indexOf(token) + step] ?? null;
  };
  switch (key) {
    case "ArrowLeft":
      return neighbour(rightToLeft ? 1 : -1);
    case "ArrowRight":
      return neighbour(rightToLeft ? -1 : 1);
    case "ArrowUp":
      return findOnNextLine(token, siblings().reverse(), -1);
    case "ArrowDown":
      return findOnNextLine(token, siblings(), 1);
    case "Home":
      return siblings()[0] ?? null;
    case "End":
      return siblings().at(-1) ?? null;
    default:
      return undefined;
  }
}

/** The token of the next line in the order of `tokens` that lies nearest below or above. */
function findOnNextLine(token: HTMLElement, tokens: readonly HTMLElement[], sign: 1 | -1): HTMLElement | null {
  const box = token.getClientRects()[0] ?? token.getBoundingClientRect();
  const centre = box.left + box.width / 2;
  let best: HTMLElement | null = null;
  let [bestDistance, lineTop] = [Number.POSITIVE_INFINITY, Number.NaN];
  for (const candidate of tokens.slice(tokens.indexOf(token) + 1)) {
    const other = candidate.getClientRects()[0] ?? candidate.getBoundingClientRect();
    if (sign * (other.top - box.top) < box.height / 2) continue;
    if (Number.isNaN(lineTop)) lineTop = other.top;
    if (Math.abs(other.top - lineTop) > box.height / 2) break;
    const distance = Math.abs(other.left + other.width / 2 - centre);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}
