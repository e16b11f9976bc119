import { expect, test } from "vitest";
import { readStreamHead } from "../../../proxy/engines/http2/read-stream-head.ts";

const CLIENT = { peerAddress: "192.0.2.1", secure: true };

test.each([
  [[":method", "CONNECT", ":authority", "h"]],
  [[":method", "GET", ":authority", "h"]],
  [[":method", "GET", ":path", "/", ":authority", "h", "host", "other"]],
])("%j is nothing that HTTP/1.1 could say", (raw) => {
  expect(readStreamHead(raw, CLIENT)).toBeUndefined();
});

test("a host without an authority stays, and the same said twice is said once", () => {
  const start = [":method", "GET", ":path", "/"];
  expect(readStreamHead([...start, "host", "h"], CLIENT)?.headers).toEqual([["host", "h"]]);
  const twice = readStreamHead([...start, ":authority", "H", "host", "h"], CLIENT);
  expect(twice?.headers).toEqual([["host", "H"]]);
});
