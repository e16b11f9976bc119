import Docker from "dockerode";
import type { DockerRuntimeConfig } from "../../../drone/config.ts";
import { openDockerRuntime } from "../../../drone/runtime/docker/docker-runtime.ts";
import type { Runtime } from "../../../drone/runtime/runtime.ts";
import { findHostNode } from "../../../scripts/host-node.ts";
import { newBackendId, newNodeName } from "../../../src/protocol/ids.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { recordingLog } from "../../harness/recording-log.ts";
import { clear, type RuntimeBench } from "./runtime-bench.ts";

export interface DockerBench extends RuntimeBench {
  readonly docker: Docker;
  readonly network: string;
  open(droneName?: string, over?: Partial<DockerRuntimeConfig>): Runtime;
}

/** Has a network, and drones, of names of its own, so that test files can share an Engine. */
export async function openDockerBench(): Promise<DockerBench> {
  const docker = new Docker();
  const network = `hangar-test-${newBackendId()}`;
  const ownName = newNodeName("dr");
  const { executable } = await findHostNode();
  const open: DockerBench["open"] = (droneName = ownName, over = {}) =>
    openDockerRuntime(
      { clock: systemClock, log: recordingLog().log },
      { name: "docker", network, allowedNetworks: [], clusterName: "test", droneName, ...over },
    );
  return {
    docker,
    network,
    open,
    image: "hangar/echo",
    unknownImage: "hangar/no-such-image",
    node: executable,
    async [Symbol.asyncDispose]() {
      await clear(open());
      await docker
        .getNetwork(network)
        .remove()
        .catch((error) => {
          if (error.statusCode !== 404) throw error;
        });
    },
  };
}
