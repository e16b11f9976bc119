import { startProxy } from "../proxy/index.ts";
import { systemClock } from "../src/shared/clock.ts";
import { createLog } from "../src/shared/log.ts";
import type { PartHello } from "./proxy-part.ts";

const { controllerUrl = "" } = JSON.parse(process.argv[2] ?? "{}") as PartHello;
const log = createLog("silent", { write: () => undefined });
const proxy = await startProxy(
  { clock: systemClock, log },
  {
    controllerUrl,
    key: "hak_bench",
    name: "px-bench",
    cluster: "localhost:9090",
    host: "127.0.0.1",
    port: 0,
    trustedProxies: [],
  },
);
process.send?.({ port: proxy.port } satisfies PartHello);
