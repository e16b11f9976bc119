import { expect, test } from "vitest";
import type { BackendEvent } from "../../src/protocol/event.ts";
import type { BackendMetrics } from "../../src/protocol/metrics.ts";
import { answer, events, type ScriptedApi, scriptedApi } from "../client/scripted-api.ts";
import { aSummary, ID } from "./fixtures.ts";
import { runInside } from "./run-hangar.ts";

const LOGS = `GET /v1/backends/${ID}/logs`;
const END = { event: "end", data: {} };

const queries = ({ asked }: Pick<ScriptedApi, "asked">) =>
  asked.map(({ path }) => path.split("?")[1] ?? "");
const AT = Date.parse("2026-01-02T03:04:05.678Z");

function inside(url: string, ...args: string[]) {
  return runInside([...args, "--url", url, "--api-key", "hak_1"]);
}

const aLine = (text: string, stream = "stdout") => ({ id: "1.1", data: { at: AT, stream, text } });
const aSample = (over: Partial<BackendMetrics> = {}): BackendMetrics => ({
  ...{ backend_id: ID as never, at: AT, cpu: 0.5, cpu_limit: 2 },
  ...{ memory_bytes: 64 * 1_048_576, memory_limit_bytes: 256 * 1_048_576, pids: 3 },
  ...{ network_received_bytes: 2_048, network_sent_bytes: 1_024 },
  ...{ disk_read_bytes: null, disk_written_bytes: null, open_connections: 4 },
  ...over,
});

test("logs prints the lines as they are, with times if they are wanted, and asks for what was said", async () => {
  await using api = await scriptedApi({
    [LOGS]: events([aLine("one"), aLine("two", "stderr"), END], "end"),
  });
  const args = ["-f", "--tail", "2", "--since", "5m", "--stderr"];
  expect((await inside(api.url, "logs", ID, ...args)).stdout).toBe("one\ntwo\n");
  expect(queries(api)[0]).toBe("follow=true&tail=2&since=5m&stderr=true");
  const timed = await inside(api.url, "logs", ID, "-t", "--since", "2026-01-02T03:04:05Z");
  expect(timed.stdout).toBe("2026-01-02T03:04:05.678Z one\n2026-01-02T03:04:05.678Z two\n");
  expect(queries(api)[1]).toBe(`since=${AT - 678}`);
  const json = await inside(api.url, "logs", ID, "--json");
  expect(JSON.parse(json.stdout.split("\n")[0] ?? "")).toEqual(aLine("one").data);
  expect((await inside(api.url, "logs", ID, "--since", "lately")).code).toBe(2);
});

test("logs says so when a backend's last lines are all that is left", async () => {
  await using api = await scriptedApi({
    [LOGS]: events([{ event: "last-lines", data: {} }, { data: aLine("help").data }, END], "end"),
  });
  const { stdout, stderr } = await inside(api.url, "logs", ID);
  expect(stdout).toBe("help\n");
  expect(stderr).toContain("last lines");
});

test("metrics shows what a backend uses, once or again and again", async () => {
  await using api = await scriptedApi({
    [`GET /v1/backends/${ID}/metrics`]: answer(aSample()),
    [`GET /v1/backends/${ID}/metrics/stream`]: events(
      [{ data: aSample() }, { data: aSample({ cpu: null }) }, END],
      "end",
    ),
  });
  expect((await inside(api.url, "metrics", ID)).stdout).toBe(
    "CPU    MEMORY         PIDS  NET IN/OUT     DISK R/W  OPEN\n50.0%  64 of 256 MiB  3     2 KiB / 1 KiB  -         4\n",
  );
  const { stdout } = await inside(api.url, "metrics", ID, "-f");
  expect(stdout.split("\n")[0]).toBe(
    "03:04:05  cpu 50.0%  memory 64 of 256 MiB  pids 3  net 2 KiB / 1 KiB  disk -  open 4",
  );
  expect(stdout.split("\n")[1]).toContain("cpu -  ");
});

test("top shows the busiest first, and to a file once", async () => {
  const idle = "idleidleidle01";
  await using api = await scriptedApi({
    "GET /v1/metrics": answer({
      metrics: [aSample({ backend_id: idle as never, cpu: 0 }), aSample()],
    }),
    "GET /v1/backends": answer({ backends: [aSummary({ id: ID as never })], next_cursor: null }),
  });
  const { stdout } = await inside(api.url, "top", "--namespace", "eu");
  const [head, ...rows] = stdout.trim().split("\n");
  expect(head).toMatch(/^ID +KEY +DRONE +CPU +MEMORY/);
  expect(rows.map((row) => row.split(/\s+/)[0])).toEqual([ID, idle]);
  expect(queries(api).map((query) => query.includes("namespace=eu"))).toEqual([true, true]);
  const json = await inside(api.url, "top", "--json", "--once");
  expect(JSON.parse(json.stdout)).toHaveLength(2);
});

test("events prints the newest, and --cursor those after it", async () => {
  const event: BackendEvent = {
    ...{ cursor: "7", type: "backend.status", at: AT, backend_id: ID as never },
    ...{ key: { name: "doc", namespace: "eu", tag: "" }, cluster: "c", drone: "dr-box" },
    ...{ image: "x", status: "terminated", termination_reason: "exited", exit_code: 3 },
  };
  await using api = await scriptedApi({
    "GET /v1/events": answer({ events: [event], next_cursor: "7" }),
  });
  const { stdout } = await inside(api.url, "events", "--namespace", "eu");
  expect(stdout).toBe(
    `2026-01-02 03:04:05.678  ${ID}  ✕ terminated        eu/doc on dr-box  exited, code 3: the app ended by itself\n`,
  );
  expect(queries(api)[0]).toBe("namespace=eu&tail=20");
  const json = await inside(api.url, "events", "--json", "--cursor", "5", "--backend", ID);
  expect(JSON.parse(json.stdout)).toEqual(event);
  expect(queries(api)[1]).toBe(`cursor=5&backend_id=${ID}`);
});
