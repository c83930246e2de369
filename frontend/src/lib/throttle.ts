/** Calls `action` at most once in `ms` for each key: at once, and once more at the end if asked meanwhile. */
export function throttleByKey(action: (key: string) => void, ms: number): (key: string) => void {
  const resting = new Map<string, { again: boolean }>();
  const fire = (key: string) => {
    const entry = { again: false };
    resting.set(key, entry);
    action(key);
    setTimeout(() => {
      resting.delete(key);
      if (entry.again) {
        fire(key);
      }
    }, ms);
  };
  return (key) => {
    const entry = resting.get(key);
    if (entry) {
      entry.again = true;
    } else {
      fire(key);
    }
  };
}
