/**
 * Copies text. Browsers offer the clipboard only to pages from https or this machine; elsewhere
 * the text is selected in `field` and copied the old way. Returns whether it worked.
 */
export async function copyText(text: string, field: HTMLInputElement | HTMLTextAreaElement | null): Promise<boolean> {
  if (window.isSecureContext) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Refused by the reader or the browser: the old way may still work.
    }
  }
  field?.focus();
  field?.select();
  return document.execCommand("copy");
}
