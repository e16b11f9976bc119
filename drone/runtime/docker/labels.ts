import { type BackendId, isBackendId } from "../../../src/protocol/ids.ts";
import type { Adoption } from "../runtime.ts";

export const LABELS = {
  backend: "dev.hangar.backend",
  drone: "dev.hangar.drone",
  cluster: "dev.hangar.cluster",
  adoption: "dev.hangar.adoption",
  network: "dev.hangar.network",
  addresses: "dev.hangar.addresses",
} as const;

/** Whose containers they are: two drones, or two clusters, may share one Engine. */
export interface Owner {
  droneName: string;
  clusterName: string;
}

export function containerName(id: BackendId): string {
  return `hangar-${id}`;
}

function ownerLabels({ droneName, clusterName }: Owner): Record<string, string> {
  return { [LABELS.drone]: droneName, [LABELS.cluster]: clusterName };
}

export function containerLabels(
  owner: Owner,
  id: BackendId,
  adoption: Adoption,
): Record<string, string> {
  return {
    ...ownerLabels(owner),
    [LABELS.backend]: id,
    [LABELS.adoption]: JSON.stringify(adoption),
  };
}

/** As the Engine filters lists and events by them. */
export function ownerFilter(owner: Owner): string[] {
  return Object.entries(ownerLabels(owner)).map(([name, value]) => `${name}=${value}`);
}

export function isOwnedBy(owner: Owner, labels: Record<string, string>): boolean {
  return Object.entries(ownerLabels(owner)).every(([name, value]) => labels[name] === value);
}

/** Undefined if somebody else has labelled it. */
export function readLabels(
  labels: Record<string, string>,
): { id: BackendId; adoption: Adoption } | undefined {
  const id = labels[LABELS.backend] ?? "";
  if (!isBackendId(id)) return undefined;
  try {
    return { id, adoption: JSON.parse(labels[LABELS.adoption] ?? "") as Adoption };
  } catch {
    return undefined;
  }
}
