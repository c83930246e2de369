import { useEffect, useState, type RefObject } from "react";

// What is about to be scrolled to counts as seen.
const MARGIN = "120px";

/** Whether an element is in the window, or nearly. */
export function useInSight(element: RefObject<Element | null>): boolean {
  const [inSight, setInSight] = useState(false);
  useEffect(() => {
    const target = element.current;
    if (target === null) {
      return;
    }
    const observer = new IntersectionObserver(([entry]) => setInSight(entry?.isIntersecting === true), {
      rootMargin: MARGIN,
    });
    observer.observe(target);
    return () => observer.disconnect();
  }, [element]);
  return inSight;
}
