import type { ConnectResponse as TheirConnectResponse } from "@jamsocket/types";
import { Type } from "typebox";
import { AccountName, EnvironmentName, ServiceName } from "../../../src/protocol/service.ts";
import type { Caller } from "../../connect/connect.ts";
import { connectorOf } from "../../http/connector-of.ts";
import type { Api, HttpApiDeps } from "../../http/http-api.ts";
import { environmentOf, type ServicePlace } from "../../services/service-namespace.ts";
import { connectService } from "./connect-service.ts";
import { presentConnect } from "./present.ts";
import { JamsocketConnect } from "./to-connect-request.ts";

const service = { account: AccountName, name: ServiceName };
const config = { scope: "connect", namespaced: true } as const;
const body = JamsocketConnect;

export function connectRoutes(api: Api, deps: HttpApiDeps): void {
  const connect = async (
    place: ServicePlace,
    request: JamsocketConnect,
    caller: Caller,
  ): Promise<TheirConnectResponse> =>
    presentConnect(await connectService(deps, place, request, caller), deps.connect.publicUrl());
  api.post(
    "/v2/service/:account/:name/connect",
    { config, schema: { hide: true, params: Type.Object(service), body } },
    (request, reply) =>
      connect({ ...request.params, environment: null }, request.body, connectorOf(request, reply)),
  );
  const params = Type.Object({ ...service, environment: EnvironmentName });
  api.post(
    "/v2/service/:account/:name/:environment/connect",
    { config, schema: { hide: true, params, body } },
    (request, reply) => {
      const environment = environmentOf(request.params.environment);
      return connect({ ...request.params, environment }, request.body, connectorOf(request, reply));
    },
  );
}
