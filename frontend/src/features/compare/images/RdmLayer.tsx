import { useMemo, useState, type KeyboardEvent } from "react";

import type { ComparisonSource } from "../../../figures/queries";
import type { Probe } from "../../../api/types";
import { togglePin } from "./pins";
import { figureHeight, type DrawnChart, type PointEvent } from "../../../figures/chart/plotly";
import { className, imageName } from "./probe";
import { cellAfterKey, dissimilarityText, matricesOf, type Matrix, type RdmCell } from "./rdmCells";
import { useChartEvent, useDrawnAxes, type DrawnAxis } from "../../../figures/chart/useChart";
import { ChartLayer } from "./ChartLayer";
import { HoverCard } from "./HoverCard";
import { PinList } from "./PinList";
import { ProbeImage } from "./ProbeImage";
import classes from "./RdmLayer.module.css";

interface RdmLayerProps {
  chart: DrawnChart;
  probe: Probe;
  source: ComparisonSource;
}

/** A pinned cell; named by rule and layer, since a matrix's place changes with what is shown. */
interface PinnedCell {
  rule: string;
  layer: string;
  row: number;
  column: number;
}

function keyOf({ rule, layer, row, column }: PinnedCell): string {
  return [rule, layer, row, column].join("/");
}

const isSame = (one: PinnedCell, other: PinnedCell) => keyOf(one) === keyOf(other);

/** The pair of images under the pointer: a crosshair through every matrix, a card, pins. */
export function RdmLayer({ chart: { figure, element }, probe, source }: RdmLayerProps) {
  const matrices = useMemo(() => matricesOf(figure), [figure]);
  const axis = useDrawnAxes(element);
  const [pointed, setCell] = useState<RdmCell | null>(null);
  const [pins, setPins] = useState<readonly PinnedCell[]>([]);
  const cell = pointed && matrices[pointed.matrix] ? pointed : null;
  const matrix = cell && matrices[cell.matrix];

  const cellOf = (event: PointEvent | undefined): RdmCell | null => {
    const [point] = event?.points ?? [];
    const index = matrices.findIndex(({ curve }) => curve === point?.curveNumber);
    const [column, row] = [Math.round(Number(point?.x)), Math.round(Number(point?.y))];
    return index < 0 || !Number.isFinite(row + column) ? null : { matrix: index, row, column };
  };
  const pin = ({ matrix: index, row, column }: RdmCell) => {
    const { rule, layer } = matrices[index] ?? {};
    if (rule !== undefined && layer !== undefined) {
      setPins((set) => togglePin(set, { rule, layer, row, column }, isSame));
    }
  };

  useChartEvent(element, "plotly_hover", (event) => setCell(cellOf(event)));
  useChartEvent(element, "plotly_unhover", () => setCell(null));
  useChartEvent(element, "plotly_click", (event) => {
    const found = cellOf(event);
    if (found) {
      pin(found);
    }
  });

  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Escape" && cell !== null) {
      event.preventDefault();
      setCell(null);
      return;
    }
    if ((event.key === "Enter" || event.key === " ") && cell !== null) {
      event.preventDefault();
      pin(cell);
      return;
    }
    const next = cellAfterKey(event, cell, matrices, probe.labels);
    if (next !== null) {
      event.preventDefault();
      setCell(next);
    }
  };

  const placeIn = (of: Matrix, row: number, column: number) => {
    const x = axis(of.xaxis)?.place(column) ?? null;
    const y = axis(of.yaxis)?.place(row) ?? null;
    return x === null || y === null ? null : { x, y };
  };
  const at = cell && matrix ? placeIn(matrix, cell.row, cell.column) : null;

  return (
    <>
      <ChartLayer
        label="Dissimilarity matrices: pairs of images"
        keys="Arrow keys move the crosshair, with Shift between matrices; Page Up, Page Down, Home and End step by class; Enter pins the pair."
        said={cell && matrix ? pairText(probe, matrix, cell) : ""}
        height={figureHeight(figure)}
        onKey={onKey}
      >
        {cell &&
          matrices.map((each) => (
            <Crosshair
              key={each.curve}
              x={axis(each.xaxis)}
              y={axis(each.yaxis)}
              cell={cell}
              marked={each === matrix}
            />
          ))}
        {pins.map((pinned, index) => {
          const of = matrices.find(({ rule, layer }) => rule === pinned.rule && layer === pinned.layer);
          const place = of && placeIn(of, pinned.row, pinned.column);
          return (
            place && (
              <g key={keyOf(pinned)} className={classes["pinned"]} data-pinned={keyOf(pinned)}>
                <circle cx={place.x} cy={place.y} r={8} />
                <text x={place.x} y={place.y + 3.5}>
                  {index + 1}
                </text>
              </g>
            )
          );
        })}
      </ChartLayer>
      {cell && matrix && at && (
        <HoverCard at={at} stage={{ width: element.clientWidth, height: figureHeight(figure) }}>
          <Pair probe={probe} source={source} cell={cell} pixels={64} />
          <p className={classes["value"]}>
            {matrix.symbol} <strong>{dissimilarityText(matrix, cell.row, cell.column)}</strong>
            <br />
            <span className={classes["dim"]}>
              {matrix.rule}, {matrix.layer}
            </span>
          </p>
        </HoverCard>
      )}
      <PinList
        label="Pinned pairs"
        pins={pins.map((pinned) => ({
          key: keyOf(pinned),
          label: `${imageName(probe, pinned.row)} and ${imageName(probe, pinned.column)}, ${pinned.rule}, ${pinned.layer}`,
          content: <PinnedPair pinned={pinned} matrices={matrices} probe={probe} source={source} />,
        }))}
        onRemove={(key) => setPins(pins.filter((pinned) => keyOf(pinned) !== key))}
        onClear={() => setPins([])}
      />
    </>
  );
}

