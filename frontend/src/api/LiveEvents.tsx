import { useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useState, type ReactNode } from "react";

import { throttleByKey } from "../lib/throttle";
import { applyEvent } from "./applyEvent";
import { followEvents, type StreamStatus } from "./eventStream";
import { keys } from "./keys";

const REFRESH_MS = 1000;

const StatusContext = createContext<StreamStatus>("connecting");

export function useStreamStatus(): StreamStatus {
  return useContext(StatusContext);
}

/** Keeps everything below it up to date from the one event stream of this tab. */
export function LiveEvents({ children }: { children: ReactNode }) {
  const queryClient = useQueryClient();
  const [status, setStatus] = useState<StreamStatus>("connecting");

  useEffect(() => {
    const refreshList = throttleByKey(() => {
      void queryClient.invalidateQueries({ queryKey: keys.experiments });
    }, REFRESH_MS);
    const refresh = {
      list: () => refreshList(""),
      curves: throttleByKey((id) => {
        void queryClient.invalidateQueries({ queryKey: keys.curves(id) });
      }, REFRESH_MS),
    };
    let wasOpen = false;
    return followEvents({
      onEvent: (event) => applyEvent(queryClient, event, refresh),
      onStatus: (next) => {
        setStatus(next);
        if (next === "open") {
          // What was read before the stream opened may already be old.
          void queryClient.invalidateQueries(wasOpen ? {} : { queryKey: keys.experiments });
          void queryClient.invalidateQueries({ queryKey: keys.allExperiments });
          wasOpen = true;
        }
      },
    });
  }, [queryClient]);

  return <StatusContext value={status}>{children}</StatusContext>;
}
