import { expect, test } from "vitest";
import { figuresOf } from "../../../bench/proxy/figures.ts";
import type { Metric, Sample } from "../../../bench/proxy/metrics.ts";

const NAMES = ["hangar-direct", "nginx", "haproxy", "none"];

function metric(added: boolean): Metric {
  return { id: "m", title: "m", unit: "ms", better: "less", added };
}

/** One value a round. */
function samplesOf(values: Record<string, readonly number[]>): Sample[] {
  return Object.entries(values).flatMap(([contender, rounds]) =>
    rounds.map((value, index) => ({ metric: "m", contender, round: index + 1, value })),
  );
}

function figuresBy(metricOf: Metric, samples: readonly Sample[]) {
  const figures = figuresOf(metricOf, samples, NAMES);
  return Object.fromEntries(figures.map((figure) => [figure.contender, figure]));
}

test("a figure is the median of its rounds, with the least and the most", () => {
  const samples = samplesOf({ "hangar-direct": [30, 10, 20], nginx: [40, 40, 40] });
  expect(figuresBy(metric(false), samples)["hangar-direct"]).toMatchObject({
    median: 20,
    min: 10,
    max: 30,
    rounds: [30, 10, 20],
    to_nginx: 0.5,
  });
});

test("what is added is the difference to no proxy in the same round", () => {
  const samples = samplesOf({ nginx: [15, 110, 25], haproxy: [12, 104, 26], none: [10, 100, 20] });
  const { nginx, haproxy, none } = figuresBy(metric(true), samples);
  expect(nginx?.rounds).toEqual([5, 10, 5]);
  expect(haproxy?.rounds).toEqual([2, 4, 6]);
  expect(none?.rounds).toEqual([10, 100, 20]);
  expect(nginx?.to_haproxy).toBe(1.25);
});

test("a round without a figure for no proxy adds nothing", () => {
  const samples = samplesOf({ nginx: [15, 110], none: [10] });
  expect(figuresBy(metric(true), samples).nginx?.rounds).toEqual([5]);
});

test("who has no figure has no ratio, and gives none", () => {
  const { nginx, haproxy } = figuresBy(metric(false), samplesOf({ nginx: [10] }));
  expect(haproxy).toMatchObject({ median: undefined, min: undefined, to_nginx: undefined });
  expect(nginx?.to_haproxy).toBeUndefined();
});

test("an added latency that is lost in the noise has no ratio, and gives none", () => {
  const samples = samplesOf({ "hangar-direct": [12], nginx: [9], haproxy: [14], none: [10] });
  const figures = figuresBy(metric(true), samples);
  expect(figures["hangar-direct"]).toMatchObject({ to_nginx: undefined, to_haproxy: 0.5 });
  expect(figures.nginx?.to_haproxy).toBeUndefined();
});

test("the shares of the cores are medians too, and no proxy has no core", () => {
  const busy = (proxy: number | undefined, others: number) => ({ proxy, others });
  const samples = [
    { metric: "m", contender: "nginx", round: 1, value: 1, busy: busy(0.9, 0.5) },
    { metric: "m", contender: "nginx", round: 2, value: 1, busy: busy(0.8, 0.7) },
    { metric: "m", contender: "nginx", round: 3, value: 1, busy: busy(1, 0.6) },
    { metric: "m", contender: "none", round: 1, value: 1, busy: busy(undefined, 1) },
  ];
  const { nginx, none } = figuresBy(metric(false), samples);
  expect(nginx).toMatchObject({ proxy_busy: 0.9, others_busy: 0.6 });
  expect(none).toMatchObject({ proxy_busy: undefined, others_busy: 1 });
});
