import type { SpawnResult } from "jamsocket/lib/api.js";
import { Type } from "typebox";
import { Key } from "../../../src/protocol/key.ts";
import { AccountName, EnvironmentName, ServiceName } from "../../../src/protocol/service.ts";
import { IMAGE_PATTERN, SpawnConfig } from "../../../src/protocol/spawn-config.ts";
import { connectorOf } from "../../http/connector-of.ts";
import type { Api, HttpApiDeps } from "../../http/http-api.ts";
import { mustGet } from "../../http/reach.ts";
import { environmentOf } from "../../services/service-namespace.ts";
import { given, Nullish } from "../given.ts";
import { connectService } from "./connect-service.ts";
import type { JamsocketConnect } from "./to-connect-request.ts";
import { v1Status } from "./v1-status.ts";

const Params = Type.Object({ account: AccountName, name: ServiceName });

const V1Spawn = Type.Object(
  {
    env: Nullish(SpawnConfig.properties.env),
    grace_period_seconds: Nullish(SpawnConfig.properties.max_idle_seconds),
    lock: Nullish(Key.properties.name),
    service_environment: Nullish(EnvironmentName),
    tag: Nullish(Type.String({ minLength: 1, maxLength: 512, pattern: IMAGE_PATTERN })),
  },
  { additionalProperties: false },
);

/** Jamsocket's first API: only what `jamsocket spawn` and the libraries of that time call. */
export function v1Routes(api: Api, deps: HttpApiDeps): void {
  for (const prefix of ["/v1/user", "/user"]) {
    api.post(
      `${prefix}/:account/service/:name/spawn`,
      {
        config: { scope: "connect", namespaced: true },
        schema: { hide: true, params: Params, body: V1Spawn },
      },
      async (asked, reply): Promise<SpawnResult> => {
        const { params, body } = asked;
        const place = { ...params, environment: environmentOf(body.service_environment) };
        const request: JamsocketConnect = given<JamsocketConnect>({
          key: body.lock,
          spawn: {
            tag: body.tag ?? null,
            max_idle_seconds: body.grace_period_seconds ?? null,
            executable: { env: body.env ?? null },
          },
        });
        const answer = await connectService(deps, place, request, connectorOf(asked, reply));
        const { state } = await mustGet(deps.store, answer.backend_id);
        return {
          url: answer.url,
          name: answer.backend_id,
          ready_url: answer.ready_url,
          status_url: `${deps.connect.publicUrl()}/backend/${answer.backend_id}/status`,
          spawned: answer.spawned,
          status: v1Status(state, state.status),
        };
      },
    );
  }
}
