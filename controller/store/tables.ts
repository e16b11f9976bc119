import type { Generated } from "kysely";
import type { AuditAction } from "../../src/protocol/audit.ts";
import type { Status } from "../../src/protocol/backend-state.ts";
import type { ActionId, BackendId } from "../../src/protocol/ids.ts";
import type { Access } from "../../src/protocol/spawn-config.ts";

/** Times are epoch ms by the database's clock; flags are 0 or 1; JSON is text. */
export interface Tables {
  api_keys: {
    id: string;
    hash: string;
    /** Of a first start's key; else a word that older controllers take for no scope. */
    scope: string;
    created_at: number;
    /** Null: as its id. */
    name: string | null;
    /** Scope[] as JSON. Null: `scope` alone. */
    scopes: string | null;
    /** Null: all. */
    namespace: string | null;
    requests_per_second: number | null;
    burst: number | null;
    expires_at: number | null;
    last_used_at: number | null;
    /** The row stays, or a file with the key would bring it back. */
    revoked_at: number | null;
  };
  /** Of browsers that have signed in with a key. */
  sessions: {
    /** SHA-256 of the cookie's secret. */
    hash: string;
    key_id: string;
    created_at: number;
    expires_at: number;
  };
  audit: {
    seq: Generated<number>;
    at: number;
    key_id: string | null;
    key_name: string | null;
    address: string | null;
    action: AuditAction;
    /** The id of what it was done to. */
    target: string;
    namespace: string | null;
    /** A JSON object. */
    details: string;
  };
  drones: {
    name: string;
    /** Of the machine that has the name. */
    identity: string;
    cluster: string;
    pool: string;
    version: string;
    max_backends: number | null;
    draining: number;
    drain_ends_at: number | null;
    /** The controller that holds its socket; null when none does. */
    controller: string | null;
    /** The connection that speaks for it. */
    session: string | null;
    last_heartbeat_at: number | null;
    /** Its own clock at its last heartbeat. */
    clock_id: string | null;
    clock_ms: number | null;
    health: string | null;
    /** From its health, for the statement that claims room. */
    total_millicpus: number | null;
    total_memory: number | null;
    /** Null: it holds no lease. */
    lease_expires_at: number | null;
    /** Of what is live on it. */
    live_backends: Generated<number>;
    promised_millicpus: Generated<number>;
    promised_memory: Generated<number>;
  };
  /** A key's row outlives its backends, so that its fencing tokens only grow. */
  keys: {
    namespace: string;
    name: string;
    tag: string;
    /** The live backend; null when the key is free. */
    backend_id: BackendId | null;
    fencing_token: number;
  };
  backends: {
    id: BackendId;
    namespace: string;
    key_name: string;
    tag: string;
    fencing_token: number;
    cluster: string;
    pool: string;
    drone: string;
    image: string;
    labels: string;
    subdomain: string | null;
    access: Access;
    static_token: string | null;
    /** BackendConfig as JSON: what may be shown of the spawn config. */
    config: string;
    status: Status;
    /** The status as a number that only grows. */
    rank: number;
    /** BackendState as JSON. */
    state: string;
    created_at: number;
    status_at: number;
    ready_at: number | null;
    last_active_at: number;
    max_idle_ms: number | null;
    expires_at: number | null;
    /** Before it, it is not idle for too long; null while it is held up, or without a limit. */
    idle_due_at: Generated<number | null>;
    /** How its end was asked for, if it was: from then on nobody is let in. */
    end_asked: Generated<"soft" | "hard" | null>;
    /** When its lease ends that is not renewed; null while it is its drone's. */
    lease_ends_at: Generated<number | null>;
    /** Of the tokens that are minted now: a revocation of many ends it. */
    token_generation: Generated<number>;
    /** When its drone found it at another address. */
    moved_at: Generated<number | null>;
    millicpus: Generated<number>;
    memory_bytes: Generated<number>;
    /** PullProgress as JSON. */
    progress: string | null;
    /** Of the connect that has spawned it, if that is traced. */
    traceparent: Generated<string | null>;
  };
  timeline: {
    seq: Generated<number>;
    backend_id: BackendId;
    status: Status;
    rank: number;
    at: number;
    /** BackendState as JSON. */
    state: string;
  };
  /** One row: up to which place of the timeline some of it was deleted. */
  forgotten_events: {
    one: number;
    seq: number;
  };
  actions: {
    seq: Generated<number>;
    /** `<backend id>.<verb>`: each is asked of a backend once at most, but for spawns that move. */
    id: ActionId;
    backend_id: BackendId;
    drone: string;
    verb: "spawn" | "soft" | "hard";
    reason: string | null;
    grace_seconds: number | null;
    /** BackendSpec as JSON, with its secrets; gone once the drone is about to start it. */
    spec: string | null;
    created_at: number;
    acked_at: number | null;
    /** Of a spawn: until when its drone may begin it, by the drone's clock and by the database's. */
    begin_clock_id: Generated<string | null>;
    begin_by_ms: Generated<number | null>;
    begin_by_at: Generated<number | null>;
    /** The drone will not begin it. */
    refused_at: Generated<number | null>;
    /** Who has refused it so far, and why, as JSON. */
    refusals: Generated<string | null>;
  };
  tokens: {
    /** SHA-256 of the token. */
    hash: string;
    backend_id: BackendId;
    username: string | null;
    auth: string;
    secret: string;
    created_at: number;
    expires_at: number;
    /** Of the connect that has made it, if that is traced. */
    traceparent: Generated<string | null>;
    generation: Generated<number>;
  };
  /** Which tokens let nobody in any more: of each request to revoke some, one row. */
  revocations: {
    seq: Generated<number>;
    backend_id: BackendId;
    /** Of the single token that it is about, whose row is gone. */
    token_id: string | null;
    /** Null: of all users. */
    username: string | null;
    /** The last one that it ends. */
    generation: number;
    revoked_at: number;
  };
  /** What each proxy last told of open connections. */
  connections: {
    proxy: string;
    backend_id: BackendId;
    open: number;
    reported_at: number;
  };
  proxies: {
    /** `<name>/<identity>` */
    name: string;
    last_seen_at: number;
    cluster: string | null;
    version: string | null;
    connected_at: number | null;
    connections: Generated<number>;
    requests_open: Generated<number>;
    active_backends: Generated<number>;
    requests_per_second: Generated<number>;
  };
  /** Who orders, or was the last to, the certificate of a domain. */
  acme_orders: {
    domain: string;
    holder: string;
    /** Of its lease. */
    expires_at: number;
    /** How long after this order began another may; 0 once a certificate has come of it. */
    retry_ms: number;
    not_before: number;
    /** What DNS answers meanwhile: texts as JSON. */
    challenge: string;
  };
  certificates: {
    domain: string;
    certificate_id: string;
    /** URL of the CA's. */
    directory: string;
    chain: string;
    private_key: string;
    kept_at: number;
  };
  acme_accounts: {
    /** URL of the CA's. */
    directory: string;
    private_key: string;
    created_at: number;
  };
  services: {
    account: string;
    name: string;
    image: string | null;
    /** The spawn config as JSON, without its image, env and credentials. */
    config: string;
    /** JSON, with its secrets: each spawn needs them. */
    env: string;
    /** JSON. */
    credentials: string | null;
    created_at: number;
    last_spawned_at: Generated<number | null>;
  };
  service_environments: {
    account: string;
    service: string;
    name: string;
    image: string | null;
    cluster: string | null;
    created_at: number;
    last_spawned_at: Generated<number | null>;
  };
  /** What services were told to use. */
  service_images: {
    account: string;
    service: string;
    image: string;
    used_at: number;
  };
  controllers: {
    id: string;
    version: string;
    url: string;
    started_at: number;
    last_heartbeat_at: number;
  };
}
