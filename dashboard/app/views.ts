import type { IconName } from "../ui/icon-paths.ts";
import type { May } from "./may.ts";

export interface ViewLink {
  readonly path: string;
  readonly name: string;
  readonly icon: IconName;
  readonly needs: keyof May;
  /** Of a phone's tab bar, which has room for four. */
  readonly isInTabs: boolean;
}

const VIEWS: readonly ViewLink[] = [
  { path: "/backends", name: "Backends", icon: "backends", needs: "read", isInTabs: true },
  { path: "/spawn", name: "Spawn", icon: "spawn", needs: "connect", isInTabs: true },
  { path: "/services", name: "Services", icon: "services", needs: "read", isInTabs: false },
  { path: "/events", name: "Events", icon: "events", needs: "read", isInTabs: true },
  { path: "/drones", name: "Drones", icon: "drones", needs: "readCluster", isInTabs: true },
  { path: "/cluster", name: "Cluster", icon: "cluster", needs: "readCluster", isInTabs: false },
  { path: "/keys", name: "API keys", icon: "keys", needs: "manageKeys", isInTabs: false },
  { path: "/audit", name: "Audit trail", icon: "audit", needs: "manageKeys", isInTabs: false },
];

export function visibleViews(may: May): readonly ViewLink[] {
  return VIEWS.filter(({ needs }) => may[needs]);
}
