import { expect, test } from "vitest";
import { readRequest } from "../../../bench/proxy/backend/request-head.ts";
import { requestFor, requestsOf, UPGRADE, UPLOAD } from "../../../bench/proxy/requests.ts";

test("a request tells by the end of its path what it wants", () => {
  const [request = Buffer.alloc(0)] = requestsOf({ head: "browser", answer: "medium" });
  expect(readRequest(request, 0)).toEqual({
    wanted: "medium",
    bodyBytes: 0,
    webSocketKey: undefined,
    head: "",
    end: request.length,
  });
});

test("a head that is not complete is no request yet", () => {
  const [request = Buffer.alloc(0)] = requestsOf({ head: "bare", answer: "small" });
  expect(readRequest(request.subarray(0, -1), 0)).toBeUndefined();
  expect(readRequest(Buffer.concat([request, request]), request.length)?.end).toBe(
    2 * request.length,
  );
});

test("an upload says how long it is, and begins behind its head", () => {
  const [request = Buffer.alloc(0)] = requestsOf({ upload: "small" });
  const read = readRequest(request, 0);
  expect(read).toMatchObject({ wanted: "small", bodyBytes: UPLOAD.length });
  expect(request.subarray(read?.end)).toEqual(UPLOAD);
});

test("a WebSocket comes with its key, and a head is given back to who asks for it", () => {
  expect(readRequest(UPGRADE, 0)?.webSocketKey).toBe("dGhlIHNhbXBsZSBub25jZQ==");
  const request = requestFor("/check/head");
  expect(readRequest(request, 0)?.head).toBe(request.toString("latin1"));
});

test("a browser's head has its usual dozen headers, about 600 bytes", () => {
  const [request = Buffer.alloc(0)] = requestsOf({ head: "browser", answer: "small" });
  expect(request.length).toBeGreaterThan(550);
  expect(request.length).toBeLessThan(750);
});
