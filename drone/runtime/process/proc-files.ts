export interface ProcessUsage {
  cpuSeconds: number;
  residentBytes: number;
  /** Null where it may not be read. */
  readBytes: number | null;
  writtenBytes: number | null;
}

/** Linux tells times in these, whatever its own ticks are. */
const TICKS_PER_SECOND = 100;

/** Of /proc/PID/stat: what it and its children that have ended took. Undefined for one that is gone. */
export function parseStat(text: string): { group: number; cpuSeconds: number } | undefined {
  // The name stands in brackets and may hold anything, brackets and spaces too.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [group, ...times] = [2, 11, 12, 13, 14].map((index) => Number(fields[index]));
  if (group === undefined || Number.isNaN(group)) return undefined;
  return { group, cpuSeconds: times.reduce((sum, time) => sum + time, 0) / TICKS_PER_SECOND };
}

/** Of /proc/PID/status. */
export function parseResident(text: string): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) * 1_024;
}

/** Of /proc/PID/io: what has reached a disk. */
export function parseIo(text: string): { readBytes: number | null; writtenBytes: number | null } {
  const of = (name: string) => {
    const found = new RegExp(`^${name}: (\\d+)$`, "m").exec(text)?.[1];
    return found === undefined ? null : Number(found);
  };
  return { readBytes: of("read_bytes"), writtenBytes: of("write_bytes") };
}
