import type {
  BackendInfoResult,
  BackendWithStatus,
  RunningBackendsResult,
  TerminateResult,
} from "jamsocket/lib/api.js";
import { Type } from "typebox";
import { STATUSES } from "../../../src/protocol/backend-state.ts";
import { ApiError } from "../../../src/protocol/errors.ts";
import { BackendId } from "../../../src/protocol/ids.ts";
import { AccountName } from "../../../src/protocol/service.ts";
import type { Api, HttpApiDeps } from "../../http/http-api.ts";
import { mustGet } from "../../http/routes/backend-routes.ts";
import type { BackendRecord, Store } from "../../store/store.ts";
import { Nullish } from "../given.ts";
import { presentInfo, presentListed } from "./present.ts";

const hide = true;
const OneBackend = Type.Object({ id: BackendId });
const Terminate = Type.Object({ hard: Nullish(Type.Boolean()) }, { additionalProperties: false });

export function backendRoutes(api: Api, { store }: HttpApiDeps): void {
  api.get(
    "/v2/account/:account/backends",
    { schema: { hide, params: Type.Object({ account: AccountName }) } },
    async ({ params: { account } }): Promise<RunningBackendsResult> => {
      const running_backends: BackendWithStatus[] = [];
      for await (const each of liveBelow(store, account))
        running_backends.push(presentListed(each));
      return { running_backends };
    },
  );
  api.get(
    "/v2/backend/:id",
    { schema: { hide, params: OneBackend } },
    async ({ params: { id } }): Promise<BackendInfoResult> =>
      presentInfo(await mustGet(store, id), await store.timeline(id)),
  );
  api.post(
    "/v2/backend/:id/terminate",
    { schema: { hide, params: OneBackend, body: Terminate } },
    ({ params: { id }, body }) => terminate(store, id, body.hard === true),
  );
  // The first API knew no other end.
  api.post(
    "/backend/:id/terminate",
    { schema: { hide, params: OneBackend } },
    ({ params: { id } }) => terminate(store, id, true),
  );
}

async function terminate(store: Store, id: BackendId, hard: boolean): Promise<TerminateResult> {
  const { state } = await mustGet(store, id);
  if (state.status === "terminated") {
    throw new ApiError("backend-ended", `the backend ${id} has ended already`);
  }
  await store.terminate({
    id,
    kind: hard ? "hard" : "soft",
    reason: "external",
    graceSeconds: null,
  });
  return { status: "ok" };
}

const LIVE = STATUSES.filter((status) => status !== "terminated");

/** The backends of a namespace, and of those below it, that have not ended; newest first. */
export async function* liveBelow(
  store: Pick<Store, "listBackends">,
  namespace: string,
): AsyncGenerator<BackendRecord> {
  let cursor: string | undefined;
  do {
    const { backends, next } = await store.listBackends({
      statuses: LIVE,
      below: namespace,
      limit: 1_000,
      ...(cursor === undefined ? {} : { cursor }),
    });
    yield* backends;
    cursor = next ?? undefined;
  } while (cursor !== undefined);
}
