import { notifyManager, useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useState, type ReactNode } from "react";

import { gather } from "../lib/gather";
import { throttleByKey } from "../lib/throttle";
import { applyEvent, type StreamEvent } from "./applyEvent";
import { followEvents, type StreamStatus } from "./eventStream";
import { keys } from "./keys";

// Many runs report at once: the page is drawn once for all of them.
const GATHER_MS = 200;
const LIST_MS = 1000;
const CURVES_MS = 2000;

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
    }, LIST_MS);
    const refresh = {
      list: () => refreshList(""),
      curves: throttleByKey((id) => {
        void queryClient.invalidateQueries({ queryKey: keys.curves(id) });
      }, CURVES_MS),
    };
    const events = gather<StreamEvent>((gathered) => {
      notifyManager.batch(() => {
        for (const event of gathered) {
          applyEvent(queryClient, event, refresh);
        }
      });
    }, GATHER_MS);
    let wasOpen = false;
    const leave = followEvents({
      onEvent: events.add,
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
    return () => {
      leave();
      events.drop();
    };
  }, [queryClient]);

  return <StatusContext value={status}>{children}</StatusContext>;
}
