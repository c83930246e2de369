/** Does work in turns, so that the page has most of its time for the reader. */
interface Pace {
  /**
   * Does `work` when it is the turn of `owner`: next comes whoever's turn was longest ago. Work of the
   * same owner that still waits is dropped. The returned function calls it off.
   */
  add(owner: object, work: () => void): () => void;
}

/** A pace that rests `rest` times as long as the work before took. */
export function makePace(rest: number): Pace {
  const waiting = new Map<object, () => void>();
  const lastTurns = new WeakMap<object, number>();
  let turn = 0;
  let resting = false;

  const next = () => {
    const [owner] = [...waiting.keys()].toSorted((a, b) => (lastTurns.get(a) ?? 0) - (lastTurns.get(b) ?? 0));
    const work = owner && waiting.get(owner);
    if (owner === undefined || work === undefined) {
      return;
    }
    waiting.delete(owner);
    turn += 1;
    lastTurns.set(owner, turn);
    resting = true;
    const began = performance.now();
    try {
      work();
    } finally {
      setTimeout(
        () => {
          resting = false;
          next();
        },
        rest * (performance.now() - began),
      );
    }
  };

  return {
    add: (owner, work) => {
      waiting.set(owner, work);
      if (!resting) {
        next();
      }
      return () => {
        if (waiting.get(owner) === work) {
          waiting.delete(owner);
        }
      };
    },
  };
}

/** That of figures which are drawn anew all the time: an eighth of the page's time. */
export const livePace = makePace(7);
