import { Type } from "typebox";
import type { TerminationKind } from "../../../src/protocol/backend-state.ts";
import { ApiError } from "../../../src/protocol/errors.ts";
import { AccountName, ServiceName } from "../../../src/protocol/service.ts";
import { actorOf, rightsOf } from "../../http/guard.ts";
import type { Api, HttpApiDeps } from "../../http/http-api.ts";
import { mustKnowService } from "../../http/reach-service.ts";
import { namespaceOf } from "../../services/service-namespace.ts";
import type { Actor } from "../../store/access-store.ts";
import type { Store } from "../../store/store.ts";
import { Nullish } from "../given.ts";
import { liveBelow } from "./backend-routes.ts";

interface Result {
  /** That were there before the time given. */
  backend_count: number;
  /** That were asked to end now. */
  terminated_count: number;
  is_complete: boolean;
}

const Body = Type.Object(
  {
    before: Type.String({ description: "ISO 8601." }),
    hard: Nullish(Type.Boolean()),
    dry_run: Nullish(Type.Boolean()),
  },
  { additionalProperties: false },
);

/** The end of all backends of a service, whatever their environment, that began before a time. */
export function terminateBackendsRoute(api: Api, { store }: HttpApiDeps): void {
  api.post(
    "/service/:account/:name/terminate-backends",
    {
      config: { scope: "connect" },
      schema: {
        hide: true,
        params: Type.Object({ account: AccountName, name: ServiceName }),
        body: Body,
      },
    },
    async (request): Promise<Result> => {
      const { params, body } = request;
      const before = Date.parse(body.before);
      if (Number.isNaN(before)) {
        throw new ApiError("invalid-request", "before: must be a date and time of ISO 8601");
      }
      await mustKnowService(store, rightsOf(request), params);
      const namespace = namespaceOf({ ...params, environment: null });
      const kind = body.hard === true ? "hard" : "soft";
      const order = { namespace, before, kind, dryRun: body.dry_run === true } as const;
      return await terminateAll(store, order, actorOf(request));
    },
  );
}

interface Order {
  namespace: string;
  before: number;
  kind: TerminationKind;
  dryRun: boolean;
}

async function terminateAll(
  store: Pick<Store, "listBackends" | "terminate">,
  { namespace, before, kind, dryRun }: Order,
  by: Actor,
): Promise<Result> {
  const result = { backend_count: 0, terminated_count: 0, is_complete: true };
  for await (const { id, createdAt } of liveBelow(store, namespace)) {
    if (createdAt >= before) continue;
    result.backend_count += 1;
    if (dryRun) continue;
    await store.terminate({ id, kind, reason: "external", graceSeconds: null }, by);
    result.terminated_count += 1;
  }
  return result;
}
