import { say } from "./notice.ts";

/** Puts a text on the clipboard and says so. */
export async function copyText(text: string, what: string): Promise<void> {
  say((await write(text)) ? `${what} copied.` : "This browser does not let the page copy.");
}

/** Browsers give the clipboard only to pages they trust; the older way works on the others. */
async function write(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    return copied;
  }
}
