const LATEST_MS = 3000;
// Where the browser does not say when it is idle.
const USUAL_MS = 200;

/** Does something once the page has nothing more urgent to do; the answer calls it off. */
export function whenIdle(action: () => void): () => void {
  if (typeof window.requestIdleCallback === "function") {
    const handle = window.requestIdleCallback(action, { timeout: LATEST_MS });
    return () => window.cancelIdleCallback(handle);
  }
  const handle = setTimeout(action, USUAL_MS);
  return () => clearTimeout(handle);
}
