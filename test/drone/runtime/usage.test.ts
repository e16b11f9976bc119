import { expect, test } from "vitest";
import { containerUsage } from "../../../drone/runtime/docker/container-usage.ts";
import { parseIo, parseResident, parseStat } from "../../../drone/runtime/process/proc-files.ts";
import { usageItem } from "../../../drone/runtime/usage.ts";
import type { BackendId } from "../../../src/protocol/ids.ts";

const ID = "abcdefghij0123" as BackendId;
const reading = (read: string, total_usage: number, stats = {}) =>
  containerUsage({
    read,
    cpu_stats: { cpu_usage: { total_usage } },
    memory_stats: { usage: 1_000, stats },
    pids_stats: { current: 3 },
    networks: { eth0: { rx_bytes: 5, tx_bytes: 6 }, eth1: { rx_bytes: 7, tx_bytes: 8 } },
    blkio_stats: {
      io_service_bytes_recursive: [
        { op: "Read", value: 1 },
        { op: "write", value: 2 },
        { op: "Total", value: 3 },
      ],
    },
  });

test("CPU is the time that was used between two readings, by the Engine's clock", () => {
  const before = reading("2026-01-02T03:04:05.000000000Z", 1e9);
  const now = reading("2026-01-02T03:04:05.400000000Z", 1.2e9);
  if (now === undefined || before === undefined) throw new Error("no usage");
  expect(usageItem(ID, before, now)).toEqual({
    backend_id: ID,
    at: Date.parse("2026-01-02T03:04:05.400Z"),
    cpu: expect.closeTo(0.5, 6),
    memory_bytes: 1_000,
    pids: 3,
    ...{ network_received_bytes: 12, network_sent_bytes: 14 },
    ...{ disk_read_bytes: 1, disk_written_bytes: 2 },
  });
  expect(usageItem(ID, undefined, now).cpu).toBeNull();
  expect(usageItem(ID, now, before).cpu).toBeNull();
});

test("memory is without what the kernel may drop, by either version's name of it", () => {
  const memory = (stats: object) => reading("2026-01-02T03:04:05Z", 0, stats)?.memory_bytes;
  expect(memory({ total_inactive_file: 400, inactive_file: 100 })).toBe(600);
  expect(memory({ inactive_file: 100 })).toBe(900);
  expect(memory({ inactive_file: 5_000 })).toBe(1_000);
});

test("a container that does not run uses nothing that could be told", () => {
  expect(containerUsage({ read: "0001-01-01T00:00:00Z", memory_stats: {} })).toBeUndefined();
  expect(containerUsage({})).toBeUndefined();
});

test("a process's times, memory and disk are read from the kernel's files, whatever its name", () => {
  const stat = "42 (a) b (c) S 1 77 77 0 -1 4194560 0 0 0 0 150 50 20 5 20 0 1 0 100 0 0";
  expect(parseStat(stat)).toEqual({ group: 77, cpuSeconds: 2.25 });
  expect(parseStat("")).toBeUndefined();
  expect(parseResident("Name:\tx\nVmRSS:\t   2048 kB\nRssFile:\t 1 kB\n")).toBe(2_097_152);
  expect(parseResident("")).toBe(0);
  expect(parseIo("rchar: 9\nread_bytes: 12\nwrite_bytes: 13\n")).toEqual({
    ...{ readBytes: 12, writtenBytes: 13 },
  });
  expect(parseIo("")).toEqual({ readBytes: null, writtenBytes: null });
});
