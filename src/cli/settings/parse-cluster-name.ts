import { InvalidArgumentError } from "commander";
import { parseCluster } from "../../protocol/cluster.ts";

/** The canonical form of a cluster's name. */
export function parseClusterName(text: string): string {
  const name = canonicalName(text);
  if (name !== undefined) return name;
  throw new InvalidArgumentError(
    "Expected the host of the sessions, such as localhost:9090, sessions.example.com or https://sessions.example.com:8443.",
  );
}

function canonicalName(text: string): string | undefined {
  try {
    return parseCluster(text).name;
  } catch {
    return undefined;
  }
}
