import { beforeAll, expect, test } from "vitest";
import type { JsonObject } from "../../../controller/http/openapi/hoist-schemas.ts";
import { apiDocument } from "../api-document.ts";
import type { HeardAnswer } from "./heard-answer.ts";
import { judgeAnswer } from "./judge-answer.ts";

const EVENTS = "text/event-stream";
const LINES = "application/x-ndjson";
const ERROR = JSON.stringify({ error: { id: "a", code: "not-found", message: "none" } });
const READY = { status: "ready", time: 1 };
const LINE = { at: null, stream: "stdout", text: "a" };

let document: JsonObject;
beforeAll(async () => {
  document = await apiDocument();
});

/** By "/health", "200 application/json" and its text. */
function judge([url, answer, text]: readonly [string | null, string, string]): string[] {
  const [status, type = ""] = answer.split(" ");
  const heard: HeardAnswer = { method: "GET", url, status: Number(status), type, text };
  return judgeAnswer(document, heard);
}

const json = (value: unknown) => JSON.stringify(value);
const event = (data: unknown, head = "") => `${head}data: ${json(data)}\n\n`;
const STATUS = "/v1/backends/:id/status/stream";
const LOGS = "/v1/backends/:id/logs";
const ENDED = `${event({}, "event: end\n")}`;

test.each<[string | null, string, string]>([
  ["/health", "200 application/json", json({ status: "ok", version: "1" })],
  [STATUS, `200 ${EVENTS}`, ""],
  [STATUS, `200 ${EVENTS}`, ":\n\n"],
  [STATUS, `200 ${EVENTS}`, event(READY, "id: ready\n") + event(READY, "event: progress\n")],
  [LOGS, `200 ${EVENTS}`, event(LINE) + ENDED],
  [LOGS, `200 ${LINES}`, `${json(LINE)}\n${json(LINE)}\n`],
  [LOGS, "200 text/plain;", ""],
  ["/metrics", "200 text/plain;", ""],
  [null, "404 application/json;", ERROR],
])("%s may answer %s: %j", (...answer) => {
  expect(judge(answer)).toEqual([]);
});

test.each<[string | null, string, string, string]>([
  ["/health", "200 application/json", json({ status: "ill", version: "1" }), "status: must be ok"],
  ["/health", "200 application/json", "{", "SyntaxError"],
  ["/health", "201 application/json", json({ status: "ok", version: "1" }), "no such answer"],
  ["/health", "200 text/html", "", "no such media type"],
  ["/health", "200", "", "no such media type"],
  ["/unheard-of", "200 application/json", "{}", "no such answer"],
  ["/v1/drones/:name", "404 application/json", json({ error: {} }), "error"],
  ["/v1/drones/:name", "404 application/json", ERROR.replace("not-found", "no-target"), "code"],
  [STATUS, `200 ${EVENTS}`, event({ status: "alive", time: 1 }, "id: ready\n"), "data.status"],
  [STATUS, `200 ${EVENTS}`, event(READY, "event: news\nid: ready\n"), "event"],
  [STATUS, `200 ${EVENTS}`, event(READY), "id"],
  [STATUS, `200 ${EVENTS}`, "data: ready\n\n", "SyntaxError"],
  [STATUS, `200 ${EVENTS}`, `data: ${json(READY)}\n`, "in parts"],
  [LOGS, `200 ${EVENTS}`, event({ ...LINE, stream: "stdin" }), "data.stream"],
  [LOGS, `200 ${LINES}`, `${json(LINE)}\n${json({ ...LINE, at: "now" })}\n`, "at: "],
  [LOGS, `200 ${LINES}`, json(LINE), "in parts"],
  [null, "404 application/json", json({ error: "Not Found", statusCode: 404 }), "error: must be"],
  [null, "200 application/json", ERROR, "is not a known field"],
  [null, "404 text/plain", "", "is no text"],
])("%s may not answer %s: %j", (url, answer, text, problem) => {
  expect(judge([url, answer, text]).join()).toContain(problem);
});
