import { expect, test } from "vitest";
import { parseOptions } from "../../../bench/proxy/options.ts";

const KNOWN = {
  workloads: ["requests-bare", "requests-1mb", "latency", "memory"],
  contenders: ["hangar-direct", "hangar-http-proxy", "http-proxy", "none"],
};

test("without words everything runs, three rounds of three seconds", () => {
  expect(parseOptions([], KNOWN)).toEqual({
    rounds: 3,
    ms: 3_000,
    workloads: KNOWN.workloads,
    contenders: KNOWN.contenders,
    jsonFile: undefined,
  });
});

test("a name stands for itself and for all that begin with it", () => {
  const words = ["--only", "memory,requests", "--contenders", "http-proxy,hangar"];
  const { workloads, contenders } = parseOptions(words, KNOWN);
  expect(workloads).toEqual(["requests-bare", "requests-1mb", "memory"]);
  expect(contenders).toEqual(["hangar-direct", "hangar-http-proxy", "http-proxy"]);
});

test("latencies are beside no proxy, so it takes part", () => {
  const words = ["--only", "latency", "--contenders", "http-proxy"];
  expect(parseOptions(words, KNOWN).contenders).toEqual(["http-proxy", "none"]);
});

test.each([
  ["--only", "request"],
  ["--contenders", "nginx"],
  ["--rounds", "0"],
  ["--seconds", "soon"],
])("%s %s is refused by name", (option, value) => {
  expect(() => parseOptions([option, value], KNOWN)).toThrow(`${option}: "${value}"`);
});
