import { ApiError } from "../../../src/protocol/errors.ts";
import { Health } from "../../../src/protocol/health.ts";
import { errors } from "../api-errors.ts";
import type { Api, HttpApiDeps } from "../http-api.ts";

/** `/health`: the process answers. `/ready`: it can also reach its database. */
export function healthRoutes(api: Api, { store, version }: HttpApiDeps): void {
  api.get(
    "/health",
    {
      config: { scope: "public" },
      schema: { summary: "The process is up", response: { 200: Health } },
    },
    async () => ({ status: "ok" as const, version }),
  );
  api.get(
    "/ready",
    {
      config: { scope: "public" },
      schema: {
        summary: "The controller can serve",
        response: { 200: Health, ...errors("unavailable") },
      },
    },
    async () => {
      await store.ping().catch((cause: unknown) => {
        throw new ApiError("unavailable", "the database does not answer", {
          cause,
          retryAfterSeconds: 5,
        });
      });
      return { status: "ok" as const, version };
    },
  );
}
