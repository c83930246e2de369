import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";

import type { ComparisonSource } from "../../../figures/queries";
import type { Probe } from "../../../api/types";
import { imageAfterKey, imageMapsOf, type ImageMap } from "./imageMaps";
import { togglePin } from "./pins";
import { figureHeight, loadPlotly, type DrawnChart, type PointEvent } from "../../../figures/chart/plotly";
import { className, imageName } from "./probe";
import { useChartEvent, useDrawnAxes } from "../../../figures/chart/useChart";
import { ChartLayer } from "./ChartLayer";
import { HoverCard } from "./HoverCard";
import classes from "./ImageMapLayer.module.css";
import { PinList } from "./PinList";
import { ProbeImage } from "./ProbeImage";
import { SelectedImages } from "./SelectedImages";

interface ImageMapLayerProps {
  chart: DrawnChart;
  probe: Probe;
  source: ComparisonSource;
}

const isSame = (one: number, other: number) => one === other;

/** Images under the pointer, pinned and lassoed, marked in every map at once. */
export function ImageMapLayer({ chart: { figure, element }, probe, source }: ImageMapLayerProps) {
  const maps = useMemo(() => imageMapsOf(figure), [figure]);
  const images = maps[0]?.images ?? [];
  const axis = useDrawnAxes(element);
  const [cursor, setCursor] = useState<{ image: number; map: number } | null>(null);
  const [pins, setPins] = useState<readonly number[]>([]);
  const [selected, setSelected] = useState<readonly number[]>([]);

  const marked = useRef(false);
  // plotly.js tells of what is marked here as of an empty selection by the reader.
  const marking = useRef(false);

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
    if (marking.current) {
      return;
    }
    const curves = new Map(maps.map((map) => [map.curve, map.images]));
    const found = (event?.points ?? []).flatMap(({ curveNumber, pointNumber }) =>
      typeof pointNumber === "number" ? [curves.get(curveNumber)?.[pointNumber] ?? -1] : [],
    );
    setSelected([...new Set(found.filter((image) => image >= 0))].toSorted((a, b) => a - b));
  });
  useChartEvent(element, "plotly_deselect", () => setSelected([]));
  useChartEvent(element, "plotly_doubleclick", () => setSelected([]));

  useEffect(() => {
    if (selected.length === 0 && !marked.current) {
      return;
    }
    marked.current = selected.length > 0;
    const chosen = new Set(selected);
    const places = (map: ImageMap) => map.images.flatMap((image, place) => (chosen.has(image) ? [place] : []));
    const all = { selectedpoints: maps.map((map) => (selected.length > 0 ? places(map) : null)) };
    const mark = async () => {
      const plotly = await loadPlotly();
      if (!element.isConnected) {
        return;
      }
      marking.current = true;
      // The lasso's outline would stand in one map alone, and plotly.js would select by it again.
      await plotly.update(
        element,
        all,
        { selections: [] },
        maps.map(({ curve }) => curve),
      );
      marking.current = false;
    };
    void mark();
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
    const place = map.images.indexOf(image);
    const x = axis(map.xaxis)?.place(map.x[place] ?? Number.NaN) ?? null;
    const y = axis(map.yaxis)?.place(map.y[place] ?? Number.NaN) ?? null;
    return x === null || y === null ? null : { x, y };
  };
  const at = cursor && maps[cursor.map] ? placeOf(maps[cursor.map] as ImageMap, cursor.image) : null;

  return (
    <>
      <ChartLayer
        label={`${figure.title}: maps of the probe’s images`}
        keys="Arrow keys step through images, up and down by class; Enter pins an image. Drag around images to select them in both maps; double-click to clear the selection."
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

function Ring({ at }: { at: { x: number; y: number } | null }) {
  return at && <circle className={classes["ring"]} cx={at.x} cy={at.y} r={10} data-testid="ring" />;
}
