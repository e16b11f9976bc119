import { expect, test } from "vitest";
import { readBuildTrace } from "../../../../drone/runtime/docker/build-trace.ts";

/** As Docker 20.10 sent them. */
const LOADING =
  "Cm8KR3NoYTI1NjpmYTQ2OGZjMTM1ODg4OWRjZDAxMmRiNDc2YTczMmY2NjY1NDgxYWYxNzMwMGUwMmI2YTI2YTQ3NjlhMjEwOTIxGiRbaW50ZXJuYWxdIGxvYWQgcmVtb3RlIGJ1aWxkIGNvbnRleHQ=";
const FROM_CACHED =
  "CocBCkdzaGEyNTY6NDhhZWNkOTZhMmVmOTE0Mzk3NTg4NjNjYWQ4ZDUzYzM4NDgwNTdmMGZmZTM5OTFlNzg4ZTYxYmNjNmVjOWE5OBogWzEvM10gRlJPTSBkb2NrZXIuaW8vaGFuZ2FyL2VjaG8gASoLCMLEkdgGEJLbyxMyCwjCxJHYBhCNt6UU";
const COPY_BEGUN =
  "CvkBCkdzaGEyNTY6ODkzNjFiZjJmMTNkODFkY2QzNmM5ODE3NzZhZTE4Y2Q1YzI4YmQxOTMxM2E1MmZjNmNmZTZhNzNmMzI5YTljORJHc2hhMjU2OjQ4YWVjZDk2YTJlZjkxNDM5NzU4ODYzY2FkOGQ1M2MzODQ4MDU3ZjBmZmUzOTkxZTc4OGU2MWJjYzZlYzlhOTgSR3NoYTI1Njo1ZWM5Y2ZhZjJmMmE1OWNiZGI2ZDBkZjAwZWI2OWViMTkzYWE0YjljNmFhMWQ1MmVlZGJjOTdkNGY2NWM0NDg2Gg9bMi8zXSBDT1BZIHggL3gqCwjCxJHYBhDbl5AV";
const COPY_DONE =
  "CoYCCkdzaGEyNTY6ODkzNjFiZjJmMTNkODFkY2QzNmM5ODE3NzZhZTE4Y2Q1YzI4YmQxOTMxM2E1MmZjNmNmZTZhNzNmMzI5YTljORJHc2hhMjU2OjQ4YWVjZDk2YTJlZjkxNDM5NzU4ODYzY2FkOGQ1M2MzODQ4MDU3ZjBmZmUzOTkxZTc4OGU2MWJjYzZlYzlhOTgSR3NoYTI1Njo1ZWM5Y2ZhZjJmMmE1OWNiZGI2ZDBkZjAwZWI2OWViMTkzYWE0YjljNmFhMWQ1MmVlZGJjOTdkNGY2NWM0NDg2Gg9bMi8zXSBDT1BZIHggL3gqCwjCxJHYBhDbl5AVMgsIwsSR2AYQjdTSGw==";
const PRINTED =
  "GmUKR3NoYTI1NjplZmY2ZjdlZjJkZjk0NjM3YTlkMzFlMDNiODBiOWM5NTkyZjY4ZmE4YjAzZTEyYzE4YTA2MjI1M2RmMDhiMzdhEgwIwsSR2AYQys76uwEYASIKZ3LDvMOfZSAyCg==";

test.each([
  ["BuildKit's own work is no step", LOADING, [], ""],
  ["a step from the cache says so", FROM_CACHED, ["[1/3] FROM docker.io/hangar/echo (cached)"], ""],
  ["a step is told when it begins", COPY_BEGUN, ["[2/3] COPY x /x"], ""],
  ["and not again when it is done", COPY_DONE, [], ""],
  ["what a step prints is text", PRINTED, [], "grüße 2\n"],
  ["nothing is nothing", "", [], ""],
])("%s", (_, trace, steps, output) => {
  expect(readBuildTrace(trace)).toEqual({ steps, output });
});

test("a trace that is cut off does no harm", () => {
  const whole = Buffer.from(COPY_BEGUN, "base64");
  for (let length = 0; length < whole.length; length += 1) {
    const { steps } = readBuildTrace(whole.subarray(0, length).toString("base64"));
    for (const step of steps) expect("[2/3] COPY x /x").toContain(step);
  }
});
