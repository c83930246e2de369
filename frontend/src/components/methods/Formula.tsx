import { createElement, useEffect, useMemo, useRef, useState, type ReactNode } from "react";

import classes from "./Methods.module.css";

const TAGS = new Set("math mrow mi mn mo mtext mfrac msqrt msub msup mover munder mtable mtr mtd".split(" "));

function elementOf(node: Node, key: number): ReactNode {
  if (node.nodeType === Node.TEXT_NODE) {
    return node.textContent;
  }
  if (!(node instanceof Element) || !TAGS.has(node.localName)) {
    return null;
  }
  const attributes = Object.fromEntries(["display", "stretchy"].map((name) => [name, node.getAttribute(name)]));
  return createElement(node.localName, { key, ...attributes }, ...[...node.childNodes].map(elementOf));
}

/** A formula in MathML, which the browser sets. Only elements of mathematics come through. */
export function Formula({ mathml }: { mathml: string }) {
  const formula = useMemo(
    () => elementOf(new DOMParser().parseFromString(mathml, "text/xml").documentElement, 0),
    [mathml],
  );
  const box = useRef<HTMLDivElement>(null);
  const [cut, setCut] = useState(false);
  useEffect(() => {
    const element = box.current;
    if (element === null) {
      return;
    }
    const watch = new ResizeObserver(() => setCut(element.scrollWidth > element.clientWidth));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  // A formula that does not fit is scrolled, by the keyboard too.
  const scrolled = cut ? { tabIndex: 0 } : {};
  return (
    <div ref={box} className={classes["formula"]} role="group" aria-label="Formula" {...scrolled}>
      {formula}
    </div>
  );
}
