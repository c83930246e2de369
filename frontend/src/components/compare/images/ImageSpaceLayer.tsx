import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";

import type { ComparisonSource } from "../../../api/figures";
import type { Probe } from "../../../api/types";
import { imageAfterKey, imageMapsOf, type ImageMap } from "../../../lib/imageSpace";
import { togglePin } from "../../../lib/pins";
import { figureHeight, loadPlotly, type DrawnChart, type PointEvent } from "../../../lib/plotly";
import { className, imageName } from "../../../lib/probe";
import { useChartEvent, useDrawnAxes } from "../../../lib/useChart";
import { ChartLayer } from "./ChartLayer";
import { HoverCard } from "./HoverCard";
import classes from "./ImageSpaceLayer.module.css";
import { PinList } from "./PinList";
import { ProbeImage } from "./ProbeImage";
import { SelectedImages } from "./SelectedImages";

interface ImageSpaceLayerProps {
  chart: DrawnChart;
  probe: Probe;
  source: ComparisonSource;
}

const isSame = (one: number, other: number) => one === other;

/** Images under the pointer, pinned and lassoed, marked in every map at once. */
export function ImageSpaceLayer({ chart: { figure, element }, probe, source }: ImageSpaceLayerProps) {
  const maps = useMemo(() => imageMapsOf(figure), [figure]);
  const images = maps[0]?.images ?? [];
  const axis = useDrawnAxes(element);
  const [cursor, setCursor] = useState<{ image: number; map: number } | null>(null);
  const [pins, setPins] = useState<readonly number[]>([]);
  const [selected, setSelected] = useState<readonly number[]>([]);

  const pointed = (event: PointEvent | undefined) => {
    const [point] = event?.points ?? [];
    const map = maps.findIndex(({ curve }) => curve === point?.curveNumber);
    const image = typeof point?.pointNumber === "number" ? maps[map]?.images[point.pointNumber] : undefined;
    return image === undefined ? null : { image, map };
  };
  const pin = (image: number) => setPins((set) => togglePin(set, image, isSame));

  useChartEvent(element, "plotly_hover", (event) => setCursor(pointed(event)));
  useChartEvent(element, "plotly_unhover", () => setCursor(null));
  useChartEvent(element, "plotly_click", (event) => {
    const found = pointed(event);
    if (found) {
      pin(found.image);
    }
  });
  useChartEvent(element, "plotly_selected", (event) => {
    const curves = new Map(maps.map((map) => [map.curve, map.images]));
    const found = (event?.points ?? []).flatMap(({ curveNumber, pointNumber }) =>
      typeof pointNumber === "number" ? [curves.get(curveNumber)?.[pointNumber] ?? -1] : [],
    );
    setSelected([...new Set(found.filter((image) => image >= 0))].toSorted((a, b) => a - b));
  });
  useChartEvent(element, "plotly_deselect", () => setSelected([]));
  useChartEvent(element, "plotly_doubleclick", () => setSelected([]));

  const marked = useRef(false);
  useEffect(() => {
    if (selected.length === 0 && !marked.current) {
      return;
    }
    marked.current = selected.length > 0;
    const chosen = new Set(selected);
    const places = (map: ImageMap) => map.images.flatMap((image, place) => (chosen.has(image) ? [place] : []));
    const all = { selectedpoints: maps.map((map) => (selected.length > 0 ? places(map) : null)) };
    // The lasso's outline would stand in one map alone, and plotly.js would select by it again.
    void loadPlotly().then((plotly) =>
      element.isConnected
        ? plotly.update(
            element,
            all,
            { selections: [] },
            maps.map(({ curve }) => curve),
          )
        : undefined,
    );
  }, [element, maps, selected]);

  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Escape" && (cursor !== null || selected.length > 0)) {
      event.preventDefault();
      setCursor(null);
      setSelected([]);
      return;
    }
    if ((event.key === "Enter" || event.key === " ") && cursor !== null) {
      event.preventDefault();
      pin(cursor.image);
      return;
    }
    const next = imageAfterKey(event.key, cursor?.image ?? null, images, probe.labels);
    if (next !== null) {
      event.preventDefault();
      setCursor({ image: next, map: cursor?.map ?? 0 });
    }
  };

  const placeOf = (map: ImageMap, image: number) => {
    const [x, y] = [axis(map.xaxis), axis(map.yaxis)];
    const place = map.images.indexOf(image);
    const [across, down] = [x?.l2p(map.x[place] ?? Number.NaN), y?.l2p(map.y[place] ?? Number.NaN)];
    return x && y && across !== undefined && down !== undefined && inside(across, x) && inside(down, y)
      ? { x: x._offset + across, y: y._offset + down }
      : null;
  };
  const at = cursor && maps[cursor.map] ? placeOf(maps[cursor.map] as ImageMap, cursor.image) : null;

  return (
    <>
      <ChartLayer
        label="Image space: maps of the probe’s images"
        keys="Arrow keys step through images, up and down by class; Enter pins one. Drag around images to select them in both maps; double-click to let go."
        said={cursor ? imageName(probe, cursor.image) : ""}
        height={figureHeight(figure)}
        onKey={onKey}
      >
        {maps.map((map) => (
          <g key={map.curve}>
            {pins.map((image, index) => {
              const place = placeOf(map, image);
              return (
                place && (
                  <g key={image} className={classes["pinned"]} data-pinned={image}>
                    <circle cx={place.x} cy={place.y} r={8} />
                    <text x={place.x + 10} y={place.y - 7}>
                      {index + 1}
                    </text>
                  </g>
                )
              );
            })}
            {cursor && <Ring at={placeOf(map, cursor.image)} />}
          </g>
        ))}
      </ChartLayer>
      {cursor && at && (
        <HoverCard at={at} stage={{ width: element.clientWidth, height: figureHeight(figure) }}>
          <span className={classes["card"]}>
            <ProbeImage probe={probe} source={source} image={cursor.image} pixels={72} />
            <span>
              <strong>{className(probe, cursor.image)}</strong>
              <br />
              <span className={classes["dim"]}>image {cursor.image}</span>
            </span>
          </span>
        </HoverCard>
      )}
      <SelectedImages probe={probe} source={source} images={selected} onClear={() => setSelected([])} />
      <PinList
        label="Pinned images"
        pins={pins.map((image) => ({
          key: String(image),
          label: imageName(probe, image),
          content: (
            <span className={classes["card"]}>
              <ProbeImage probe={probe} source={source} image={image} pixels={36} />
              <span>
                {className(probe, image)}
                <br />
                <span className={classes["dim"]}>image {image}</span>
              </span>
            </span>
          ),
        }))}
        onRemove={(key) => setPins(pins.filter((image) => String(image) !== key))}
        onClear={() => setPins([])}
      />
    </>
  );
}

function inside(place: number, axis: { _length: number }): boolean {
  return place >= 0 && place <= axis._length;
}

function Ring({ at }: { at: { x: number; y: number } | null }) {
  return at && <circle className={classes["ring"]} cx={at.x} cy={at.y} r={10} data-testid="ring" />;
}
