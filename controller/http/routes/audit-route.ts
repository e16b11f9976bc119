import { type Static, Type } from "typebox";
import { AUDIT_ACTIONS, type AuditEntry, AuditList } from "../../../src/protocol/audit.ts";
import { literals } from "../../../src/protocol/literals.ts";
import { LAST_EPOCH_MS } from "../../../src/protocol/time.ts";
import type { AuditFilter } from "../../store/access-store.ts";
import { errors } from "../api-errors.ts";
import type { Api, HttpApiDeps } from "../http-api.ts";
import { presentAuditEntry } from "../present-access.ts";

const AuditQuery = Type.Object(
  {
    key_id: Type.Optional(Type.String({ description: "What was done with this API key." })),
    action: Type.Optional(
      Type.Unsafe<AuditEntry["action"]>({
        ...literals(AUDIT_ACTIONS),
        description: "What was done. Default: anything.",
      }),
    ),
    target: Type.Optional(Type.String({ description: "What was done to this id." })),
    since: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: LAST_EPOCH_MS,
        description: "Epoch ms: at or after it.",
      }),
    ),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1_000, description: "Default: 100." }),
    ),
    cursor: Type.Optional(
      Type.String({ pattern: "^[0-9]{1,15}$", description: "A page's next_cursor." }),
    ),
  },
  { additionalProperties: false },
);

export function auditRoute(api: Api, { store }: HttpApiDeps): void {
  api.get(
    "/v1/audit",
    {
      config: { scope: "admin" },
      schema: {
        summary: "Who did what, newest first",
        querystring: AuditQuery,
        response: { 200: AuditList, ...errors("invalid-request") },
      },
    },
    async ({ query }) => {
      const { entries, next } = await store.listAudit(toFilter(query));
      return { entries: entries.map(presentAuditEntry), next_cursor: next };
    },
  );
}

function toFilter({ key_id, limit = 100, ...rest }: Static<typeof AuditQuery>): AuditFilter {
  return { ...rest, limit, ...(key_id === undefined ? {} : { keyId: key_id }) };
}
