/** What a backend is given: its environment and the headers of each request. */
export const ENV = {
  port: "PORT",
  backendId: "SESSION_BACKEND_ID",
  key: "SESSION_BACKEND_KEY",
  fencingToken: "SESSION_BACKEND_FENCING_TOKEN",
  staticToken: "SESSION_BACKEND_STATIC_TOKEN",
} as const;

/** Where a backend sees the folder that its `mount` asked for: the second is where apps made for Plane look. */
export const MOUNT_TARGETS = ["/data", "/plane-data"] as const;

export const VERIFIED_PREFIX = "x-verified-";
export const HEADERS = {
  username: "x-verified-username",
  userData: "x-verified-user-data",
  path: "x-verified-path",
  backend: "x-verified-backend",
  secret: "x-verified-secret",
  requestId: "x-request-id",
  /** Names the backend in each answer; in a request to the cluster's host, it chooses the backend. */
  chosenBackend: "x-hangar-backend",
} as const;

export const COOKIE = { http: "hangar", https: "__Host-hangar" } as const;
/** Of a browser that is signed in to the controller. Its host may be a cluster's too: no backend sees it. */
export const SESSION_COOKIE = {
  http: "hangar_session",
  https: "__Host-hangar_session",
} as const;

/**
 * Header text for any string: what cannot stand in a header is percent-encoded, and so is the
 * percent sign itself, so that decodeURIComponent always gives the original back.
 */
export function toHeaderText(text: string): string {
  return text.replace(/[^ -$&-~]+|^ | $/g, (part) =>
    encodeURIComponent(part.replace(/\p{Surrogate}/gu, "\ufffd")),
  );
}

/** JSON in ASCII: what cannot stand in a header is escaped as JSON itself does, so JSON.parse suffices. */
export function toHeaderJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
