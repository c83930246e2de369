import { EVENT_TYPES, parseEvent, type StreamEvent } from "./applyEvent";

export type StreamStatus = "connecting" | "open" | "lost";

interface StreamHandlers {
  onEvent(event: StreamEvent): void;
  onStatus(status: StreamStatus): void;
}

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 15_000;

/**
 * Follows the service's event stream until the returned function is called. A lost connection is
 * opened again after the last event seen, so that nothing is missed. While the tab is hidden the
 * stream is let go: browsers allow only six connections to one host over HTTP/1.1, for all tabs together.
 */
export function followEvents({ onEvent, onStatus }: StreamHandlers): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lastId: number | null = null;
  let failures = 0;

  const close = () => {
    clearTimeout(timer);
    source?.close();
    source = null;
  };

  const open = () => {
    close();
    const stream = new EventSource(lastId === null ? "/api/events" : `/api/events?after=${lastId}`);
    source = stream;
    stream.addEventListener("open", () => {
      failures = 0;
      onStatus("open");
    });
    stream.addEventListener("error", () => {
      close();
      onStatus("lost");
      timer = setTimeout(open, Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures));
      failures += 1;
    });
    const receive = ({ data }: MessageEvent<string>) => {
      const event = parseEvent(data);
      if (event !== null) {
        lastId = event.id;
        onEvent(event);
      }
    };
    for (const type of EVENT_TYPES) {
      stream.addEventListener(type, receive);
    }
  };

  const followVisibility = () => {
    if (document.visibilityState === "hidden") {
      close();
    } else if (source === null) {
      open();
    }
  };

  onStatus("connecting");
  followVisibility();
  document.addEventListener("visibilitychange", followVisibility);
  return () => {
    document.removeEventListener("visibilitychange", followVisibility);
    close();
  };
}
