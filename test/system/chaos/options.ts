import { parseArgs } from "node:util";
import { TARGETS, type Target } from "./fault.ts";
import type { LeaseMs } from "./history.ts";

export interface ChaosOptions {
  seed: number;
  faults: number;
  everyMs: number;
  targets: readonly Target[];
  lease: LeaseMs;
  store: "postgres" | "sqlite";
  /** The built command. */
  command: string;
  brokenLease: boolean;
  /** Keep logs and history even if nothing was broken. */
  keep: boolean;
}

export const USAGE = `npm run chaos -- [options]

  --faults <n>         how many; default: 100
  --minutes <n>        instead: for about so long
  --seed <n>           what befalls whom, and when; default: by chance, and told
  --every <s>          mean time from one fault to the next; default: 2
  --targets <a,b>      only these: ${TARGETS.join(", ")}
  --lease <r,s,h,e>    renew, soft, hard and expiry, in seconds; default: 3,6,8,10
  --store <name>       postgres (two controllers) or sqlite (one); default: postgres
  --command <file>     the built command; default: dist/src/cli/main.js
  --broken-lease       show that the checker sees: one drone is lied to about its lease
  --keep               keep logs and history even if nothing was broken
`;

/** Part of a chapter's time goes into its calm. */
const CALM_SHARE = 1.4;

/** Throws at what it does not understand. */
export function readOptions(words: readonly string[]): ChaosOptions {
  const { values } = parseArgs({
    args: [...words],
    options: {
      faults: { type: "string" },
      minutes: { type: "string" },
      seed: { type: "string" },
      every: { type: "string", default: "2" },
      targets: { type: "string", default: TARGETS.join() },
      lease: { type: "string", default: "3,6,8,10" },
      store: { type: "string", default: "postgres" },
      command: { type: "string", default: "dist/src/cli/main.js" },
      "broken-lease": { type: "boolean", default: false },
      keep: { type: "boolean", default: false },
    },
  });
  const everyMs = positive(values.every) * 1_000;
  const { store } = values;
  if (store !== "postgres" && store !== "sqlite") throw new Error(`there is no store ${store}`);
  return {
    seed: values.seed === undefined ? Math.floor(Math.random() * 1e6) : positive(values.seed),
    faults: faultCount(values, everyMs),
    everyMs,
    targets: parseTargets(values.targets),
    lease: parseLease(values.lease),
    store,
    command: values.command,
    brokenLease: values["broken-lease"],
    keep: values.keep,
  };
}

function faultCount(
  { faults, minutes }: { faults?: string | undefined; minutes?: string | undefined },
  everyMs: number,
): number {
  if (minutes === undefined) return faults === undefined ? 100 : positive(faults);
  return Math.ceil((positive(minutes) * 60_000) / (everyMs * CALM_SHARE));
}

function parseLease(text: string): LeaseMs {
  const [renewMs, softMs, hardMs, expiryMs] = text.split(",").map((part) => positive(part) * 1_000);
  if (renewMs === undefined || softMs === undefined) throw new Error("a lease has four times");
  if (hardMs === undefined || expiryMs === undefined) throw new Error("a lease has four times");
  return { renewMs, softMs, hardMs, expiryMs };
}

function parseTargets(text: string): Target[] {
  const names = text.split(",");
  const unknown = names.find((name) => !(TARGETS as readonly string[]).includes(name));
  if (unknown !== undefined) throw new Error(`there is no target ${unknown}`);
  return TARGETS.filter((target) => names.includes(target));
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`${text} is no number above 0`);
  return value;
}
