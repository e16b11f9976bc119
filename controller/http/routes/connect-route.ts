import { ConnectRequest, ConnectResponse } from "../../../src/protocol/connect.ts";
import { connect } from "../../connect/connect.ts";
import { errors } from "../api-errors.ts";
import { connectorOf } from "../connector-of.ts";
import { fillSpawn } from "../fill-spawn.ts";
import type { Api, HttpApiDeps } from "../http-api.ts";

export function connectRoute(api: Api, { connect: deps, spawnDefaults }: HttpApiDeps): void {
  api.post(
    "/v1/connect",
    {
      config: { scope: "connect", namespaced: true },
      ...(spawnDefaults === undefined
        ? {}
        : {
            preValidation: async (request) => {
              request.body = (await fillSpawn(spawnDefaults, request.body)) as typeof request.body;
            },
          }),
      schema: {
        summary: "Get or create the backend of a key, and a token for it",
        body: ConnectRequest,
        response: {
          200: ConnectResponse,
          ...errors(
            "invalid-request",
            "key-held",
            "key-not-held",
            "key-ending",
            "build-failed",
            "subdomain-taken",
            "no-drone-available",
          ),
        },
      },
    },
    (request, reply) => connect(deps, request.body, connectorOf(request, reply)),
  );
}
