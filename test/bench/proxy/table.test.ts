import { expect, test } from "vitest";
import { asMicroseconds, asRatio, asShare, asValue } from "../../../bench/proxy/format.ts";
import { parseVersion } from "../../../bench/proxy/programs.ts";
import { reasonOf } from "../../../bench/proxy/reason.ts";
import type { ProxyReport } from "../../../bench/proxy/report.ts";
import { inTurn } from "../../../bench/proxy/run-rounds.ts";
import { proxyTables } from "../../../bench/proxy/table.ts";

const NOTHING = { proxy_busy: undefined, others_busy: undefined };
const REPORT: ProxyReport = {
  benchmark: "proxy",
  machine: "a machine",
  connections: 64,
  steady_per_second: 3_000,
  rounds: 3,
  round_ms: 1_500,
  idle_sockets: 9_700,
  contenders: [
    { name: "nginx", title: "nginx", version: "1.22.1", does: "forwards", absent: undefined },
    { name: "none", title: "no proxy", version: "", does: "nothing", absent: undefined },
    { name: "haproxy", title: "HAProxy", version: undefined, does: "", absent: "install it" },
  ],
  metrics: [
    {
      ...{ id: "latency-p50", title: "added p50", unit: "ms", better: "less", added: true },
      workload: "latency",
      figures: [
        {
          ...{ contender: "nginx", median: 0.0214, min: 0.02, max: 12.3, rounds: [] },
          ...{ to_nginx: 1, to_haproxy: undefined, ...NOTHING },
        },
        {
          ...{ contender: "none", median: 0.08, min: 0.07, max: 0.09, rounds: [] },
          ...{ to_nginx: 3.7, to_haproxy: undefined, ...NOTHING },
        },
      ],
    },
  ],
  failures: ["round 2, echoes, nginx: hung up"],
};

test("a table says who, how much, how far apart, and beside whom", () => {
  const lines = proxyTables(REPORT).split("\n");
  const rowOf = (title: string) => lines.find((line) => line.startsWith(`│ ${title}`)) ?? "";
  expect(rowOf("added p50")).toContain("less is better");
  expect(rowOf("nginx")).toMatch(/ 21 µs │ 20 µs – 12 ms │ +1\.00 │ +– │$/);
  // A whole latency is no ratio of an added one.
  expect(rowOf("no proxy, in all")).toMatch(/ 80 µs │ 70 µs – 90 µs │ +│ +│$/);
});

test("a rate comes with what of the cores was used, and what one costs the proxy", () => {
  const used = { proxy_busy: 0.9, others_busy: 0.6 };
  const figure = { contender: "nginx", median: 30_000, min: 1, max: 2, rounds: [], ...used };
  const metric = {
    id: "r",
    title: "rate",
    unit: "a second",
    better: "more",
    added: false,
  } as const;
  const figures = [{ ...figure, to_nginx: 1, to_haproxy: 1 }];
  const text = proxyTables({ ...REPORT, metrics: [{ ...metric, workload: "r", figures }] });
  expect(text).toMatch(/│ nginx .* 30\.0 µs │ +90 % │ +60 % │/);
});

test("who is not there, what failed and the machine are told", () => {
  const text = proxyTables(REPORT);
  expect(text).toContain("not here: install it");
  expect(text).toContain("FAILED round 2, echoes, nginx: hung up");
  expect(text).toContain("Medians of 3 rounds of 1.5 s");
  expect(text.trimEnd().endsWith("a machine")).toBe(true);
});

test("values are told in the unit that reads best", () => {
  expect(asValue(30_199.6, "a second")).toBe("30,200");
  expect(asValue(-0.012, "ms")).toBe("-12 µs");
  expect(asValue(1_234, "ms")).toBe("1,234 ms");
  expect(asValue(17.66, "KiB")).toBe("17.7 KiB");
  expect(asValue(193_536, "KiB")).toBe("189 MiB");
  expect(asValue(1.316, "CPU seconds")).toBe("1.32 s");
  expect(asValue(undefined, "ms")).toBe("–");
  expect(asRatio(1.2)).toBe("1.20");
  expect(asShare(0.987)).toBe("99 %");
  expect(asMicroseconds(2.345e-5)).toBe("23.4 µs");
});

test("why something failed is told on one line", () => {
  const log = `node did not start: one\n    two ${"x".repeat(1_000)}`;
  const reason = reasonOf(new Error(log));
  expect(reason).toMatch(/^node did not start: one two x+$/);
  expect(reason).toHaveLength(300);
});

test("each round begins with another contender, and visits all", () => {
  expect(inTurn(["a", "b", "c"], 1)).toEqual(["a", "b", "c"]);
  expect(inTurn(["a", "b", "c"], 2)).toEqual(["b", "c", "a"]);
  expect(inTurn(["a", "b", "c"], 4)).toEqual(["a", "b", "c"]);
});

test.each([
  ["nginx version: nginx/1.22.1", "1.22.1"],
  ["HAProxy version 2.6.12-1+deb12u4 2026/10/17 - https://haproxy.org/", "2.6.12"],
  ["something else", "unknown"],
])("the version is found in %j", (text, version) => {
  expect(parseVersion(text)).toBe(version);
});
