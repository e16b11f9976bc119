import type { Scope, Session } from "../../src/protocol/api-key.ts";

/** What a session may do: what it may not, it is not shown. */
export interface May {
  readonly read: boolean;
  /** What is about the whole cluster is not for keys of one namespace. */
  readonly readCluster: boolean;
  readonly connect: boolean;
  readonly drain: boolean;
  readonly manageKeys: boolean;
  readonly manageServices: boolean;
}

export function mayDo({ key: { scopes, namespace } }: Session): May {
  const has = (scope: Scope) => scopes.includes(scope);
  const isOfAll = namespace === null;
  return {
    read: has("admin") || has("read"),
    readCluster: isOfAll && (has("admin") || has("read")),
    connect: has("admin") || has("connect"),
    drain: isOfAll && has("admin"),
    manageKeys: isOfAll && has("admin"),
    manageServices: isOfAll && has("admin"),
  };
}
