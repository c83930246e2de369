/** As a ref: takes the focus to what has just been opened by a click or a key. */
export function focusWhenShown(element: HTMLElement | null): void {
  element?.focus();
}
