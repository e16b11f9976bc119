import { afterEach, beforeEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { startWhiteboard, type Whiteboard } from "../../examples/whiteboard/whiteboard.ts";
import { LIMITS } from "../../examples/whiteboard/wire.ts";
import { visit, type WhiteboardVisitor } from "./whiteboard-visitor.ts";

const BEGIN = JSON.stringify({ type: "begin", ink: 0, width: 6, points: [0, 0] });
const REFUSED = 1008;
const TOO_BIG = 1009;
const TRY_AGAIN_LATER = 1013;

let whiteboard: Whiteboard;
let witness: WhiteboardVisitor;

beforeEach(async () => {
  const folder = "examples/whiteboard";
  whiteboard = await startWhiteboard({
    port: 0,
    host: "127.0.0.1",
    backendId: "b1",
    key: "room",
    publicDir: `${folder}/public`,
    scriptDir: folder,
  });
  witness = await visit(whiteboard.port);
});
afterEach(async () => {
  witness[Symbol.dispose]();
  await whiteboard[Symbol.asyncDispose]();
});

test.each([
  ["what is not JSON", "{", REFUSED],
  ["JSON that is no message", "[1]", REFUSED],
  ["an unknown type", '{"type":"toString"}', REFUSED],
  ["a colour that is none", BEGIN.replace('"ink":0', '"ink":99'), REFUSED],
  ["a width without end", BEGIN.replace('"width":6', '"width":1e999'), REFUSED],
  ["a point that is none", BEGIN.replace("[0,0]", '[0,"0"]'), REFUSED],
  ["half a point", BEGIN.replace("[0,0]", "[0,0,0]"), REFUSED],
  ["a name that is too long", JSON.stringify({ type: "rename", name: "x".repeat(41) }), REFUSED],
  ["more bytes than a message may have", "x".repeat(LIMITS.messageBytes + 1), TOO_BIG],
  ["bytes in place of text", Buffer.from(BEGIN), REFUSED],
])("%s closes only the socket that it came on", async (_what, message, code) => {
  using hostile = await visit(whiteboard.port);
  hostile.socket.send(message);
  expect(await hostile.closeCode()).toBe(code);
  expect(await witness.next("left")).toEqual({ type: "left", id: 2 });
  expect(witness.socket.readyState).toBe(witness.socket.OPEN);
});

test("two strokes at once are refused", async () => {
  using hostile = await visit(whiteboard.port);
  hostile.socket.send(BEGIN);
  hostile.socket.send(BEGIN);
  expect(await hostile.closeCode()).toBe(REFUSED);
});

test("a stroke that never ends is refused at its limit", async () => {
  using hostile = await visit(whiteboard.port);
  hostile.socket.send(BEGIN);
  const points = Array.from({ length: 2 * LIMITS.pointsPerMessage }, () => 1);
  const messages = LIMITS.pointsPerStroke / LIMITS.pointsPerMessage;
  for (let n = 0; n < messages; n++) hostile.send({ type: "extend", points });
  expect(await hostile.closeCode()).toBe(REFUSED);
});

test("a flood of messages is refused", async () => {
  using hostile = await visit(whiteboard.port);
  for (let n = 0; n < 1_500; n++) hostile.send({ type: "cursor", at: [n, n] });
  expect(await hostile.closeCode()).toBe(REFUSED);
});

test("the board takes 64 visitors, and tells the next to try later", async () => {
  const crowd = await Promise.all(Array.from({ length: 63 }, () => visit(whiteboard.port)));
  const socket = new WebSocket(`ws://127.0.0.1:${whiteboard.port}/live`);
  const code = await new Promise((resolve) =>
    socket.addEventListener("close", (event) => resolve(event.code)),
  );
  for (const visitor of crowd) visitor[Symbol.dispose]();
  expect(code).toBe(TRY_AGAIN_LATER);
});
