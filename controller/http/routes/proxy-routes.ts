import { ProxyList } from "../../../src/protocol/proxy.ts";
import { errors } from "../api-errors.ts";
import type { Api, HttpApiDeps } from "../http-api.ts";
import { presentProxy } from "../present.ts";

export function proxyRoutes(api: Api, { store }: HttpApiDeps): void {
  api.get(
    "/v1/proxies",
    {
      config: { scope: "read" },
      schema: {
        summary: "List the proxies, and how busy each is",
        response: { 200: ProxyList, ...errors() },
      },
    },
    async () => ({ proxies: (await store.listProxies()).map(presentProxy) }),
  );
}
