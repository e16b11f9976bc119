import { cpuMs } from "../process-usage.ts";

/** What a phase took of each core, as shares of one core. */
export interface Busy {
  controller: number;
  database: number;
  drones_and_load: number;
}

export interface Phase<T> {
  result: T;
  tookMs: number;
  controllerMs: number;
  busy: Busy;
}

export interface Watched {
  controllerPid: number;
  otherPids: readonly number[];
  databaseMs(): number;
  /** Records the controller meanwhile, if profiles are wanted. */
  profiled<T>(name: string, work: () => Promise<T>): Promise<T>;
}

/** Does the work, and reads before and after it what each process has used. */
export async function phase<T>(
  { controllerPid, otherPids, databaseMs, profiled }: Watched,
  name: string,
  work: () => Promise<T>,
): Promise<Phase<T>> {
  const read = () => ({
    atMs: performance.now(),
    controller: cpuMs(controllerPid),
    database: databaseMs(),
    others: otherPids.reduce((sum, pid) => sum + cpuMs(pid), 0),
  });
  return await profiled(name, async () => {
    const before = read();
    const result = await work();
    const after = read();
    const tookMs = after.atMs - before.atMs;
    return {
      result,
      tookMs,
      controllerMs: after.controller - before.controller,
      busy: {
        controller: (after.controller - before.controller) / tookMs,
        database: (after.database - before.database) / tookMs,
        drones_and_load: (after.others - before.others) / tookMs,
      },
    };
  });
}
