import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { useDashboard } from "../app/dashboard.ts";
import { useMedia } from "../ui/use-media.ts";
import { type ChartShape, chartOptions } from "./chart-options.ts";
import { readColors } from "./read-colors.ts";
import "uplot/dist/uPlot.min.css";
import "./chart.css";

interface ChartLine {
  name: string;
  values: (number | null)[];
}

interface ChartProps extends Omit<ChartShape, "names"> {
  title: string;
  /** Said after the latest value. */
  unit: string;
  /** Seconds since the epoch. */
  at: number[];
  lines: readonly ChartLine[];
}

const HEIGHT = 116;

/** One or two lines over time, with the value that the pointer is at, or else the latest. */
export function Chart({ title, unit, at, lines, ...shape }: ChartProps) {
  const { theme } = useDashboard();
  const isDark = useMedia("(prefers-color-scheme: dark)");
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>();
  const pointedAt = useSignal<number | undefined>(undefined);
  const data: uPlot.AlignedData = [at, ...lines.map(({ values }) => values)];
  const { limit } = shape;

  useEffect(() => {
    const target = place.current;
    if (target === null) return undefined;
    const names = lines.map(({ name }) => name);
    const onPoint = (index: number | undefined) => (pointedAt.value = index);
    const options = chartOptions({ ...shape, names }, readColors(target), onPoint);
    const current = new uPlot(
      { ...options, width: target.clientWidth, height: HEIGHT },
      data,
      target,
    );
    plot.current = current;
    const watch = new ResizeObserver(() =>
      current.setSize({ width: target.clientWidth, height: HEIGHT }),
    );
    watch.observe(target);
    return () => {
      watch.disconnect();
      current.destroy();
    };
  }, [theme.chosen.value, isDark, limit]);
  useEffect(() => plot.current?.setData(data), [at]);

  const index = pointedAt.value ?? at.length - 1;
  const texts = lines.map(({ name, values }) => ({
    name,
    text: valueText(values[index], shape.format),
  }));
  const said = texts.map(({ name, text }) => `${name} ${text}`).join(", ");
  return (
    <figure class="chart">
      <figcaption>
        <span class="chart-title">{title}</span>
        {texts.map(({ name, text }, each) => (
          <span key={name} class="chart-value" data-line={each}>
            {lines.length > 1 && <span class="chart-line-name">{name}</span>}
            <strong>{text}</strong>
          </span>
        ))}
        {unit !== "" && <span class="muted">{unit}</span>}
      </figcaption>
      <div ref={place} class="chart-place" role="img" aria-label={`${title}: ${said} ${unit}`} />
    </figure>
  );
}

function valueText(value: number | null | undefined, format: (value: number) => string): string {
  return value === null || value === undefined ? "–" : format(value);
}
