import type {
  BackendInfoResult,
  BackendWithStatus,
  RunningBackendsResult,
  TerminateResult,
} from "jamsocket/lib/api.js";
import { Type } from "typebox";
import type { TerminationKind } from "../../../src/protocol/backend-state.ts";
import { ApiError } from "../../../src/protocol/errors.ts";
import { BackendId } from "../../../src/protocol/ids.ts";
import { AccountName } from "../../../src/protocol/service.ts";
import { LIVE_STATUSES } from "../../../src/protocol/statuses.ts";
import { reaches } from "../../access/rights.ts";
import { actorOf, rightsOf } from "../../http/guard.ts";
import type { Api, HttpApiDeps } from "../../http/http-api.ts";
import { mustReach } from "../../http/reach.ts";
import type { BackendRecord, Store } from "../../store/store.ts";
import { Nullish } from "../given.ts";
import { presentInfo, presentListed } from "./present.ts";

const hide = true;
const OneBackend = Type.Object({ id: BackendId });
const Terminate = Type.Object({ hard: Nullish(Type.Boolean()) }, { additionalProperties: false });

export function backendRoutes(api: Api, { store }: HttpApiDeps): void {
  const toRead = { scope: "read", namespaced: true } as const;
  api.get(
    "/v2/account/:account/backends",
    { config: toRead, schema: { hide, params: Type.Object({ account: AccountName }) } },
    async (request): Promise<RunningBackendsResult> => {
      const running_backends: BackendWithStatus[] = [];
      for await (const each of liveBelow(store, request.params.account)) {
        if (!reaches(rightsOf(request), each.key.namespace)) continue;
        running_backends.push(presentListed(each));
      }
      return { running_backends };
    },
  );
  api.get(
    "/v2/backend/:id",
    { config: toRead, schema: { hide, params: OneBackend } },
    async (request): Promise<BackendInfoResult> => {
      const { id } = request.params;
      return presentInfo(await mustReach(store, request, id), await store.timeline(id));
    },
  );
  terminateRoutes(api, store);
}

function terminateRoutes(api: Api, store: Store): void {
  const config = { scope: "connect", namespaced: true } as const;
  type Asking = Parameters<typeof actorOf>[0];
  const terminate = async (
    asking: Asking,
    id: BackendId,
    kind: TerminationKind,
  ): Promise<TerminateResult> => {
    const { state } = await mustReach(store, asking, id);
    if (state.status === "terminated") {
      throw new ApiError("backend-ended", `the backend ${id} has ended already`);
    }
    const order = { id, kind, reason: "external", graceSeconds: null } as const;
    await store.terminate(order, actorOf(asking));
    return { status: "ok" };
  };
  api.post(
    "/v2/backend/:id/terminate",
    { config, schema: { hide, params: OneBackend, body: Terminate } },
    (request) =>
      terminate(request, request.params.id, request.body.hard === true ? "hard" : "soft"),
  );
  // The first API knew no other end.
  api.post("/backend/:id/terminate", { config, schema: { hide, params: OneBackend } }, (request) =>
    terminate(request, request.params.id, "hard"),
  );
}

/** The backends of a namespace, and of those below it, that have not ended; newest first. */
export async function* liveBelow(
  store: Pick<Store, "listBackends">,
  namespace: string,
): AsyncGenerator<BackendRecord> {
  let cursor: string | undefined;
  do {
    const { backends, next } = await store.listBackends({
      statuses: LIVE_STATUSES,
      below: namespace,
      limit: 1_000,
      ...(cursor === undefined ? {} : { cursor }),
    });
    yield* backends;
    cursor = next ?? undefined;
  } while (cursor !== undefined);
}
