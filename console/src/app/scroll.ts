import { useEffect } from 'react';

/** Whether the browser keeps the position itself, as it does when a person goes back or loads the page again. */
let isKept = true;

// Before the router asks for the same event.
window.addEventListener('popstate', () => {
  isKept = true;
});

/** Shows the top of a page that a link leads to. */
export function useTopOfPage(place: string): void {
  useEffect(() => {
    if (!isKept) window.scrollTo(0, 0);
    isKept = false;
  }, [place]);
}
