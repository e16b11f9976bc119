import { expect, test } from "vitest";
import { lintMetrics } from "./lint-metrics.ts";
import { parseMetrics } from "./parse-metrics.ts";

const GOOD = `# HELP hangar_x_reads_total Reads, by kind.
# TYPE hangar_x_reads_total counter
hangar_x_reads_total{kind="a\\"b"} 3

# HELP hangar_x_wait_seconds Waits.
# TYPE hangar_x_wait_seconds histogram
hangar_x_wait_seconds_bucket{le="0.5"} 1
hangar_x_wait_seconds_bucket{le="+Inf"} 2
hangar_x_wait_seconds_sum 1.25e0
hangar_x_wait_seconds_count 2
`;

test("what Prometheus reads is read", () => {
  const metrics = parseMetrics(GOOD);
  expect(metrics.map(({ name, type, samples }) => [name, type, samples.length])).toEqual([
    ["hangar_x_reads_total", "counter", 1],
    ["hangar_x_wait_seconds", "histogram", 4],
  ]);
  expect(lintMetrics(metrics, "hangar_x_")).toEqual([]);
});

test.each([
  ["no help", "# TYPE a gauge\na 1\n"],
  ["a metric twice", "# HELP a A.\n# TYPE a gauge\na 1\n# HELP a A.\n# TYPE a gauge\n"],
  ["a sample twice", "# HELP a A.\n# TYPE a gauge\na 1\na 2\n"],
  ["a label without quotes", "# HELP a A.\n# TYPE a gauge\na{b=c} 1\n"],
  ["a sample of another", "# HELP a A.\n# TYPE a gauge\nb 1\n"],
  ["no number", "# HELP a A.\n# TYPE a gauge\na one\n"],
  ["no end", "# HELP a A.\n# TYPE a gauge\na 1"],
])("%s is refused", (_what, text) => {
  expect(() => parseMetrics(text)).toThrow();
});

test.each([
  ["hangar_y_reads_total", "counter", "Reads.", "1", "does not begin with"],
  ["hangar_x_reads", "counter", "Reads.", "1", "counter's name"],
  ["hangar_x_reads_total", "gauge", "Reads.", "1", "counter's name"],
  ["hangar_x_wait_ms", "gauge", "Waits.", "1", "base unit"],
  ["hangar_x_wait", "gauge", "waits", "1", "no help"],
  ["hangar_x_wait", "gauge", "Waits.", "-1", "below 0"],
  ["hangar_x_count", "gauge", "Waits.", "1", "reserved"],
  ["hangar_x_gauge_open", "gauge", "Waits.", "1", "what type"],
])("%s as %s breaks a rule of names", (name, type, help, value, problem) => {
  const text = `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name} ${value}\n`;
  expect(lintMetrics(parseMetrics(text), "hangar_x_").join()).toContain(problem);
});

test("a label that grows without bound, and buckets that do not add up, are found", () => {
  const text = GOOD.replace("kind=", "backend_id=").replace("_count 2", "_count 3");
  expect(lintMetrics(parseMetrics(text), "hangar_x_")).toEqual([
    "hangar_x_reads_total: has a label that grows without bound",
    "hangar_x_wait_seconds: has buckets that do not add up",
  ]);
});
