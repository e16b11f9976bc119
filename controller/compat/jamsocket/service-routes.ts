import type { ConnectResponse as TheirConnectResponse } from "@jamsocket/types";
import type {
  EnvironmentUpdateResult,
  ServiceCreateResult,
  ServiceDeleteResult,
  ServiceImageResult,
  ServiceImagesResult,
  ServiceInfoResult,
  ServiceListResult,
} from "jamsocket/lib/api.js";
import { Type } from "typebox";
import { ApiError } from "../../../src/protocol/errors.ts";
import { AccountName, EnvironmentName, ServiceName } from "../../../src/protocol/service.ts";
import type { Caller } from "../../connect/connect.ts";
import { callerOf } from "../../http/caller-of.ts";
import type { Api, HttpApiDeps } from "../../http/http-api.ts";
import { mustGetService } from "../../http/routes/service-routes.ts";
import { environmentOf, type ServicePlace } from "../../services/service-namespace.ts";
import { chooseImage, repositoryOf } from "./choose-image.ts";
import { connectService } from "./connect-service.ts";
import { presentImages, presentService } from "./present.ts";
import { JamsocketConnect } from "./to-connect-request.ts";

const hide = true;
const Account = Type.Object({ account: AccountName });
const OneService = Type.Object({ account: AccountName, name: ServiceName });
const OneEnvironment = Type.Object({
  account: AccountName,
  name: ServiceName,
  environment: EnvironmentName,
});
const SERVICE = "/v2/service/:account/:name";
const ENVIRONMENT = `${SERVICE}/:environment`;

export function serviceRoutes(api: Api, deps: HttpApiDeps): void {
  connectRoutes(api, deps);
  updateRoutes(api, deps);
  listRoutes(api, deps);
  oneService(api, deps);
}

function connectRoutes(api: Api, deps: HttpApiDeps): void {
  const body = JamsocketConnect;
  const connect = (
    place: ServicePlace,
    request: JamsocketConnect,
    caller: Caller,
  ): Promise<TheirConnectResponse> => connectService(deps, place, request, caller);
  api.post(
    `${SERVICE}/connect`,
    { schema: { hide, params: OneService, body } },
    ({ params, body }, reply) =>
      connect({ ...params, environment: null }, body, callerOf(reply.raw)),
  );
  api.post(
    `${ENVIRONMENT}/connect`,
    { schema: { hide, params: OneEnvironment, body } },
    ({ params, body }, reply) => {
      const environment = environmentOf(params.environment);
      return connect({ ...params, environment }, body, callerOf(reply.raw));
    },
  );
}

const Update = Type.Object(
  { image_tag: Type.String({ minLength: 1, maxLength: 512, pattern: "^[!-~]+$" }) },
  { additionalProperties: false },
);

function updateRoutes(api: Api, { store }: HttpApiDeps): void {
  const update = async (place: ServicePlace, tag: string): Promise<EnvironmentUpdateResult> => {
    const { spawn, environments } = await mustGetService(store, place);
    const own = environments.find(({ name }) => name === place.environment)?.image;
    await store.setServiceImage(place, place.environment, chooseImage(own ?? spawn.image, tag));
    return { status: "ok" };
  };
  api.post(
    `${SERVICE}/update`,
    { schema: { hide, params: OneService, body: Update } },
    ({ params, body }) => update({ ...params, environment: null }, body.image_tag),
  );
  api.post(
    `${ENVIRONMENT}/update`,
    { schema: { hide, params: OneEnvironment, body: Update } },
    ({ params, body }) =>
      update({ ...params, environment: environmentOf(params.environment) }, body.image_tag),
  );
}

function listRoutes(api: Api, { store }: HttpApiDeps): void {
  api.get(
    "/v2/account/:account/services",
    { schema: { hide, params: Account } },
    async ({ params: { account } }): Promise<ServiceListResult> => ({
      services: (await store.listServices(account)).map(({ name }) => name),
    }),
  );
  api.post(
    "/v2/account/:account/service",
    {
      schema: {
        hide,
        params: Account,
        body: Type.Object({ name: ServiceName }, { additionalProperties: false }),
      },
    },
    async ({ params: { account }, body: { name } }): Promise<ServiceCreateResult> => {
      const created = await store.createService({ account, name }, { spawn: {}, environments: {} });
      if (created) return { status: "ok" };
      throw new ApiError("service-exists", `${account} has a service ${name} already`);
    },
  );
}

function oneService(api: Api, { store, connect: { defaultCluster } }: HttpApiDeps): void {
  const schema = { hide, params: OneService };
  api.get(
    SERVICE,
    { schema },
    async ({ params }): Promise<ServiceInfoResult> =>
      presentService(await mustGetService(store, params), defaultCluster),
  );
  api.get(
    `${SERVICE}/images`,
    { schema },
    async ({ params }): Promise<ServiceImagesResult> =>
      presentImages(await mustGetService(store, params)),
  );
  api.post(`${SERVICE}/delete`, { schema }, async ({ params }): Promise<ServiceDeleteResult> => {
    await mustGetService(store, params);
    await store.deleteService(params);
    return { status: "ok" };
  });
  // Where `jamsocket push` would push to: Hangar has no registry of its own to offer.
  api.get(
    "/service/:account/:name/image-name",
    { schema },
    async ({ params }): Promise<ServiceImageResult> => {
      const { spawn } = await mustGetService(store, params);
      if (spawn.image !== undefined) return { status: "ok", imageName: repositoryOf(spawn.image) };
      throw new ApiError(
        "no-image",
        "Hangar has no registry: push to one of yours, then set the image with use-image",
      );
    },
  );
}
