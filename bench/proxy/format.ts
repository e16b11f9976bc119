import type { Unit } from "./metrics.ts";

const MS_FROM = 10;
const MIB_FROM_KIB = 1_024;

export function asValue(value: number | undefined, unit: Unit): string {
  if (value === undefined) return "–";
  switch (unit) {
    case "a second":
      return value < 1_000 ? value.toFixed(0) : Math.round(value).toLocaleString("en");
    case "ms":
      return Math.abs(value) < MS_FROM
        ? `${Math.round(value * 1_000).toLocaleString("en")} µs`
        : `${Math.round(value).toLocaleString("en")} ms`;
    case "KiB":
      return value < MIB_FROM_KIB
        ? `${value.toFixed(1)} KiB`
        : `${(value / MIB_FROM_KIB).toFixed(0)} MiB`;
    case "CPU seconds":
      return `${value.toFixed(2)} s`;
    default:
      return unit satisfies never;
  }
}

export function asMicroseconds(seconds: number | undefined): string {
  return seconds === undefined ? "–" : `${(seconds * 1e6).toFixed(1)} µs`;
}

export function asRatio(ratio: number | undefined): string {
  return ratio === undefined ? "–" : ratio.toFixed(2);
}

export function asShare(share: number | undefined): string {
  return share === undefined ? "–" : `${Math.round(share * 100)} %`;
}
