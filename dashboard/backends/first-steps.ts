import type { Drone } from "../../src/protocol/drone.ts";

/** What somebody without a live backend is to do next. */
export type FirstStep =
  | { readonly kind: "start-drone"; readonly command: string }
  | { readonly kind: "heal-drone"; readonly because: string }
  | { readonly kind: "connect"; readonly command: string; readonly request: string };

interface Site {
  readonly origin: string;
  readonly cluster: string;
  readonly drones: readonly Drone[];
}

const DEFAULT_ORIGINS = ["http://127.0.0.1:8080", "http://localhost:8080"];
/** Where no image is known that would do. */
const ANY_IMAGE = "IMAGE";

export function firstStep({ origin, cluster, drones }: Site): FirstStep {
  if (drones.length === 0) {
    const flags = `--controller ${origin} --cluster ${cluster} \\\n  --key-file drone.key`;
    return { kind: "start-drone", command: `hangar drone ${flags}` };
  }
  const healthy = drones.filter((drone) => drone.healthy);
  if (healthy.length === 0) {
    return { kind: "heal-drone", because: drones[0]?.unhealthy_because ?? "none is healthy" };
  }
  const image = knownImage(healthy);
  const url = DEFAULT_ORIGINS.includes(origin) ? "" : ` --url ${origin} \\\n `;
  return {
    kind: "connect",
    command: `hangar connect${url} --image ${image} --key my-first --wait`,
    request: requestText(origin, image),
  };
}

/** One that listens where it is told: Hangar's own examples, or what the process runtime calls an app. */
function knownImage(drones: readonly Drone[]): string {
  const known = drones.flatMap(({ health }) => {
    if (health === null) return [];
    const isApp = health.runtime.name === "process";
    return isApp ? health.images : health.images.filter((image) => image.startsWith("hangar/"));
  });
  return known[0] ?? ANY_IMAGE;
}

function requestText(origin: string, image: string): string {
  const body = JSON.stringify({ key: { name: "my-first" }, spawn: { image } });
  return [
    `curl ${origin}/v1/connect \\`,
    `  -H "Authorization: Bearer $HANGAR_API_KEY" \\`,
    `  -H "Content-Type: application/json" \\`,
    `  -d '${body}'`,
  ].join("\n");
}
