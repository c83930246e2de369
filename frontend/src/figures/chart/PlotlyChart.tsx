import { useCallback, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from "react";

import type { Figure } from "../../api/types";
import { sharedAxis } from "./crosshair";
import { pointAt } from "./hoverLink";
import {
  figureHeight,
  hoveredPlace,
  loadPlotly,
  pageLayout,
  PLOT_CONFIG,
  stretched,
  drawnTraces,
  type PlotlyApi,
  type PlotlyElement,
} from "./plotly";
import { afterRelayout, NO_ZOOM, withZoom } from "./zoom";
import { whenIdle } from "../../ui/hooks/idle";
import { livePace } from "./pace";
import { differInPictures, fillPictures } from "./pictures";
import { useInSight } from "../../ui/hooks/useInSight";
import { LinkedCrosshair } from "./LinkedCrosshair";
import classes from "./PlotlyChart.module.css";
import { useRoom } from "../../ui/hooks/useRoom";

interface PlotlyChartProps {
  figure: Figure;
  /**
   * Set for a figure that changes by itself all the time: what the reader chose of how it looks. While
   * that is the same it is drawn anew in turns with other such figures, and at once when it changes.
   */
  liveLook?: string | undefined;
  /** Called after each drawing. */
  onReady: (element: PlotlyElement) => void;
  onFailure: () => void;
}

/** Draws a figure, redraws it in place when it changes, and keeps the reader's zoom and the card's width. */
export function PlotlyChart({ figure, liveLook, onReady, onFailure }: PlotlyChartProps) {
  const element = useRef<HTMLDivElement & PlotlyElement>(null);
  const zoom = useRef(NO_ZOOM);
  const shown = useRef(figure);
  const drawn = useRef<{ figure: Figure; room: number } | null>(null);
  const drawnLook = useRef<string | undefined>(undefined);
  const room = useRoom(element);
  const inSight = useInSight(element);
  const [plotly, setPlotly] = useState<PlotlyApi | null>(null);
  const ready = useEffectEvent(onReady);
  const failed = useEffectEvent(onFailure);

  useEffect(() => {
    let current = true;
    loadPlotly().then(
      (loaded) => {
        if (current) {
          setPlotly(loaded);
        }
      },
      () => {
        if (current) {
          failed();
        }
      },
    );
    return () => {
      current = false;
    };
  }, []);

  // Before the browser paints: the figures of an epoch stand with the slider's place, not a frame later.
  useLayoutEffect(() => {
    const target = element.current;
    if (plotly === null || target === null) {
      return;
    }
    if (drawn.current?.figure === figure && drawn.current.room === room) {
      return;
    }
    let current = true;
    const layout = () => stretched(pageLayout(shown.current), room);
    const draw = async () => {
      await plotly.react(target, drawnTraces(shown.current), withZoom(layout(), zoom.current), PLOT_CONFIG);
      fillPictures(target, shown.current);
    };
    const follow = () => {
      target.on?.("plotly_hover", (event) => {
        const axis = sharedAxis(pageLayout(shown.current));
        const x = hoveredPlace(event);
        if (axis !== null && x !== null) {
          pointAt({ axis, x });
        }
      });
      target.on?.("plotly_unhover", () => pointAt(null));
      let leaving = false;
      target.on?.("plotly_doubleclick", () => {
        leaving = true;
      });
      target.on?.("plotly_relayout", (changes) => {
        zoom.current = leaving ? NO_ZOOM : afterRelayout(zoom.current, changes, pageLayout(shown.current));
        if (leaving) {
          leaving = false;
          void draw();
        }
      });
    };
    const start = () => {
      const isFirst = target.on === undefined;
      const before = drawn.current;
      shown.current = figure;
      drawn.current = { figure, room };
      drawnLook.current = liveLook;
      if (!isFirst && before?.room === room && differInPictures(before.figure, figure)) {
        fillPictures(target, figure);
        target.emit?.("plotly_afterplot");
        ready(target);
        return;
      }
      draw().then(
        () => {
          if (isFirst) {
            follow();
          }
          if (current) {
            ready(target);
          }
        },
        () => {
          if (current) {
            failed();
          }
        },
      );
    };
    // What the reader looks at comes first.
    let callOff: (() => void) | undefined;
    if (inSight && liveLook !== undefined && drawnLook.current === liveLook) {
      callOff = livePace.add(target, start);
    } else if (inSight && target.on !== undefined) {
      start();
    } else if (inSight) {
      const handle = setTimeout(start);
      callOff = () => clearTimeout(handle);
    } else {
      callOff = whenIdle(start);
    }
    return () => {
      current = false;
      callOff?.();
    };
  }, [plotly, figure, room, liveLook, inSight]);

  useEffect(() => {
    const target = element.current;
    if (plotly === null || target === null) {
      return;
    }
    let width = target.clientWidth;
    let frame = 0;
    const observer = new ResizeObserver(() => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => {
        if (target.clientWidth > 0 && target.clientWidth !== width) {
          width = target.clientWidth;
          void plotly.Plots.resize(target);
        }
      });
    });
    observer.observe(target);
    return () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
      plotly.purge(target);
      drawn.current = null;
      drawnLook.current = undefined;
    };
  }, [plotly]);

  const layoutShown = useCallback(() => withZoom(pageLayout(shown.current), zoom.current), []);

  return (
    <div className={classes["frame"]}>
      <div ref={element} className={classes["chart"]} style={{ minHeight: figureHeight(figure) }} />
      <LinkedCrosshair layoutShown={layoutShown} />
    </div>
  );
}
