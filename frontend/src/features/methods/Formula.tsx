import { createElement, useMemo, type ReactNode } from "react";

import { useScrolled } from "../../ui/hooks/useScrolled";
import classes from "./Methods.module.css";

// The service's list too, which is the one that guards reports (catalog/mathml.py).
const TAGS = new Set(
  "math mrow mi mn mo mtext mfrac msqrt mroot msub msup msubsup mover munder munderover mtable mtr mtd".split(" "),
);

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
  const { ref, reach } = useScrolled<HTMLDivElement>();
  return (
    <div ref={ref} className={classes["formula"]} role="group" aria-label="Formula" {...reach}>
      {formula}
    </div>
  );
}
