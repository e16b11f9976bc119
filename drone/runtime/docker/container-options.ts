import type { ContainerCreateOptions, HostConfig } from "dockerode";
import type { BackendSpec } from "../../../src/protocol/drone-messages.ts";
import { MOUNT_TARGETS } from "../../../src/protocol/given.ts";
import { DEFAULT_PIDS_LIMIT } from "../../../src/protocol/timings.ts";
import { adoptionOf } from "../adoption.ts";
import { givenEnv } from "../given-env.ts";
import { containerLabels, containerName, type Owner } from "./labels.ts";

interface Placement extends Owner {
  network: string;
  /** The one that it asks for on that network; without one, Docker chooses. */
  address: string | undefined;
  /** Publish the backend's port on this address; nothing is published without one. */
  publishOn: string | undefined;
  mountPath: string | undefined;
  ociRuntime: string | undefined;
}

/**
 * All other capabilities are dropped, whatever the Engine's own default. These let an image's
 * entry point prepare its files, listen below 1024, become another user and signal its children.
 * Docker would also give: NET_RAW (forge packets on the bridge that sessions share), MKNOD (devices),
 * AUDIT_WRITE (the host's audit log), SYS_CHROOT, SETPCAP, SETFCAP and FSETID (of use only with the
 * privilege gains that no-new-privileges rules out).
 */
const CAPABILITIES = [
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "KILL",
  "NET_BIND_SERVICE",
  "SETGID",
  "SETUID",
];

/** A session that prints without end costs this much disk and no more. */
const LOG_CONFIG = { Type: "json-file", Config: { "max-size": "10m", "max-file": "2" } };

export function containerOptions(spec: BackendSpec, placement: Placement): ContainerCreateOptions {
  return {
    name: containerName(spec.backend_id),
    Image: spec.image,
    Env: Object.entries(givenEnv(spec, spec.port)).map(([name, value]) => `${name}=${value}`),
    ...(spec.command !== undefined && { Cmd: spec.command }),
    Labels: containerLabels(placement, spec.backend_id, adoptionOf(spec)),
    ExposedPorts: { [`${spec.port}/tcp`]: {} },
    StopTimeout: spec.grace_seconds,
    ...joining(placement),
    HostConfig: {
      NetworkMode: placement.network,
      ...published(spec.port, placement.publishOn),
      ...(placement.mountPath !== undefined && {
        Binds: MOUNT_TARGETS.map((target) => `${placement.mountPath}:${target}`),
      }),
      ...(placement.ociRuntime !== undefined && { Runtime: placement.ociRuntime }),
      ...limits(spec.resources),
      SecurityOpt: ["no-new-privileges"],
      CapDrop: ["ALL"],
      CapAdd: CAPABILITIES,
      IpcMode: "private",
      LogConfig: LOG_CONFIG,
      // What ends stays ended: whether a key gets another backend is the controller's to decide.
      RestartPolicy: { Name: "no" },
    },
  };
}

function joining({
  network,
  address,
}: Placement): Pick<ContainerCreateOptions, "NetworkingConfig"> {
  if (address === undefined) return {};
  const endpoint = { IPAMConfig: { IPv4Address: address } };
  return { NetworkingConfig: { EndpointsConfig: { [network]: endpoint } } };
}

/**
 * Docker takes a host port that is free just then, in its own order through the machine's ephemeral
 * ports; unlike the container's own address, a port is not kept from coming back early.
 */
function published(port: number, address: string | undefined): HostConfig {
  if (address === undefined) return {};
  return { PortBindings: { [`${port}/tcp`]: [{ HostIp: address, HostPort: "" }] } };
}

function limits({ cpus, memory_bytes, disk_bytes, pids }: BackendSpec["resources"]): HostConfig {
  return {
    PidsLimit: pids ?? DEFAULT_PIDS_LIMIT,
    ...(cpus !== undefined && { NanoCpus: Math.round(cpus * 1e9) }),
    // Memory and swap together: equal to memory alone means no swap.
    ...(memory_bytes !== undefined && { Memory: memory_bytes, MemorySwap: memory_bytes }),
    ...(disk_bytes !== undefined && { StorageOpt: { size: String(disk_bytes) } }),
  };
}
