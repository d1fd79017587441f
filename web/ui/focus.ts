/** Puts the keyboard where the next step is. */

/** A step's answer and the state that shows it may arrive in either order, ms. */
const PATIENCE_MS = 3000;

/**
 * Focuses the element with this data-testid as soon as it is on the page. Given up when the person has moved the focus
 * elsewhere in the meantime: the page never takes the keyboard from somebody who uses it.
 */
export function focusSoon(testId: string): void {
  const from = document.activeElement;
  const until = performance.now() + PATIENCE_MS;
  const look = (): void => {
    const now = document.activeElement;
    if (now !== from && now !== null && now !== document.body) return;
    const found = document.querySelector<HTMLElement>(`[data-testid="${testId}"]`);
    if (found) found.focus();
    else if (performance.now() < until) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
