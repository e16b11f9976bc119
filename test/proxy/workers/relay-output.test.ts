import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { relayLines, relayLog } from "../../../proxy/workers/relay-output.ts";
import { recordingLog } from "../../harness/recording-log.ts";

test("only whole lines are passed on, and at the end what there is", async () => {
  const stream = new PassThrough();
  const passed: string[] = [];
  const relayed = relayLines(stream, async (lines) => void passed.push(lines));
  const bytes = Buffer.from("one\ntwo\nthrée\nfour");
  const middle = bytes.indexOf(0xc3) + 1;
  stream.write(bytes.subarray(0, middle));
  stream.write(bytes.subarray(middle));
  stream.end();
  await relayed;
  expect(passed.join("")).toBe("one\ntwo\nthrée\nfour\n");
  expect(passed.every((lines) => lines.endsWith("\n"))).toBe(true);
});

test("a worker's log is logged as it was, and the last words of one that crashes as an error", () => {
  const { log, lines } = recordingLog();
  const entry = { level: 40, time: 1, component: "proxy", port: 7, msg: "odd" };
  const text = `${JSON.stringify(entry)}\nTypeError: no\n\n{"level":3`;
  relayLog(text, log.child({ component: "proxy" }));
  expect(lines[0]?.match(/"component"/g)).toHaveLength(1);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 40, component: "proxy", port: 7, msg: "odd" },
    { level: 50, line: "TypeError: no" },
    { level: 50, line: '{"level":3' },
  ]);
});
