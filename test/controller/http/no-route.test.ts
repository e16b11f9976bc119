import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ErrorBody } from "../../../src/protocol/errors.ts";
import { aController, type TestController } from "../a-controller.ts";

let hangar: TestController;
beforeAll(async () => {
  hangar = await aController();
});
afterAll(() => hangar[Symbol.asyncDispose]());

/** What comes back for these bytes, up to the connection's end. */
async function send(bytes: string) {
  const { hostname, port } = new URL(hangar.controller.url);
  const socket = connect(Number(port), hostname);
  socket.write(bytes);
  const answer = await text(socket);
  const [head = "", body = ""] = answer.split("\r\n\r\n");
  return { head, error: (JSON.parse(body) as ErrorBody).error };
}

const KEY_IN_URL = `hak_${"a".repeat(40)}`;
const CLOSE = "host: a\r\nconnection: close\r\n\r\n";

test.each([
  ["a path that there is not", `GET /nowhere HTTP/1.1\r\n${CLOSE}`, 404, "not-found"],
  [
    "a method that there is not",
    `PROPFIND /v1/backends HTTP/1.1\r\n${CLOSE}`,
    405,
    "method-not-allowed",
  ],
  ["a path that cannot be read", `GET /v1/%zz HTTP/1.1\r\n${CLOSE}`, 400, "invalid-request"],
  [
    "an upgrade that nobody offers",
    `GET /nowhere HTTP/1.1\r\nupgrade: websocket\r\nconnection: upgrade\r\n${CLOSE}`,
    404,
    "not-found",
  ],
  ["what is no HTTP", `${KEY_IN_URL} is no HTTP\r\n\r\n`, 400, "invalid-request"],
  [
    "two lengths of one body",
    `POST /v1/connect HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n${CLOSE}`,
    400,
    "invalid-request",
  ],
  [
    "headers without measure",
    `GET /health HTTP/1.1\r\nx: ${"a".repeat(20_000)}\r\n${CLOSE}`,
    431,
    "headers-too-large",
  ],
  [
    "a chunk's extension without measure",
    `POST /v1/connect HTTP/1.1\r\ntransfer-encoding: chunked\r\nhost: a\r\n\r\n1;${"a".repeat(20_000)}\r\n`,
    413,
    "payload-too-large",
  ],
])("%s is refused as everything is", async (_what, bytes, status, code) => {
  const { head, error } = await send(bytes);
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(head.toLowerCase()).toContain("content-type: application/json");
  expect(error).toMatchObject({ code });
  expect(JSON.stringify(error)).not.toContain(KEY_IN_URL);
  const line = hangar.logLines.find((each) => each.includes(error.id));
  expect(JSON.parse(line ?? "{}")).toMatchObject({ code });
});
