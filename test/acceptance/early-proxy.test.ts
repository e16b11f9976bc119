import { expect, test } from "vitest";
import { startProxy } from "../../proxy/index.ts";
import { freePort } from "../../scripts/free-port.ts";
import { systemClock } from "../../src/shared/clock.ts";
import { recordingLog } from "../harness/recording-log.ts";
import { ask } from "../proxy/harness/ask.ts";
import { HOST } from "../proxy/harness/proxy-fixture.ts";
import { TOKEN } from "../proxy/harness/scripted-controller.ts";

test("a proxy that has never met its controller answers 503, which passes, and not 410, which stays", async () => {
  await using proxy = await startProxy(
    { clock: systemClock, log: recordingLog().log },
    {
      controllerUrl: `http://127.0.0.1:${await freePort()}`,
      key: "hak_test",
      name: "px-early",
      cluster: "localhost:9090",
      host: "127.0.0.1",
      port: 0,
      trustedProxies: [],
      drainMs: 0,
    },
  );
  const { status, headers } = await ask(proxy.port, {
    path: `/${TOKEN}/`,
    headers: { host: HOST },
  });
  expect(status).toBe(503);
  expect(headers["retry-after"]).toBeDefined();
  expect((await ask(proxy.port, { path: "/ready" })).status).toBe(503);
});
