/** Where a token of an example stands on the page: in which group, which example, which tokens of its window. */
export interface TokenPlace {
  readonly group: string;
  readonly example: number;
  readonly start: number;
  readonly end: number;
}

/** Pixels that stay between a token and the sheet. */
const CLEAR = 24;

/** The place of the token an event happened on. */
export function findPlace(event: Event): TokenPlace | undefined {
  const token = event.target instanceof Element ? event.target.closest<HTMLElement>(".token[data-start]") : null;
  const example = token?.closest<HTMLElement>("[data-example]");
  const group = token?.closest<HTMLElement>("[data-group]");
  if (token == null || example == null || group == null) return undefined;
  return {
    group: group.dataset.group!,
    example: Number(example.dataset.example),
    start: Number(token.dataset.start),
    end: Number(token.dataset.end),
  };
}

/** Makes the first centre of a group its stop of the tabulator key. */
export function placeTabStop(group: HTMLElement): void {
  const centre = group.querySelector<HTMLElement>(".token.centre");
  if (centre !== null) setTabStop(group, centre);
}

/** Keeps the tab stop of a group where the focus is. */
export function moveTabStop(event: FocusEvent): void {
  const token = event.target as HTMLElement;
  const group = token.matches(".token") ? token.closest<HTMLElement>(".group") : null;
  if (group !== null) setTabStop(group, token);
}

function setTabStop(group: HTMLElement, token: HTMLElement): void {
  for (const other of group.querySelectorAll('.token[tabindex="0"]')) other.setAttribute("tabindex", "-1");
  token.setAttribute("tabindex", "0");
}

/** Arrow keys within examples: from token to token as they are seen, and to the example above or below. */
export function moveFocus(event: KeyboardEvent): void {
  const token = event.target as HTMLElement;
  if (!token.matches(".token")) return;
  const next = chooseNext(token, event.key);
  if (next === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  next?.focus();
}

function chooseNext(token: HTMLElement, key: string): HTMLElement | null | undefined {
  switch (key) {
    case "ArrowLeft":
    case "ArrowRight": {
      const rightToLeft = getComputedStyle(token).direction === "rtl";
      const forward = (key === "ArrowRight") !== rightToLeft;
      return (forward ? token.nextElementSibling : token.previousElementSibling) as HTMLElement | null;
    }
    case "Home":
      return token.parentElement?.firstElementChild as HTMLElement | null;
    case "End":
      return token.parentElement?.lastElementChild as HTMLElement | null;
    case "ArrowUp":
      return neighbouringExample(token, -1);
    case "ArrowDown":
      return neighbouringExample(token, 1);
    default:
      return undefined;
  }
}

/** The centre token of the example before or after, in this group or the next. */
function neighbouringExample(token: HTMLElement, step: 1 | -1): HTMLElement | null {
  const examples = [...(token.closest(".groups")?.querySelectorAll(".example") ?? [])];
  const next = examples[examples.indexOf(token.closest(".example")!) + step];
  return next?.querySelector<HTMLElement>(".token.centre") ?? null;
}

/** Brings a group of examples into view, and the keyboard to its title. */
export function showGroup(name: string): void {
  const title = document.querySelector<HTMLElement>(`[data-group="${name}"] h3`);
  title?.scrollIntoView({ block: "start" });
  title?.focus({ preventScroll: true });
}

/** Scrolls the token of an event out from under the sheet with its figures, where that lies over the page. */
export function keepInSight({ target }: Event): void {
  const token = target instanceof Element ? target.closest(".token") : null;
  if (token === null) return;
  // The sheet is drawn after the event that opens it.
  requestAnimationFrame(() => {
    const sheet = document.querySelector(".inspector.shown");
    if (sheet === null || getComputedStyle(sheet).position !== "fixed") return;
    const hidden = token.getBoundingClientRect().bottom + CLEAR - sheet.getBoundingClientRect().top;
    if (hidden > 0) scrollBy(0, hidden);
  });
}

/** Before the sheet goes: a focus within it goes to the title of the group it was about. */
export function leaveSheet(group: string | undefined): void {
  if (document.activeElement?.closest(".inspector") == null) return;
  document.querySelector<HTMLElement>(`[data-group="${group}"] h3`)?.focus({ preventScroll: true });
}
