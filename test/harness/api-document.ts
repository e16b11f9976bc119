import { Figures } from "../../controller/figures/figures.ts";
import { type Api, type HttpApiDeps, httpApi } from "../../controller/http/http-api.ts";
import type { JsonObject } from "../../controller/http/openapi/hoist-schemas.ts";

/** The API's own document. Routes are declared and none is called, so nothing stands behind them. */
export async function apiDocument(): Promise<JsonObject> {
  const nothing = { figures: new Figures(), connect: { defaultCluster: "localhost" } };
  const limits = { maxConnections: 1, requestTimeoutMs: 1 };
  const deps = { version: "0.0.0", limits, ...nothing };
  const api: Api = await httpApi(deps as unknown as HttpApiDeps);
  await api.ready();
  return api.swagger() as unknown as JsonObject;
}
