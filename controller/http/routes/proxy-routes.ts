import { ProxyList } from "../../../src/protocol/proxy.ts";
import { errors } from "../api-errors.ts";
import type { Api, HttpApiDeps } from "../http-api.ts";
import { PageQuery, pageOf } from "../page-query.ts";
import { presentProxy } from "../present.ts";

export function proxyRoutes(api: Api, { store }: HttpApiDeps): void {
  api.get(
    "/v1/proxies",
    {
      config: { scope: "read" },
      schema: {
        summary: "List the proxies, and how busy each is",
        querystring: PageQuery,
        response: { 200: ProxyList, ...errors("invalid-request") },
      },
    },
    async ({ query }) => {
      const { items, next } = pageOf(await store.listProxies(), ({ name }) => name, query);
      return { proxies: items.map(presentProxy), next_cursor: next };
    },
  );
}
