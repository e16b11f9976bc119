import type { BackendSummary } from "../../protocol/backend.ts";

export interface Newest {
  image: string;
  repository: string;
  /** Given all that has changed since their image was built. */
  synced: ReadonlySet<string>;
}

/** Those that run an older image of this project; of another image is what a connect has asked for by name. */
export function staleBackends(
  live: readonly BackendSummary[],
  { image, repository, synced }: Newest,
): BackendSummary[] {
  return live.filter(
    (backend) =>
      backend.image !== image &&
      backend.image.startsWith(`${repository}:`) &&
      !synced.has(backend.id),
  );
}
