import type { BackendSummary } from "../../src/protocol/backend.ts";
import type { ClusterOverview } from "../../src/protocol/cluster-overview.ts";
import type { Service } from "../../src/protocol/service.ts";
import { CLUSTER, GIB, someProxies } from "./scene.ts";

/** Its figures are those of the other parts of the scene. */
export function someCluster(backends: readonly BackendSummary[]): ClusterOverview {
  const by_status: Record<string, number> = {};
  for (const { status } of backends) by_status[status] = (by_status[status] ?? 0) + 1;
  const { terminated: _, ...live } = by_status;
  const proxies = someProxies();
  const total = (field: "connections" | "requests_per_second") =>
    proxies.reduce((sum, proxy) => sum + proxy[field], 0);
  return {
    name: CLUSTER,
    version: "0.1.0",
    controllers: 2,
    proxies: {
      total: proxies.length,
      connections: total("connections"),
      requests_per_second: total("requests_per_second"),
    },
    drones: { total: 4, connected: 3, healthy: 3, draining: 1 },
    backends: { live: Object.values(live).reduce((sum, count) => sum + count, 0), by_status: live },
    capacity: {
      cpus: 48,
      cpus_promised: 31.5,
      memory_bytes: 192 * GIB,
      memory_bytes_promised: 171 * GIB,
      max_backends: backends.length === 0 ? null : Math.max(240, backends.length),
    },
  };
}

export function someServices(now = Date.now()): Service[] {
  const service = (name: string, fields: Partial<Service>): Service => ({
    account: "acme",
    name,
    namespace: `acme/${name}`,
    spawn: { image: `registry.example.com/${name}:4.12.0`, max_idle_seconds: 300 },
    env_names: [],
    has_credentials: false,
    environments: [],
    images: [{ image: `registry.example.com/${name}:4.12.0`, used_at: now - 86_400_000 }],
    created_at: now - 40 * 86_400_000,
    last_spawned_at: now - 42_000,
    ...fields,
  });
  const environment = (name: string, image: string | null) => ({
    ...{ name, namespace: `acme/board/${name}`, image, cluster: null },
    ...{ created_at: now - 86_400_000, last_spawned_at: image === null ? null : now - 420_000 },
  });
  return [
    service("board", {
      env_names: ["DATABASE_URL", "LOG_LEVEL", "SENTRY_DSN"],
      has_credentials: true,
      environments: [
        environment("staging", "registry.example.com/board:4.13.0-rc.1"),
        environment("eu", null),
      ],
      spawn: {
        image: "registry.example.com/board:4.12.0",
        max_idle_seconds: 300,
        lifetime_limit_seconds: 86_400,
        resources: { cpus: 1, memory_bytes: GIB, pids: 256 },
        labels: { team: "blue" },
      },
      images: ["4.12.0", "4.11.3", "4.11.2", "4.10.0"].map((tag, index) => ({
        image: `registry.example.com/board:${tag}`,
        used_at: now - 86_400_000 * (1 + index * 6),
      })),
    }),
    service("notebook", { spawn: { image: "jupyter/scipy-notebook:7.2" } }),
    service("match", { spawn: {}, images: [], last_spawned_at: null }),
  ];
}
