import pc from "picocolors";
import { expect, test } from "vitest";
import { widthOf } from "../../src/cli/render/fit-table.ts";
import { renderTop, type TopRow, type TopSort } from "../../src/cli/render/render-top.ts";
import { ratesOf } from "../../src/cli/watch/rates.ts";
import type { BackendId } from "../../src/protocol/ids.ts";
import type { BackendMetrics } from "../../src/protocol/metrics.ts";

const plain = pc.createColors(false);
const MIB = 1_048_576;

function sample(fields: Partial<BackendMetrics> = {}): BackendMetrics {
  return {
    ...{ backend_id: "abcdefghij0001" as BackendId, at: 10_000, cpu: 0.5, cpu_limit: 2 },
    ...{ memory_bytes: 64 * MIB, memory_limit_bytes: 256 * MIB, pids: 3, open_connections: 4 },
    ...{ network_received_bytes: 0, network_sent_bytes: 0 },
    ...{ disk_read_bytes: 0, disk_written_bytes: 0, ...fields },
  };
}

function row(key: string, fields: Partial<BackendMetrics>, net: number | null = null): TopRow {
  return { metrics: sample(fields), key, drone: "dr-box", rates: { net, disk: null } };
}

const ROWS = [
  row("boards/a", { cpu: 0.1, memory_bytes: 90 * MIB }, 10),
  row("boards/b", { cpu: 1.9, open_connections: 9 }, 9_000),
  row("boards/c", { cpu: null, memory_bytes: null }),
];

function screen(view: { sort?: TopSort; columns?: number; lines?: number; rows?: TopRow[] } = {}) {
  const { sort = "cpu", columns = 100, lines = 24, rows = ROWS } = view;
  return renderTop({ rows, sort, columns, lines, now: 0 }, plain);
}

const keysOf = (lines: string[]) => lines.slice(4).map((line) => line.split(" ")[0]);

test("top sums up, and sorts by what was asked for; what is not known comes last", () => {
  const lines = screen();
  expect(lines[0]).toContain("3 backends · 2.00 cores · 154 MiB · 17 open");
  expect(lines[3]).toMatch(/^KEY +CPU +MEMORY +OPEN +NET\/S +DISK\/S +PIDS +DRONE +ID$/);
  expect(keysOf(lines)).toEqual(["boards/b", "boards/a", "boards/c"]);
  expect(keysOf(screen({ sort: "memory" }))).toEqual(["boards/a", "boards/b", "boards/c"]);
  expect(keysOf(screen({ sort: "net" }))).toEqual(["boards/b", "boards/a", "boards/c"]);
  expect(keysOf(screen({ sort: "key" }))).toEqual(["boards/a", "boards/b", "boards/c"]);
});

test.each([120, 80, 60, 40, 25])("nothing is wider than %d columns", (columns) => {
  const long = row("notebooks/日本語のとても長い名前のノートブックで終わりがない", {});
  for (const line of screen({ columns, rows: [...ROWS, long] })) {
    expect([line, widthOf(line) <= columns]).toEqual([line, true]);
  }
});

test("what does not fit on the screen is counted", () => {
  const rows = Array.from({ length: 50 }, (_, index) => row(`k${index}`, { cpu: index }));
  const lines = screen({ rows, lines: 12 });
  expect(lines).toHaveLength(12);
  expect(lines.at(-1)).toBe("… and 43 more");
  expect(screen({ rows: [] }).at(-1)).toBe("No backend runs.");
});

test("a controller that is away is told above the last figures", () => {
  const view = { rows: ROWS, sort: "cpu", columns: 80, lines: 24, now: 0 } as const;
  const lines = renderTop({ ...view, problem: "nothing answers" }, plain);
  expect(lines[2]).toBe("✖ nothing answers; trying again");
  expect(keysOf(lines)).toHaveLength(3);
});

test("rates are of both ways, and unknown at first, or where a total counts anew", () => {
  const before = sample({ network_sent_bytes: 1_000, disk_read_bytes: 500 });
  const later = { ...before, at: before.at + 2_000 };
  expect(ratesOf(undefined, later)).toEqual({ net: null, disk: null });
  const grown = { ...later, network_sent_bytes: 3_000, network_received_bytes: 1_000 };
  expect(ratesOf(before, grown)).toEqual({ net: 1_500, disk: 0 });
  expect(ratesOf(before, { ...grown, disk_read_bytes: 0 }).disk).toBeNull();
});
