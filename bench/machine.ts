import { cpus, totalmem } from "node:os";

/** What a reader needs to weigh a figure. */
export function describeMachine(): string {
  const cores = cpus();
  const gib = Math.round(totalmem() / 1_073_741_824);
  return `${cores.length} cores (${cores[0]?.model.trim() ?? "unknown"}), ${gib} GiB, Node ${process.version}`;
}
