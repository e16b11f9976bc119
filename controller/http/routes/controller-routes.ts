import { ControllerList } from "../../../src/protocol/controller.ts";
import type { ControllerRecord } from "../../store/fleet-store.ts";
import { errors } from "../api-errors.ts";
import type { Api, HttpApiDeps } from "../http-api.ts";
import { PageQuery, pageOf } from "../page-query.ts";
import { presentController } from "../present.ts";

export function controllerRoutes(api: Api, { store }: HttpApiDeps): void {
  api.get(
    "/v1/controllers",
    {
      config: { scope: "read" },
      schema: {
        summary: "List the controllers that share the database",
        querystring: PageQuery,
        response: { 200: ControllerList, ...errors("invalid-request") },
      },
    },
    async ({ query }) => {
      const all = await store.listControllers();
      const { items, next } = pageOf(all, placeOf, query);
      return { controllers: items.map(presentController), next_cursor: next };
    },
  );
}

/** The longest there first. */
function placeOf({ startedAt, id }: ControllerRecord): string {
  return `${String(startedAt).padStart(16, "0")}.${id}`;
}
