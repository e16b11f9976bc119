import { type Finding, fail, ok, warn } from "../finding.ts";
import type { Check } from "../run-checks.ts";
import type { DockerFacts } from "../scene.ts";

const NAME = "Docker";

export const docker: Check = {
  name: NAME,
  async run({ settings, here, docker }) {
    const isNeeded = settings.dockerSocket !== undefined || (here.drone && !here.apps);
    return judgeDocker(await docker(), isNeeded, settings.network);
  },
};

export function judgeDocker(facts: DockerFacts, isNeeded: boolean, network: string): Finding[] {
  if (facts.kind === "away") return [away(facts.error, isNeeded)];
  const { version, storageDriver, lacks } = facts;
  const found = `${version}, storage driver ${storageDriver}`;
  return [
    lacks.length === 0
      ? ok(NAME, found)
      : warn(NAME, `${found}, without ${lacks.join(", ")}`, LACKS),
    judgeNetwork(facts, network),
    ...judgeIsolation(facts),
  ];
}

const LACKS =
  "Limits of these do not hold: boot the kernel with these cgroup controllers, such as cgroup_enable=memory.";

function away(error: string, isNeeded: boolean): Finding {
  const todo =
    "Start Docker, let this user reach its socket (group docker), or name the socket with --docker-socket. A drone with --runtime process needs none.";
  return isNeeded ? fail(NAME, error, todo) : warn(NAME, `${error}; only a drone needs it`, todo);
}

function judgeNetwork({ network }: Here, name: string): Finding {
  const title = "Docker network";
  switch (network.kind) {
    case "there":
      return ok(title, `"${name}" is there`);
    case "can-be-made":
      return ok(title, `"${name}" will be made by the first drone: one like it could be`);
    case "foreign":
      return fail(
        title,
        `"${name}" is not Hangar's: it would let sessions reach each other`,
        `\`docker network rm ${name}\`, or give the drone another with --network.`,
      );
    case "cannot-be-made":
      return fail(
        title,
        `"${name}" cannot be made: ${network.error}`,
        "dockerd needs iptables and free subnets: its log and `docker network ls` say more.",
      );
    default:
      return network satisfies never;
  }
}

type Here = Extract<DockerFacts, { kind: "here" }>;

/** Newer Engines load the kernel's module themselves, and tell nothing of it. */
const ENGINE_SEES_TO_IT = 28;

function judgeIsolation({ bridgeFilter, version }: Here): Finding[] {
  if (bridgeFilter || Number.parseInt(version, 10) >= ENGINE_SEES_TO_IT) return [];
  return [
    fail(
      "isolation",
      "iptables does not see what passes a bridge: sessions can reach each other",
      "modprobe br_netfilter && sysctl -w net.bridge.bridge-nf-call-iptables=1",
    ),
  ];
}
