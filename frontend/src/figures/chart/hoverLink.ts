/** A place over training that the reader points at: so many steps or epochs. */
interface Place {
  axis: string;
  x: number;
}

type Listener = (place: Place | null) => void;

const listeners = new Set<Listener>();

/** Tells every figure of the page where the reader points in one of them; null: nowhere any more. */
export function pointAt(place: Place | null): void {
  for (const listener of listeners) {
    listener(place);
  }
}

/** Calls `listener` whenever the reader points somewhere, until the returned function is called. */
export function followPointer(listener: Listener): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
