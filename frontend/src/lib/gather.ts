/** Hands over what was added, all together, `ms` after the first of it. */
export function gather<T>(receive: (items: T[]) => void, ms: number): { add: (item: T) => void; drop: () => void } {
  let items: T[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    add: (item) => {
      items.push(item);
      timer ??= setTimeout(() => {
        const gathered = items;
        items = [];
        timer = undefined;
        receive(gathered);
      }, ms);
    },
    drop: () => {
      clearTimeout(timer);
      timer = undefined;
      items = [];
    },
  };
}
