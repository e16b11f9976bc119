import { IMAGE, keyName } from "./names.ts";

/** Connects to live keys drawn at random, or spawns of keys that nobody had before. */
export type Workload = { kind: "connects"; live: number } | { kind: "spawns"; namespace: string };

export interface Target {
  port: number;
  key: string;
}

const SPAWN = {
  image: IMAGE,
  env: { DOCUMENT_STORE: "https://documents.example.com", LOG_LEVEL: "info", REGION: "eu-1" },
  max_idle_seconds: 3_600,
  resources: { cpus: 0.1, memory_bytes: 67_108_864 },
};

/** Gives the next request each time: HTTP as text, all of it ASCII. */
export function requestsOf(workload: Workload, { key }: Target): () => string {
  let count = 0;
  const nextKey = () =>
    workload.kind === "spawns"
      ? { namespace: workload.namespace, name: keyName(count) }
      : { name: keyName(Math.floor(Math.random() * workload.live)) };
  const head = [
    "POST /v1/connect HTTP/1.1",
    "host: controller",
    `authorization: Bearer ${key}`,
    "content-type: application/json",
  ].join("\r\n");
  return () => {
    count += 1;
    // As an app server asks: the same get-or-create whether the key is live or not.
    const body = JSON.stringify({
      key: nextKey(),
      spawn: SPAWN,
      user: `user-${count % 1_000}`,
      auth: { role: "editor" },
    });
    return `${head}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  };
}
