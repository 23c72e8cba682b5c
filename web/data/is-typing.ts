/** Whether a key press belongs to a text field or to a part that scrolls, or to the browser because of a modifier. */
export function isTyping(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return true;
  const { target } = event;
  if (!(target instanceof Element)) return false;
  if (target.matches(".scroll") && event.key.startsWith("Arrow")) return true;
  return target.closest("input, textarea, select, dialog, [contenteditable]") !== null;
}
