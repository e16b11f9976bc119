import uPlot from "uplot";
import { formatClock } from "../format/format.ts";
import type { ChartColors } from "./read-colors.ts";

export interface ChartShape {
  names: readonly string[];
  /** A line that the values stay below; null: there is none. */
  limit: number | null;
  format: (value: number) => string;
  /** What the scale reaches at least, so that noise around nothing looks like nothing. */
  leastTop: number;
  /** Steps of powers of two. */
  isBinary?: boolean;
  /** Counts change at once, not gradually. */
  isStepped?: boolean;
}

const AXIS_WIDTH = 64;
/** The limit is shown once the values come near to it. */
const NEAR_LIMIT = 0.5;

export function chartOptions(
  shape: ChartShape,
  colors: ChartColors,
  onPoint: (index: number | undefined) => void,
): Omit<uPlot.Options, "width" | "height"> {
  const paths = shape.isStepped ? uPlot.paths.stepped?.({ align: 1 }) : undefined;
  const axis = { stroke: colors.text, font: colors.font, grid: { stroke: colors.grid, width: 1 } };
  return {
    legend: { show: false },
    padding: [8, 8, 0, 0],
    cursor: {
      y: false,
      drag: { x: false, y: false },
      sync: { key: "metrics" },
      points: { size: 7 },
    },
    scales: { y: { range: (_plot, _min, max) => [0, top(max, shape)] } },
    axes: [
      {
        ...axis,
        ticks: { show: false },
        size: 24,
        space: 76,
        incrs: TIME_STEPS,
        values: clockTexts,
      },
      {
        ...axis,
        ticks: { show: false },
        size: AXIS_WIDTH,
        space: 28,
        ...(shape.isBinary ? { incrs: BINARY_STEPS } : {}),
        values: (_plot, splits) => splits.map(shape.format),
      },
    ],
    series: [
      {},
      ...shape.names.map((label, index) => ({
        label,
        stroke: colors.lines[index] ?? colors.lines[0],
        width: 1.5,
        points: { show: false },
        ...(index === 0 ? { fill: colors.fill } : { dash: [5, 3] }),
        ...(paths === undefined ? {} : { paths }),
      })),
    ],
    hooks: {
      setCursor: [({ cursor }) => onPoint(cursor.idx ?? undefined)],
      draw: [(plot) => drawLimit(plot, shape.limit, colors.limit)],
    },
  };
}

const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300];
const BINARY_STEPS = Array.from({ length: 40 }, (_, power) => 2 ** (power + 1));

function top(max: number | null, { leastTop, limit }: ChartShape): number {
  const needed = Math.max(leastTop, (max ?? 0) * 1.15);
  return limit !== null && needed > limit * NEAR_LIMIT ? Math.max(needed, limit * 1.05) : needed;
}

/** Seconds only where the steps are shorter than a minute. */
function clockTexts(_plot: uPlot, splits: number[]): string[] {
  const isCoarse = splits.every((at) => at % 60 === 0);
  return splits.map((at) => formatClock(at * 1_000).slice(0, isCoarse ? 5 : 8));
}

function drawLimit(plot: uPlot, limit: number | null, color: string): void {
  if (limit === null || limit > (plot.scales.y?.max ?? 0)) return;
  const { ctx, bbox } = plot;
  const y = plot.valToPos(limit, "y", true);
  ctx.save();
  ctx.strokeStyle = color;
  ctx.setLineDash([6, 4]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}
