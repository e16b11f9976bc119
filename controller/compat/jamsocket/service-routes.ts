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
import { IMAGE_PATTERN } from "../../../src/protocol/spawn-config.ts";
import { actorOf, rightsOf } from "../../http/guard.ts";
import type { Api, HttpApiDeps } from "../../http/http-api.ts";
import {
  knows,
  mustKnowService,
  mustReachService,
  noSuchService,
} from "../../http/reach-service.ts";
import { environmentOf, type ServicePlace } from "../../services/service-namespace.ts";
import { chooseImage, chooseRelease, repositoryOf } from "./choose-image.ts";
import { presentImages, presentService } from "./present.ts";

const hide = true;
const Account = Type.Object({ account: AccountName });
const OneService = Type.Object({ account: AccountName, name: ServiceName });
const SERVICE = "/v2/service/:account/:name";
const toRead = { scope: "read", namespaced: true } as const;

export function serviceRoutes(api: Api, deps: HttpApiDeps): void {
  updateRoutes(api, deps);
  accountRoutes(api, deps);
  readRoutes(api, deps);
}

const Update = Type.Object(
  { image_tag: Type.String({ minLength: 1, maxLength: 512, pattern: IMAGE_PATTERN }) },
  { additionalProperties: false },
);

/** For those who deploy, too: a key that reaches no more than this place may set another release of its image. */
function updateRoutes(api: Api, { store }: HttpApiDeps): void {
  const config = { scope: "admin", namespaced: true } as const;
  type Asking = Parameters<typeof actorOf>[0];
  const update = async (
    asking: Asking,
    place: ServicePlace,
    tag: string,
  ): Promise<EnvironmentUpdateResult> => {
    const rights = rightsOf(asking);
    for (;;) {
      const { spawn, environments } = await mustReachService(store, rights, place);
      const own = environments.find(({ name }) => name === place.environment)?.image;
      const from = own ?? spawn.image;
      const choose = rights.namespace === null ? chooseImage : chooseRelease;
      const change = { from, to: choose(from, tag) };
      // What was chosen holds for the image that it was chosen by: if that has changed, choose anew.
      if (await store.setServiceImage(place, place.environment, change, actorOf(asking))) break;
    }
    return { status: "ok" };
  };
  api.post(
    `${SERVICE}/update`,
    { config, schema: { hide, params: OneService, body: Update } },
    (request) => update(request, { ...request.params, environment: null }, request.body.image_tag),
  );
  const params = Type.Object({ ...OneService.properties, environment: EnvironmentName });
  api.post(
    `${SERVICE}/:environment/update`,
    { config, schema: { hide, params, body: Update } },
    (request) => {
      const environment = environmentOf(request.params.environment);
      return update(request, { ...request.params, environment }, request.body.image_tag);
    },
  );
}

function accountRoutes(api: Api, { store }: HttpApiDeps): void {
  api.get(
    "/v2/account/:account/services",
    { config: toRead, schema: { hide, params: Account } },
    async (request): Promise<ServiceListResult> => {
      const services = await store.listServices(request.params.account);
      const known = services.filter((each) => knows(rightsOf(request), each));
      return { services: known.map(({ name }) => name) };
    },
  );
  const body = Type.Object({ name: ServiceName }, { additionalProperties: false });
  api.post(
    "/v2/account/:account/service",
    { config: { scope: "admin" }, schema: { hide, params: Account, body } },
    async (request): Promise<ServiceCreateResult> => {
      const ref = { ...request.params, ...request.body };
      const bare = { spawn: {}, environments: {} };
      if (await store.createService(ref, bare, actorOf(request))) return { status: "ok" };
      throw new ApiError("service-exists", `${ref.account} has a service ${ref.name} already`);
    },
  );
  api.post(
    `${SERVICE}/delete`,
    { config: { scope: "admin" }, schema: { hide, params: OneService } },
    async (request): Promise<ServiceDeleteResult> => {
      if (await store.deleteService(request.params, actorOf(request))) return { status: "ok" };
      throw noSuchService(request.params);
    },
  );
}

function readRoutes(api: Api, { store, connect }: HttpApiDeps): void {
  const options = { config: toRead, schema: { hide, params: OneService } };
  type Asking = Parameters<typeof rightsOf>[0] & { params: { account: string; name: string } };
  const known = (request: Asking) => mustKnowService(store, rightsOf(request), request.params);
  api.get(
    SERVICE,
    options,
    async (request): Promise<ServiceInfoResult> =>
      presentService(await known(request), connect.defaultCluster),
  );
  api.get(
    `${SERVICE}/images`,
    options,
    async (request): Promise<ServiceImagesResult> => presentImages(await known(request)),
  );
  // Where `jamsocket push` would push to: Hangar has no registry of its own to offer.
  api.get(
    "/service/:account/:name/image-name",
    options,
    async (request): Promise<ServiceImageResult> => {
      const { spawn } = await known(request);
      if (spawn.image !== undefined) return { status: "ok", imageName: repositoryOf(spawn.image) };
      throw new ApiError(
        "no-image",
        "Hangar has no registry: push to one of yours, then set the image with use-image",
      );
    },
  );
}
