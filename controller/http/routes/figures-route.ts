import { Type } from "typebox";
import { errors } from "../api-errors.ts";
import type { Api, HttpApiDeps } from "../http-api.ts";

/** For who scrapes with a key. Without one there is a listener of its own, if it was asked for. */
export function figuresRoute(api: Api, { book }: HttpApiDeps): void {
  api.get(
    "/metrics",
    {
      config: { scope: "read", withoutDatabase: true },
      schema: {
        summary: "What this controller does, for Prometheus",
        description:
          "In Prometheus' text format, version 0.0.4. While the database is away, what it would tell is left out.",
        produces: ["text/plain"],
        response: { 200: Type.String(), ...errors() },
      },
    },
    async (_request, reply) => {
      const told = await book.metrics();
      return reply
        .header("content-type", book.contentType)
        .header("cache-control", "no-store")
        .send(told);
    },
  );
}
