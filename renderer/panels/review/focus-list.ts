/** Where the keys of a review belong: whoever walks by them is in the list, so that a screen reader tells where they are. */
export function focusList(): void {
  document.querySelector<HTMLElement>('[data-testid=review-entries]')?.focus();
}
