import { Writable } from "node:stream";
import { createLog } from "../../src/shared/log.ts";

/** A log that a test can read: each line is one JSON object. */
export function recordingLog() {
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  return { lines, log: createLog("debug", sink) };
}
