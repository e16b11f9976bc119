import pc from "picocolors";
import { expect, test } from "vitest";
import { formatBytes } from "../../src/cli/render/format-bytes.ts";
import { formatAge, formatDuration, formatSeconds } from "../../src/cli/render/format-duration.ts";
import { renderBackend } from "../../src/cli/render/render-backend.ts";
import { renderBackends } from "../../src/cli/render/render-backends.ts";
import { renderDrones } from "../../src/cli/render/render-drones.ts";
import { renderTable } from "../../src/cli/render/render-table.ts";
import { renderTimeline } from "../../src/cli/render/render-timeline.ts";
import { stripControl } from "../../src/cli/render/strip-control.ts";
import { aBackend, aDrone, aSummary, FAILED, OTHER_ID } from "./fixtures.ts";

const plain = pc.createColors(false);
const colored = pc.createColors(true);

test.each([
  [0, "0 ms"],
  [12.4, "12 ms"],
  [999.6, "1.0 s"],
  [1_340, "1.3 s"],
  [59_940, "59.9 s"],
  [59_999, "59.9 s"],
  [125_000, "2 m 05 s"],
  [12_000_000, "3 h 20 m"],
])("%d milliseconds are shown as %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test.each([
  [-5, "0s"],
  [59_999, "59s"],
  [60_000, "1m"],
  [5 * 3_600_000, "5h"],
  [4 * 86_400_000, "4d"],
])("an age of %d milliseconds is shown as %s", (ms, text) => {
  expect(formatAge(ms)).toBe(text);
});

test.each([
  [0, "0 s"],
  [10, "10 s"],
  [90, "1 m 30 s"],
  [7_200, "2 h"],
])("a limit of %d seconds is shown as %s", (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text);
});

test.each([
  [512, "512 B"],
  [1_024, "1 KiB"],
  [1_023 * 1_024, "1023 KiB"],
  [1.5 * 1024 ** 3, "1.5 GiB"],
  [16 * 1024 ** 3, "16 GiB"],
])("%d bytes are shown as %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test("a table's columns line up, colours or not", () => {
  const rows = [
    ["a", colored.green("long cell"), "x"],
    ["bb", colored.green("short"), "y"],
  ];
  const text = renderTable(["ONE", "TWO", "THREE"], rows, colored);
  expect(stripControl(text.replaceAll("\n", "⏎"))).toBe(
    "ONE  TWO        THREE⏎a    long cell  x⏎bb   short      y",
  );
});

test("a list of backends shows key, status, age, host, and how each ended", () => {
  const text = renderBackends(
    [
      aSummary({ subdomain: "board", key: { name: "doc-1", namespace: "acme", tag: "v2" } }),
      aSummary({
        id: OTHER_ID,
        key: { name: OTHER_ID, namespace: "", tag: "" },
        status: "terminated",
        ended: { reason: "exited", exit_code: 3 },
      }),
    ],
    61_000,
    plain,
  );
  expect(text).toMatchInlineSnapshot(`
    "ID              KEY              STATUS                   IMAGE        DRONE   AGE  HOST
    abcdefghij0001  acme/doc-1 (v2)  ● ready                  hangar/echo  dr-box  1m   board.localhost:9090
    abcdefghij0002  -                ✕ terminated (exited 3)  hangar/echo  dr-box  1m   abcdefghij0002.localhost:9090"
  `);
});

test("a list of drones shows health, or what is wrong", () => {
  const text = renderDrones(
    [
      aDrone({ max_backends: 10 }),
      aDrone({ name: "dr-b", draining: true, pool: "gpu" }),
      aDrone({
        name: "dr-c",
        healthy: false,
        unhealthy_because: "has sent no heartbeat yet",
        last_heartbeat_age_ms: null,
        health: null,
      }),
    ],
    plain,
  );
  expect(text).toMatchInlineSnapshot(`
    "NAME    CLUSTER         POOL  HEALTH                       BACKENDS  LOAD   FREE MEMORY  FREE DISK      IMAGES  LEASE    HEARD
    dr-box  localhost:9090  -     ● healthy                    2 of 10   0.5/2  3 of 8 GiB   40 of 100 GiB  1       for 52s  3s ago
    dr-b    localhost:9090  gpu   ◌ draining                   2         0.5/2  3 of 8 GiB   40 of 100 GiB  1       for 52s  3s ago
    dr-c    localhost:9090  -     ✖ has sent no heartbeat yet  2         -      -            -              -       for 52s  never"
  `);
});

test("a spawn is drawn as bars, each where it lies in time", () => {
  expect(renderTimeline(aBackend().timeline, plain)).toMatchInlineSnapshot(`
    "  schedule               10 ms  ▌
      pull                  500 ms   █████████████████████████
      create                  7 ms                            ▍
      start                 203 ms                            ██████████▏
      first answer           80 ms                                      ████
      ● ready               800 ms  since scheduled"
  `);
});

test("a step that its drone did not measure is as long as its state lasted", () => {
  const timeline = [
    { status: "scheduled", at: 0 },
    { status: "starting", at: 20 },
    { status: "ready", at: 120 },
  ] as const;
  expect(renderTimeline(timeline, plain)).toMatchInlineSnapshot(`
    "  schedule               20 ms  ██████▋
      create and start      100 ms         █████████████████████████████████
      ● ready               120 ms  since scheduled"
  `);
});

test("a step that the backend's end cut short is marked", () => {
  const timeline = [
    { status: "waiting", at: 0 },
    { status: "terminated", at: 40 },
  ] as const;
  expect(renderTimeline(timeline, plain)).toMatchInlineSnapshot(`
    "  first answer ✕         40 ms  ████████████████████████████████████████
      ✕ terminated           40 ms  since scheduled"
  `);
});

test("a backend is shown with what it is, its timeline, and its end", () => {
  expect(renderBackend(FAILED, 62_000, plain)).toMatchInlineSnapshot(`
    "abcdefghij0001  ✕ terminated  for 1m

      key            doc-1
      image          hangar/echo
      env            A, B
      host           abcdefghij0001.localhost:9090
      access         token
      drone          dr-box
      address        172.18.0.2:8080
      fencing token  7
      resources      256 MiB memory
      connections    2 open, last active 1m ago
      may be idle    10 m
      grace          10 s

    Timeline
      schedule               10 ms  ▌
      pull                  500 ms   █████████████████████████
      create                  7 ms                            ▍
      start                 203 ms                            ██████████▏
      first answer           80 ms                                      ████
      ● ready               800 ms  since scheduled

    Ended  exited, code 3: the app ended by itself
      message  it exited with code 3

    Last log lines
      │ reading config
      │ no DATABASE_URL"
  `);
});

test("what an app printed cannot steer the terminal", () => {
  expect(stripControl("a\u001b[2Jb\u001b]0;title\u0007c\rd\te")).toBe("ab]0;titlecd\te");
});
