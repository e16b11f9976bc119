import type { Usage } from "../usage.ts";

/** What Hangar reads of the Engine's statistics; nothing of it is sure to be there. */
export interface ContainerStats {
  read?: string;
  cpu_stats?: { cpu_usage?: { total_usage?: number } };
  memory_stats?: {
    usage?: number;
    stats?: { total_inactive_file?: number; inactive_file?: number };
  };
  pids_stats?: { current?: number };
  networks?: Record<string, { rx_bytes?: number; tx_bytes?: number }>;
  blkio_stats?: { io_service_bytes_recursive?: { op?: string; value?: number }[] | null };
}

/** Undefined for a container that does not run: the Engine answers with zeros then. */
export function containerUsage(stats: ContainerStats): Usage | undefined {
  const at = momentOf(stats.read ?? "");
  const total = stats.cpu_stats?.cpu_usage?.total_usage ?? 0;
  if (Number.isNaN(at) || at <= 0 || stats.memory_stats?.usage === undefined) return undefined;
  const networks = stats.networks && Object.values(stats.networks);
  return {
    at,
    cpuSeconds: total / 1e9,
    memory_bytes: memoryOf(stats.memory_stats),
    pids: stats.pids_stats?.current ?? null,
    network_received_bytes: networks ? sum(networks.map(({ rx_bytes }) => rx_bytes)) : null,
    network_sent_bytes: networks ? sum(networks.map(({ tx_bytes }) => tx_bytes)) : null,
    disk_read_bytes: diskOf(stats, "read"),
    disk_written_bytes: diskOf(stats, "write"),
  };
}

/** Epoch ms with its fraction: two readings may be less than a millisecond apart. */
function momentOf(read: string): number {
  const [whole = "", fraction = ""] = read.replace(/Z$/, "").split(".");
  return Date.parse(`${whole}Z`) + Number(`0.${fraction || "0"}`) * 1_000;
}

/** As `docker stats` has it: without what the kernel keeps of files and may drop. Names of cgroup v1, then v2. */
function memoryOf({ usage = 0, stats = {} }: NonNullable<ContainerStats["memory_stats"]>): number {
  const droppable = stats.total_inactive_file ?? stats.inactive_file ?? 0;
  return droppable < usage ? usage - droppable : usage;
}

/** Null where the kernel does not count it. */
function diskOf({ blkio_stats }: ContainerStats, op: "read" | "write"): number | null {
  const entries = blkio_stats?.io_service_bytes_recursive;
  if (!entries || entries.length === 0) return null;
  return sum(entries.filter((entry) => entry.op?.toLowerCase() === op).map(({ value }) => value));
}

function sum(values: readonly (number | undefined)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}
