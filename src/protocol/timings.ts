import { assert } from "./assert.ts";
import { LEASE } from "./lease.ts";

/** Drones tell their health this often. Source: Plane's constants, kept. */
export const HEARTBEAT_INTERVAL_MS = 7_000;
/** A drone that is silent for longer gets no new backends. */
export const DRONE_UNHEALTHY_MS = 45_000;

/** Proxies tell open connections and last activity this often; the first connection is told at once. */
export const ACTIVITY_INTERVAL_MS = 2_000;
/** The open connections that a silent proxy last told of hold their backends up for this long. */
export const ACTIVITY_TRUST_MS = 45_000;

/** How often the controller looks for what is due: idle backends, lapsed leases, spawns without a drone. */
export const SWEEP_INTERVAL_MS = 1_000;

/** A drone that has not begun a spawn within this time refuses it, and another may be asked. */
export const BEGIN_WINDOW_MS = 10_000;
/** The database waits this much longer, for clocks that do not run equally fast. */
export const BEGIN_MARGIN_MS = 1_000;
/** A spawn that no drone can begin ends after this time. */
export const SPAWN_PATIENCE_MS = 60_000;

/** A controller that has not been heard of for longer holds no drones any more. */
export const CONTROLLER_SILENT_MS = 15_000;

/** How long rows of backends that have ended are kept. */
export const KEEP_ENDED_MS = 7 * 24 * 3_600_000;
/** How long the audit trail is kept. */
export const KEEP_AUDIT_MS = 90 * 24 * 3_600_000;
/** How long API keys that have expired or were revoked are remembered. */
export const KEEP_DEAD_KEYS_MS = 30 * 24 * 3_600_000;
/** So many are deleted in one transaction. */
export const CLEANUP_BATCH = 500;

/** The lease under which one proxy orders a certificate for all; it is renewed while that goes on. */
export const ORDER_LEASE_MS = 60_000;
export const ORDER_RENEW_MS = 15_000;
/** So long after an order that came to nothing another may begin; doubled each time, up to the cap. */
export const ORDER_RETRY_MS = 60_000;
export const ORDER_RETRY_CAP_MS = 900_000;

/** How often the controller forgets expired tokens and old rows, and empties what its database has let go of. */
export const TIDY_INTERVAL_MS = 600_000;

/** A sign-in to the dashboard holds for so long, if its key does. */
export const SESSION_LIFE_MS = 12 * 3_600_000;
/** For so long a controller believes what it has read of an API key, should the news of its end be lost. */
export const KEY_TRUST_MS = 5_000;
/** How often it is written down that keys were used. */
export const KEY_USE_INTERVAL_MS = 60_000;

/** What is not acknowledged is sent again, inside a connection too. */
export const RESEND_INTERVAL_MS = 5_000;

/** Both ends of a socket ping; an end that hears nothing for the silence limit hangs up. */
export const SOCKET_PING_INTERVAL_MS = 2_000;
export const SOCKET_SILENCE_LIMIT_MS = 6_000;

export const RECONNECT_BACKOFF = { firstMs: 100, factor: 1.7, capMs: 1_500 } as const;

/** A proxy holds requests for a backend that is still starting for at most this long. */
export const HOLD_LIMIT_MS = 60_000;
export const UPSTREAM_CONNECT_TIMEOUT_MS = 10_000;
export const ROUTE_LOOKUP_TIMEOUT_MS = 5_000;
/** How long a proxy remembers that a lookup was refused. */
export const NEGATIVE_ROUTE_MS = 2_000;

/** Readiness is polled fast at first, then slower. */
export const PROBE_FIRST_MS = 5;
export const PROBE_CAP_MS = 100;

/** What a user and an auth object may take as headers; servers accept about 16 KB of them in all. */
export const MAX_USER_HEADER_BYTES = 2_048;
export const MAX_AUTH_HEADER_BYTES = 8_192;

/** How many connections a controller's API takes, and how long a request may take to arrive. */
export const API_MAX_CONNECTIONS = 10_000;
export const API_REQUEST_TIMEOUT_MS = 30_000;

/** Linux's MAX_ARG_STRLEN without the closing NUL: of one argument, or of one variable with its name. */
export const MAX_ARGUMENT_BYTES = 131_071;
/** Linux has room for a quarter of the stack's limit, 2 MiB as a rule: half of it is left to image and drone. */
export const MAX_ARGUMENTS_BYTES = 1_048_576;

export const CONNECTION_TOKEN_TTL_SECONDS = 3_600;
export const CONNECT_WAIT_SECONDS = 30;
export const QUEUE_SECONDS = 0;
export const GRACE_SECONDS = 10;
export const READY_TIMEOUT_SECONDS = 300;

export const DEFAULT_PIDS_LIMIT = 512;
export const DEFAULT_PORT = 8080;
export const LOG_TAIL_LINES = 20;
/** Longer lines come as several. */
export const MAX_LOG_LINE_BYTES = 16_384;

/** A frame of a stream holds about so much, but always one item. */
export const STREAM_FRAME_BYTES = 32_768;
/** So many frames of one stream are under way from the drone to who reads it. */
export const STREAM_WINDOW = 4;
/** So many frames of all streams together are under way on one socket: nothing waits behind more. */
export const STREAM_SOCKET_WINDOW = 8;
/** More than people and programs watch at once; each costs its drone a connection to the runtime. */
export const MAX_DRONE_STREAMS = 1_000;

// A drone must miss several heartbeats, and a proxy several reports, before either is doubted.
assert(DRONE_UNHEALTHY_MS > 3 * HEARTBEAT_INTERVAL_MS);
assert(ACTIVITY_TRUST_MS > 3 * ACTIVITY_INTERVAL_MS);
assert(SOCKET_SILENCE_LIMIT_MS > 2 * SOCKET_PING_INTERVAL_MS);
assert(SOCKET_SILENCE_LIMIT_MS < DRONE_UNHEALTHY_MS);
// A controller that hangs just when a lease is to be renewed costs no backend: there is time for another.
assert(
  SOCKET_SILENCE_LIMIT_MS + SOCKET_PING_INTERVAL_MS + RECONNECT_BACKOFF.capMs <
    LEASE.softMs - LEASE.renewMs,
);
assert(ORDER_LEASE_MS > 3 * ORDER_RENEW_MS);
assert(BEGIN_WINDOW_MS + BEGIN_MARGIN_MS < SPAWN_PATIENCE_MS);
