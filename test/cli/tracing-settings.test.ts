import { Command } from "commander";
import { expect, test } from "vitest";
import {
  addTracingSettings,
  type TracingSettings,
  tracingOf,
} from "../../src/cli/settings/tracing-settings.ts";

const DEFAULT = "OTEL_EXPORTER_OTLP_ENDPOINT";

function parse(words: string[], variables: Record<string, string> = {}) {
  const command = addTracingSettings(
    new Command().exitOverride().configureOutput({ writeErr() {} }),
  );
  return tracingOf(command.parse(words, { from: "user" }).opts<TracingSettings>(), variables)
    .tracing;
}

test("traces are sent where the setting says, else where OpenTelemetry's variables do, else nowhere", () => {
  const endpoint = "http://collector:4318/v1/traces";
  expect(parse([])).toBeUndefined();
  expect(parse(["--otlp-endpoint", "http://collector:4318/"])).toEqual({ endpoint });
  expect(parse([], { [DEFAULT]: "http://collector:4318" })).toEqual({ endpoint });
  const forTraces = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://traces/in" };
  expect(parse([], { [DEFAULT]: "http://x", ...forTraces })).toEqual({
    endpoint: "http://traces/in",
  });
  expect(parse(["--otlp-endpoint", "http://collector:4318"], forTraces)).toEqual({ endpoint });
});

test("OpenTelemetry's own switches hold for its variables", () => {
  const set = { [DEFAULT]: "http://collector:4318" };
  expect(parse([], { ...set, OTEL_SDK_DISABLED: "TRUE" })).toBeUndefined();
  expect(parse([], { ...set, OTEL_TRACES_EXPORTER: "none" })).toBeUndefined();
  expect(parse([], { [DEFAULT]: "" })).toBeUndefined();
  expect(() => parse([], { [DEFAULT]: "collector:4318" })).toThrow(
    `${DEFAULT} is no http or https URL`,
  );
});

test("headers and the share are told along", () => {
  const set = { [DEFAULT]: "http://c", OTEL_EXPORTER_OTLP_HEADERS: "x-key=a%20b, y=1%,=z" };
  expect(parse(["--trace-sample", "0.25"], set)).toEqual({
    endpoint: "http://c/v1/traces",
    headers: { "x-key": "a b", y: "1%" },
    sample: 0.25,
  });
  for (const share of ["-0.1", "1.1", "all", ""]) {
    expect(() => parse(["--trace-sample", share], set)).toThrow("Expected a share");
  }
});
