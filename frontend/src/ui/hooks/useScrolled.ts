import { useEffect, useRef, useState } from "react";

/** For a box that scrolls its content sideways: where it does not fit, the keyboard must be able to reach it. */
export function useScrolled<T extends HTMLElement>() {
  const ref = useRef<T>(null);
  const [scrolled, setScrolled] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (element === null) {
      return;
    }
    const watch = new ResizeObserver(() => setScrolled(element.scrollWidth > element.clientWidth));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  return { ref, reach: scrolled ? { tabIndex: 0 } : {} };
}
