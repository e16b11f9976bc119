import { Command } from "commander";
import { expect, test } from "vitest";
import { defaultNodeName, parseNodeName } from "../../src/cli/settings/node-name.ts";
import { parseBytes } from "../../src/cli/settings/parse-bytes.ts";
import { parseClusterName } from "../../src/cli/settings/parse-cluster-name.ts";
import { parseHttpUrl } from "../../src/cli/settings/parse-http-url.ts";
import { parseJsonObject } from "../../src/cli/settings/parse-json-object.ts";
import { parseLease } from "../../src/cli/settings/parse-lease.ts";
import { parseList } from "../../src/cli/settings/parse-list.ts";
import { integerWithin, parsePositive } from "../../src/cli/settings/parse-number.ts";
import { parsePair } from "../../src/cli/settings/parse-pair.ts";
import { parseSeconds } from "../../src/cli/settings/parse-seconds.ts";
import {
  addProxyLimits,
  type ProxyLimitSettings,
  proxyLimitsOf,
} from "../../src/cli/settings/proxy-limits.ts";
import { parseRedirect, proxyConfigOf } from "../../src/cli/settings/proxy-settings.ts";

test.each([
  ["1048576", 1_048_576],
  ["512k", 524_288],
  ["256m", 268_435_456],
  ["256M", 268_435_456],
  ["256MB", 268_435_456],
  ["256MiB", 268_435_456],
  ["1.5g", 1_610_612_736],
])("the size %s is %i bytes", (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes);
});

test.each(["", "m", "-1m", "1x", "1m5", "1e3", "0x10", "1 m"])("%j is no size", (text) => {
  expect(() => parseBytes(text)).toThrow("Expected a size");
});

test.each([
  ["90", 90],
  ["90s", 90],
  ["5m", 300],
  ["1.5h", 5_400],
  ["2d", 172_800],
  ["0", 0],
])("the time %s is %i seconds", (text, seconds) => {
  expect(parseSeconds(text)).toBe(seconds);
});

test.each(["", "s", "5 m", "-5", "5w", "5ms"])("%j is no time", (text) => {
  expect(() => parseSeconds(text)).toThrow("Expected seconds");
});

test("pairs are collected; the value may hold more equals signs, or nothing", () => {
  expect(parsePair("A=")).toEqual({ A: "" });
  expect(parsePair("URL=a?b=c", { A: "1" })).toEqual({ A: "1", URL: "a?b=c" });
});

test.each(["A", "=1", ""])("%j is no pair", (text) => {
  expect(() => parsePair(text)).toThrow("Expected NAME=value");
});

test("a list is collected from repetitions and from commas", () => {
  expect(parseList("c", parseList("a, b,"))).toEqual(["a", "b", "c"]);
});

test.each(["", "1.5", "-1", "65536", "0x50", " 1"])("%j is no port", (text) => {
  expect(() => integerWithin(0, 65_535)(text)).toThrow("from 0 to 65535");
});

test("a number of CPUs may be a fraction, but not nothing", () => {
  expect(parsePositive("0.5")).toBe(0.5);
  for (const text of ["0", "-1", "x", ""]) expect(() => parsePositive(text)).toThrow("above 0");
});

test("a URL is http or https, and loses the slash at its end", () => {
  expect(parseHttpUrl("https://hangar.example.com/base/")).toBe("https://hangar.example.com/base");
  for (const text of ["localhost:8080", "ftp://x", "", "/x"]) {
    expect(() => parseHttpUrl(text)).toThrow("Expected a URL");
  }
});

test("where the bare host leads is a URL as it may stand in a header", () => {
  expect(parseRedirect("https://bücher.example.com/stárt?a=1")).toBe(
    "https://xn--bcher-kva.example.com/st%C3%A1rt?a=1",
  );
  for (const text of ["/start", "javascript:alert(1)", "example.com"]) {
    expect(() => parseRedirect(text)).toThrow("Expected a URL");
  }
});

test("PROXY headers are expected only where somebody is trusted to send them", () => {
  const given = { engine: "direct", proxyProtocol: true } as const;
  expect(proxyConfigOf({ ...given, trustProxy: ["10.0.0.0/8"] })).toEqual({
    engine: "direct",
    proxyProtocol: true,
    trustedProxies: ["10.0.0.0/8"],
  });
  expect(() => proxyConfigOf(given)).toThrow("only trusted front proxies");
});

test("a proxy's limits of time are told in seconds or as durations", () => {
  const command = addProxyLimits(new Command().exitOverride().configureOutput({ writeErr() {} }));
  const parse = (...words: string[]) =>
    proxyLimitsOf(command.parse(words, { from: "user" }).opts<ProxyLimitSettings>());
  expect(parse()).toEqual({});
  expect(
    parse(
      "--hold-limit",
      "5m",
      "--answer-timeout",
      "30",
      "--drain-time",
      "0",
      "--max-connections",
      "9",
    ),
  ).toEqual({ holdLimitMs: 300_000, answerTimeoutMs: 30_000, drainMs: 0, maxConnections: 9 });
  expect(() => parse("--answer-timeout", "0")).toThrow("at least a second");
});

test("a user's data is a JSON object and nothing else", () => {
  expect(parseJsonObject('{"role":"editor"}')).toEqual({ role: "editor" });
  for (const text of ["[]", "null", "1", "{", ""]) {
    expect(() => parseJsonObject(text)).toThrow("Expected a JSON object");
  }
});

test("a cluster's name is a host, perhaps with a port", () => {
  expect(parseClusterName("LOCALHOST:9090")).toBe("localhost:9090");
  expect(() => parseClusterName("http://x")).toThrow("Expected the host");
});

test.each([
  ["Build_Box.3", "dr-build-box-3"],
  ["---", "dr"],
  ["x".repeat(80), `dr-${"x".repeat(42)}`],
])("the host %s gives a drone the name %s", (host, name) => {
  expect(defaultNodeName("dr", host)).toBe(name);
  expect(parseNodeName(name)).toBe(name);
});

test.each(["", "A", "a_b", "-a", "a-", "x".repeat(46)])("%j is no name", (text) => {
  expect(() => parseNodeName(text)).toThrow("Expected lower-case");
});

test("a lease is four times in seconds, decimals allowed", () => {
  expect(parseLease("1.5, 2,2.25,4.25")).toEqual({
    renewMs: 1_500,
    softMs: 2_000,
    hardMs: 2_250,
    expiryMs: 4_250,
  });
});

test("a lease whose keys would be given away at once after the kill is refused", () => {
  expect(() => parseLease("1,2,3,4.9")).toThrow("need 2 s between them");
});

test.each(["", "30", "30,40,50", "30,40,50,60,70", "a,b,c,d", "30,-40,50,60", "1e1,40,50,60"])(
  "%j is no lease",
  (text) => {
    expect(() => parseLease(text)).toThrow("Expected four times in seconds");
  },
);

test.each(["0,40,50,60", "40,30,50,60", "30,40,40,60", "30,40,60,50", "1,1.0001,2,3"])(
  "the lease %j has its times out of order",
  (text) => {
    expect(() => parseLease(text)).toThrow("Each must come after the one before");
  },
);
