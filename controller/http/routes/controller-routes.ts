import { ControllerList } from "../../../src/protocol/controller.ts";
import { errors } from "../api-errors.ts";
import type { Api, HttpApiDeps } from "../http-api.ts";
import { presentController } from "../present.ts";

export function controllerRoutes(api: Api, { store }: HttpApiDeps): void {
  api.get(
    "/v1/controllers",
    {
      config: { scope: "read" },
      schema: {
        summary: "List the controllers that share the database",
        response: { 200: ControllerList, ...errors() },
      },
    },
    async () => ({ controllers: (await store.listControllers()).map(presentController) }),
  );
}
