import type { Scope, Session } from "../../src/protocol/api-key.ts";

/** What a session may do: what it may not, it is not shown. */
export interface May {
  readonly read: boolean;
  readonly connect: boolean;
  readonly drain: boolean;
  readonly manageKeys: boolean;
}

export function mayDo({ key: { scopes } }: Session): May {
  const has = (scope: Scope) => scopes.includes(scope);
  return {
    read: has("admin") || has("read"),
    connect: has("admin") || has("connect"),
    drain: has("admin"),
    manageKeys: has("admin"),
  };
}
