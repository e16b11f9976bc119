import type { BackendSpec } from "../../../src/protocol/drone-messages.ts";
import type { BackendId } from "../../../src/protocol/ids.ts";

interface Container {
  id: BackendId;
  key: string;
  fencingToken: number;
  drone: string;
  running: boolean;
}

/** The containers of all drones, in the order of their starts, and what was wrong about any. */
export class Ledger {
  readonly containers: Container[] = [];
  readonly violations: string[] = [];

  start(drone: string, { backend_id: id, key, fencing_token: fencingToken }: BackendSpec): void {
    const name = `${key.namespace}/${key.name}`;
    for (const other of this.containers.filter((each) => each.key === name)) {
      const pair = `${id} on ${drone} and ${other.id} on ${other.drone}`;
      if (other.running) this.violations.push(`two containers run at once for ${name}: ${pair}`);
      if (other.id === id) this.violations.push(`a spawn ran twice: ${pair}`);
      else if (other.fencingToken >= fencingToken) {
        this.violations.push(`the fencing token did not grow: ${pair}`);
      }
    }
    this.containers.push({ id, key: name, fencingToken, drone, running: true });
  }

  end(drone: string, id: BackendId): void {
    for (const container of this.containers) {
      if (container.id === id && container.drone === drone) container.running = false;
    }
  }

  running(): BackendId[] {
    return this.containers.filter(({ running }) => running).map(({ id }) => id);
  }
}
