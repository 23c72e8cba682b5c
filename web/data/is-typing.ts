/** Whether a key press belongs to a text field, or to the browser because of a modifier. */
export function isTyping(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return true;
  const { target } = event;
  return target instanceof Element && target.closest("input, textarea, select, dialog, [contenteditable]") !== null;
}
