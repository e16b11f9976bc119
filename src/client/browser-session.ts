import type { Status } from "../protocol/backend-state.ts";
import type { ConnectResponse } from "../protocol/connect.ts";

/** What a browser needs of a connect's answer. */
export interface BrowserSession {
  backend_id: string;
  /** Holds the token: whoever has it is let in. */
  url: string;
  /** For anybody; `/stream` below it follows. */
  status_url: string;
  /** At the time of the answer. Default: unknown. */
  status?: Status | undefined;
}

/** A connect's answer without what is the server's alone, such as `secret_token`. */
export function forBrowser(response: ConnectResponse): BrowserSession {
  const { backend_id, url, status_url, status } = response;
  return { backend_id, url, status_url, status };
}
