import { SESSION_REQUEST_HEADER } from "../../src/protocol/session-header.ts";

/**
 * Lets the session's cookie speak for each request. The header is what a form on another site cannot
 * send, so the controller takes no change without it.
 */
export function sessionFetch(
  platformFetch: typeof fetch,
  hear: (response: Response) => void,
): typeof fetch {
  return async (input, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set(SESSION_REQUEST_HEADER, "dashboard");
    const response = await platformFetch(input, { ...init, headers, credentials: "same-origin" });
    hear(response);
    return response;
  };
}