function pairText(probe: Probe, matrix: Matrix, { row, column }: RdmCell): string {
  const value = dissimilarityText(matrix, row, column);
  return `${matrix.rule}, ${matrix.layer}: ${imageName(probe, row)} and ${imageName(probe, column)}, dissimilarity ${value}`;
}

interface CrosshairProps {
  x: DrawnAxis | null;
  y: DrawnAxis | null;
  cell: RdmCell;
  marked: boolean;
}

function Crosshair({ x, y, cell, marked }: CrosshairProps) {
  if (x === null || y === null) {
    return null;
  }
  const [across, down] = [x.place(cell.column), y.place(cell.row)];
  const path = [
    ...(across === null ? [] : [`M${across},${y.offset}v${y.length}`]),
    ...(down === null ? [] : [`M${x.offset},${down}h${x.length}`]),
    ...(marked && across !== null && down !== null ? [`M${across - 5},${down}a5,5 0 1 0 10,0a5,5 0 1 0 -10,0`] : []),
  ].join("");
  return (
    <g className={classes["crosshair"]} data-testid="crosshair" data-marked={marked || undefined}>
      <path d={path} />
      <path d={path} />
    </g>
  );
}

interface PairProps {
  probe: Probe;
  source: ComparisonSource;
  cell: { row: number; column: number };
  pixels: number;
}

function Pair({ probe, source, cell, pixels }: PairProps) {
  return (
    <span className={classes["pair"]}>
      {[cell.row, cell.column].map((image, place) => (
        <span key={place} className={classes["image"]}>
          <ProbeImage probe={probe} source={source} image={image} pixels={pixels} />
          <span className={classes["name"]}>{className(probe, image)}</span>
          <span className={classes["dim"]}>image {image}</span>
        </span>
      ))}
    </span>
  );
}

interface PinnedPairProps extends Omit<PairProps, "cell" | "pixels"> {
  pinned: PinnedCell;
  matrices: readonly Matrix[];
}

function PinnedPair({ pinned, matrices, probe, source }: PinnedPairProps) {
  const matrix = matrices.find(({ rule, layer }) => rule === pinned.rule && layer === pinned.layer);
  return (
    <span className={classes["pinnedPair"]}>
      <ProbeImage probe={probe} source={source} image={pinned.row} pixels={32} />
      <ProbeImage probe={probe} source={source} image={pinned.column} pixels={32} />
      <span>
        {className(probe, pinned.row)} <span className={classes["dim"]}>{pinned.row}</span> ·{" "}
        {className(probe, pinned.column)} <span className={classes["dim"]}>{pinned.column}</span>
        <br />
        {matrix ? (
          <>
            {matrix.symbol} <strong>{dissimilarityText(matrix, pinned.row, pinned.column)}</strong>{" "}
          </>
        ) : (
          "not shown now: "
        )}
        <span className={classes["dim"]}>
          {pinned.rule}, {pinned.layer}
        </span>
      </span>
    </span>
  );
}
