import type { ConnectResponse as TheirConnectResponse } from "@jamsocket/types";
import type {
  BackendInfoResult,
  BackendWithStatus,
  ServiceImagesResult,
  ServiceInfoResult,
} from "jamsocket/lib/api.js";
import type { ConnectResponse } from "../../../src/protocol/connect.ts";
import type { BackendId } from "../../../src/protocol/ids.ts";
import { DEFAULT_ENVIRONMENT } from "../../../src/protocol/service.ts";
import { placeOf } from "../../services/service-namespace.ts";
import type { ServiceRecord } from "../../store/service-store.ts";
import type { BackendRecord, TimelineRecord } from "../../store/store.ts";
import { digestOf, repositoryOf, tagOf } from "./choose-image.ts";
import { lastStatusOf, presentPrivateState } from "./present-state.ts";
import { isOwnKey } from "./to-connect-request.ts";

/** Their types want a token always; of a public backend it is empty. */
export function presentConnect(
  { backend_id, spawned, status, token, url, ready_url, secret_token }: ConnectResponse,
  publicUrl: string,
): TheirConnectResponse {
  return {
    backend_id,
    spawned,
    status,
    token: token ?? "",
    url,
    secret_token,
    status_url: statusUrl(publicUrl, backend_id),
    ready_url,
  };
}

/** Their clients add `/stream` to it. */
function statusUrl(publicUrl: string, id: BackendId): string {
  return `${publicUrl}/v2/backend/${id}/status`;
}

/** One that has not ended. */
export function presentListed(backend: BackendRecord): BackendWithStatus {
  const { state, statusAt } = backend;
  return {
    ...whose(backend),
    status: presentPrivateState({ state, at: statusAt }, state.status),
    ...(isOwnKey(backend.key.name) ? {} : { key: backend.key.name }),
  };
}

export function presentInfo(
  backend: BackendRecord,
  timeline: readonly TimelineRecord[],
): BackendInfoResult {
  const lastStatus = lastStatusOf(timeline);
  return {
    ...whose(backend),
    statuses: timeline.map((entry) => presentPrivateState(entry, lastStatus)),
    image_digest: digestOf(backend.image) || backend.image,
    key: isOwnKey(backend.key.name) ? null : backend.key.name,
    environment_name: placeOf(backend.key.namespace)?.environment ?? DEFAULT_ENVIRONMENT,
    max_mem_bytes: null,
  };
}

/** A backend that no service has is of the account that its namespace begins with. */
function whose({ id, createdAt, key: { namespace }, cluster }: BackendRecord) {
  return {
    id,
    created_at: new Date(createdAt).toISOString(),
    service_name: placeOf(namespace)?.name ?? "",
    cluster_name: cluster,
    account_name: namespace.split("/")[0] ?? "",
  };
}

export function presentService(service: ServiceRecord, defaultCluster: string): ServiceInfoResult {
  const { account, name, spawn, createdAt, lastSpawnedAt, images } = service;
  const environment = { image: null, cluster: null, createdAt, lastSpawnedAt };
  const [latest] = images;
  return {
    name,
    account_name: account,
    created_at: new Date(createdAt).toISOString(),
    last_spawned_at: toIso(lastSpawnedAt),
    last_image_upload_time: toIso(latest?.usedAt ?? null),
    last_image_digest: latest === undefined ? null : digestOf(latest.image) || latest.image,
    image_name: spawn.image === undefined ? "" : repositoryOf(spawn.image),
    environments: [{ name: DEFAULT_ENVIRONMENT, ...environment }, ...service.environments].map(
      (each) => ({
        name: each.name,
        image_tag: each.image ?? spawn.image ?? "",
        cluster: each.cluster ?? spawn.cluster ?? defaultCluster,
        created_at: new Date(each.createdAt).toISOString(),
        last_spawned_at: toIso(each.lastSpawnedAt),
      }),
    ),
  };
}

/** Hangar has no registry: these are the images that the service was told to use. */
export function presentImages({ images }: ServiceRecord): ServiceImagesResult {
  return {
    images: images.map(({ image, usedAt }) => ({
      repository: repositoryOf(image),
      digest: digestOf(image),
      tag: digestOf(image) === "" ? tagOf(image) : "",
      upload_time: new Date(usedAt).toISOString(),
    })),
  };
}

function toIso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
