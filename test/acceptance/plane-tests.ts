/** What a test of Plane's asserts, and the tests of ours that assert the same: `file: title`. */
export type Row = readonly [what: string, ...tests: string[]];

const api = (title: string) => `controller/api.test.ts: ${title}`;
const registration = (title: string) => `acceptance/registration.test.ts: ${title}`;
const live = (title: string) => `proxy/live-proxy.test.ts: ${title}`;
const waysIn = (title: string) => `proxy/ways-in.test.ts: ${title}`;
const target = (title: string) => `proxy/target.test.ts: ${title}`;
const journal = (title: string) => `drone/journal/journal.test.ts: ${title}`;

const LIFE =
  "is spawned, routed to, counted as used and ended, and tells each of its states in order";

/** Its integration tests, by their names there. */
export const INTEGRATION: readonly Row[] = [
  ["no_drone_available", api("without a drone a spawn is 503 with Retry-After, and says so")],
  [
    "backend_action_resent_if_not_acked",
    "acceptance/delivery.test.ts: a spawn is delivered again until it is acknowledged, and then a terminate is the next message",
  ],
  ["backend_lifecycle_docker", `acceptance/whole-life.docker.test.ts: a container ${LIFE}`],
  ["backend_lifecycle_socket", `acceptance/whole-life.test.ts: a process ${LIFE}`],
  [
    "backend_status_in_response",
    registration("the first answer says scheduled, the next to the same key where it has got to"),
  ],
  ["controller_status_returns", api("health, readiness and the OpenAPI document need no key")],
  [
    "controller_registers_itself",
    registration(
      "a controller is listed once it has started, and no more once it has left in order",
    ),
  ],
  [
    "test_resource_limits",
    "drone/runtime/docker/confinement.docker.test.ts: a session sees the limits that it was spawned with",
    "drone/runtime/docker/confinement.docker.test.ts: a limit on the disk is passed on, or refused with createfailed where the driver has none",
  ],
  [
    "drone_pools",
    registration(
      "a spawn without a pool goes to the drone without one, each other to its pool's, and all end with their lifetime",
    ),
  ],
  ["controller_registers_drone", registration("a drone that dials is the one that is listed")],
  ["controller_health_check", api("health, readiness and the OpenAPI document need no key")],
  [
    "proxy_root_no_redirect",
    "proxy/refusals.test.ts: %j asking for %s has no target: 400, and no lookup",
  ],
  ["proxy_root_redirect", "proxy/root-redirect.test.ts: leads where the operator says, by %s"],
  [
    "proxy_bad_bearer_token",
    "proxy/refusals.test.ts: what the controller calls %s is answered with %i, and asked once",
  ],
  [
    "proxy_backend_unreachable",
    "proxy/refusals.test.ts: a backend that refuses connections: 502",
    "proxy/conformance/failures.ts: a backend that does not take the connection of %s in time is explained",
  ],
  [
    "proxy_backend_accepts",
    waysIn("a path token on the backend's own host lets in and is taken off the path"),
  ],
  ["proxy_static_token", waysIn("a static token stays in the path and sets no cookie")],
  [
    "proxy_expected_subdomain_not_present",
    waysIn("a route that does not fit its host is refused, even if a controller gave it"),
  ],
  [
    "proxy_expected_subdomain_is_present",
    waysIn("a chosen subdomain and the id are the same backend's hosts"),
  ],
  [
    "proxy_backend_passes_forwarded_headers",
    "proxy/request-headers.test.ts: a front proxy within %s is believed, and appended to",
  ],
  [
    "proxy_returns_backend_id_in_header",
    "proxy/response-headers.test.ts: an answer names its backend, whatever the backend says",
  ],
  [
    "proxy_marks_backend_as_recently_active",
    "proxy/activity.test.ts: the end is told once, with how long ago it was",
  ],
  [
    "proxy_marks_websocket_backend_as_active",
    live("tells of an open WebSocket at once, and of its end"),
  ],
  [
    "proxy_gone_request_has_cors_headers",
    "proxy/error-page.test.ts: a length in bytes, CORS and no caching go with it",
  ],
  [
    "proxy_valid_request_has_cors_headers",
    "proxy/response-headers.test.ts: CORS headers are added when the app sets none",
  ],
  [
    "proxy_fake_verified_headers_are_stripped",
    "proxy/request-headers.test.ts: no x-verified header of a client gets through",
    waysIn("forged identity is stripped and nothing can be injected by a user's name"),
  ],
  [
    "proxy_plane_headers_are_set",
    "proxy/request-headers.test.ts: what the controller knows of the caller is set",
  ],
  [
    "proxy_not_ready",
    "acceptance/early-proxy.test.ts: a proxy that has never met its controller answers 503, which passes, and not 410, which stays",
  ],
  ["proxy_ready", live("works on without its controller, says so, and asks again when it is back")],
  [
    "proxy_becomes_ready",
    live("works on without its controller, says so, and asks again when it is back"),
  ],
  ["reuse_key", api("connect spawns, the same key again joins, and both answers fit their schema")],
  [
    "subdomains",
    "protocol/cluster.test.ts: a backend's URL is its own host, then its token",
    "controller/store/reach-conformance.ts: a static token leads to its backend, and a subdomain to its live one",
  ],
  [
    "volume_mounts",
    "acceptance/whole-life.docker.test.ts: a mount of a path and one of the key make their folders below the drone's base",
  ],
];

