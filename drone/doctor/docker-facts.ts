/** What a drone of this machine would find. */
export type DockerFacts =
  | { kind: "away"; error: string }
  | {
      kind: "here";
      version: string;
      storageDriver: string;
      rootDir: string;
      /** Limits that this Engine cannot hold. */
      lacks: string[];
      /** Whether packets within a bridge pass iptables, which keeps sessions apart. */
      bridgeFilter: boolean;
      network: NetworkFacts;
    };

export type NetworkFacts =
  | { kind: "there" }
  | { kind: "foreign" }
  | { kind: "can-be-made" }
  | { kind: "cannot-be-made"; error: string };
