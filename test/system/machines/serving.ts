import { expect } from "vitest";
import type { Machine, Service, ShellOptions } from "./machine.ts";

/** What a command that goes on until it is stopped says once it serves. */
const SAYS: Readonly<Record<string, RegExp>> = {
  up: /Ctrl-C/,
  dev: /Built|Nothing new in|"event":"built"/,
  controller: /controller listening/,
  drone: /connected to the controller/,
  guard: /guard watches/,
  proxy: /connected to the controller/,
  dns: /name server listens/,
};
const FOLLOWS = /^hangar \S+ (.* )?-f\b/;

/** Undefined for a command line that ends by itself. */
export function saidOnceServing(line: string): RegExp | undefined {
  const [, command = ""] = /^hangar (\S+)/.exec(line) ?? [];
  return SAYS[command] ?? (FOLLOWS.test(line) ? /\n/ : undefined);
}

/** Starts what goes on, as it stands, after `before`; resolves once it serves. */
export async function startServing(
  machine: Machine,
  line: string,
  { before = "", ...options }: ShellOptions & { before?: string } = {},
): Promise<Service> {
  const says = saidOnceServing(line);
  if (says === undefined) throw new Error(`it would end by itself: ${line}`);
  const service = machine.serve(`${before}\nexec ${line}`, options);
  await service.until(says);
  return service;
}

/** Told to stop, each ends by itself, having done nothing wrong. */
export async function endInOrder(...services: Service[]): Promise<void> {
  for (const service of services.toReversed()) {
    const { code } = await service.stop();
    expect(code, `${service.script}\n${service.said()}`).toBe(0);
  }
}