/** Its unit tests that touch the lifecycle, by what they are about. */
export const UNITS: readonly Row[] = [
  [
    "ids are well-formed and random",
    "protocol/ids.test.ts: a backend's id is a DNS label, and no two are alike",
  ],
  [
    "a drone's name is a DNS label of 45 characters at most",
    "acceptance/limits.test.ts: %j is a name of a drone: %s",
  ],
  [
    "a container is known by its backend's id",
    "drone/runtime/docker/renamed.docker.test.ts: a container that was renamed is inspected and listed as before",
  ],
  [
    "a status stream is read in order, and resumed where it broke",
    "client/status-stream.test.ts: a stream tells states and progress, and ends after terminated",
    "client/status-stream.test.ts: a broken stream goes on after the last state that was seen",
  ],
  [
    "which hosts are the cluster's",
    target("on a cluster with a port, %s names %s"),
    target("on a cluster without a port, %s names x"),
    target("is missing for the host %j"),
  ],
  [
    "where a path holds a token",
    target("%s offers the token %s"),
    target("%s without its token is %s"),
  ],
  [
    "what a mount may be, and no way out of the base",
    "drone/runtime/docker/mount-path.test.ts: a relative path is taken as it is",
    "drone/runtime/docker/mount-path.test.ts: no key leads out of the mount base",
    "drone/runtime/docker/mount-path.test.ts: without a mount there is no folder, whatever the drone has",
  ],
  [
    "which networks a spawn may name",
    "drone/runtime/docker/confinement.docker.test.ts: on a network that somebody allows instead, sessions reach each other",
  ],
  [
    "reports last in the drone's store until they are acknowledged",
    journal("a backend is in the journal together with the report of its state"),
    journal("reports stay, in their order, until they are acknowledged"),
    "drone/delivery.test.ts: reports are sent again inside one connection until they are acknowledged",
    "drone/restart.test.ts: reports that were not acknowledged are sent again by the next drone",
  ],
  [
    "the times of a lease are in their order",
    "acceptance/limits.test.ts: a lease has its four times in one order only",
  ],
  [
    "several heartbeats are missed before a drone is doubted",
    "acceptance/limits.test.ts: who is silent is doubted only after several missed signs of life",
  ],
];

/** Which of its tests have none of ours, and why. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  cert_manager_does_refresh: "TLS",
  cert_manager_does_refresh_eab: "TLS",
  request_dns_lease: "TLS by DNS",
  request_dns_lease_fails_when_held: "TLS by DNS",
  dns_api: "DNS",
  forward_auth_rejects: "authorisation by another server belongs to the proxy's step",
  forward_auth_accepts: "the same",
  forward_auth_forwards_path: "the same",
  forward_auth_forwards_bearer_token: "the same",
  proxy_server_header: "an answer's Server header is the backend's own business",
  test_get_metrics:
    "figures of single backends belong to the API's step; drones tell their machine's",
};
