import type { ProxyConfig } from "../../../proxy/config.ts";
import { type Proxy as HangarProxy, startProxy } from "../../../proxy/index.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { ServiceStack } from "../../../src/shared/service-stack.ts";
import { recordingLog } from "../../harness/recording-log.ts";
import { waitFor } from "../../harness/wait-for.ts";
import { type EchoBackend, startEchoBackend } from "./echo-backend.ts";
import { BACKEND, routeTo, ScriptedController } from "./scripted-controller.ts";

export interface ProxyFixture extends AsyncDisposable {
  readonly controller: ScriptedController;
  readonly backend: EchoBackend;
  readonly proxy: HangarProxy;
  readonly port: number;
  readonly logLines: string[];
}

/** The host of the backend that every token leads to, unless a test says otherwise. */
export const HOST = `${BACKEND}.localhost:9090`;
export const CLUSTER_HOST = "localhost:9090";

/** A real proxy between a scripted controller and a real backend. */
export async function startFixture(config: Partial<ProxyConfig> = {}): Promise<ProxyFixture> {
  const stack = new ServiceStack();
  const { log, lines } = recordingLog();
  const controller = stack.use(await ScriptedController.start());
  const backend = stack.use(await startEchoBackend());
  controller.answer = () => routeTo(backend.port);
  const proxy = await startProxy(
    { clock: systemClock, log },
    {
      controllerUrl: controller.url,
      key: "hak_test",
      name: "px-test",
      cluster: "localhost:9090",
      host: "127.0.0.1",
      port: 0,
      trustedProxies: [],
      drainMs: 0,
      activityIntervalMs: 50,
      ...config,
    },
  );
  stack.use(proxy);
  await waitFor("the proxy to be connected", () => proxy.connected);
  return {
    controller,
    backend,
    proxy,
    port: proxy.port,
    logLines: lines,
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  };
}
