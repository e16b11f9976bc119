import type { Reply } from "../ask.ts";
import { type Finding, fail, ok, skipped, warn } from "../finding.ts";
import { isOwnHost } from "../own-addresses.ts";
import type { ProxyPlace } from "../proxy-place.ts";
import type { Check } from "../run-checks.ts";
import { versionOf } from "./controller.ts";

export const ports: Check = {
  name: "ports",
  async run({ settings, health, proxyPlace, proxy }) {
    const { url } = settings;
    return [
      judgeApiPort(url, isOwnHost(new URL(url).hostname), await health()),
      judgeProxyPort(await proxyPlace(), await proxy()),
    ];
  },
};

const STOP_IT = "Stop what listens there (`ss -ltnp` names it), or choose another port.";

export function judgeApiPort(url: string, isOwn: boolean, health: Reply): Finding {
  const name = "API port";
  const { host } = new URL(url);
  if (!isOwn) return skipped(name, `${host} is not of this machine`);
  if (versionOf(health) !== undefined) return ok(name, `${host} is held by a controller`);
  if (health.kind === "answered") return fail(name, `${host} is held by something else`, STOP_IT);
  if (isFree(health)) return ok(name, `${host} is free`);
  return warn(name, `${host} is held, and silent: ${health.why}`, STOP_IT);
}

const NAME_IT = "If a proxy listens elsewhere, name its address with --proxy-url.";

/** A proxy that was named must be there, one that has joined should be; the usual place may also be free. */
export function judgeProxyPort({ url, because }: ProxyPlace, ready: Reply): Finding {
  const name = "proxy port";
  const { host } = new URL(url);
  const held = because === "named" ? STOP_IT : `${STOP_IT} ${NAME_IT}`;
  if (ready.kind === "answered") {
    if (!isProxy(ready)) return fail(name, `${host} is held by something else`, held);
    if (ready.status === 200) return ok(name, `${host} is held by a proxy, which is ready`);
    const todo = "Its log says why: the controller's address, or its key.";
    return warn(name, `the proxy of ${host} has not reached its controller`, todo);
  }
  if (because === "named") {
    const todo = "Start it with `hangar proxy`, or see what stands before it.";
    return fail(name, `${host} does not answer: ${ready.why}`, todo);
  }
  if (because === "joined") {
    const found = `a proxy has joined the controller, but ${host} does not answer: ${ready.why}`;
    return warn(name, found, NAME_IT);
  }
  if (isFree(ready)) {
    return ok(name, `${host} is free: no proxy runs there (--proxy-url looks elsewhere)`);
  }
  return warn(name, `${host} is held, and silent: ${ready.why}`, held);
}

function isFree({ why }: { why: string }): boolean {
  return why === "ECONNREFUSED";
}

function isProxy({ body }: Extract<Reply, { kind: "answered" }>): boolean {
  const { status } = (body ?? {}) as { status?: unknown };
  return status === "ready" || status === "not ready";
}
