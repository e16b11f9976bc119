import { apiOver, type Api as Calls } from "../../src/client/api.ts";
import { clientOver, type HangarClient } from "../../src/client/client.ts";
import type { Session } from "../../src/protocol/api-key.ts";
import { ServerClock } from "./server-clock.ts";
import { sessionFetch } from "./session-fetch.ts";

/** The controller's API as this page uses it: with the session's cookie in place of a key. */
export class Api {
  readonly client: HangarClient;
  /** What the client is made of: for streams that go on where an earlier look at them has ended. */
  readonly calls: Calls;
  readonly clock = new ServerClock();

  /** `onSignedOut`: an answer said that there is no session any more. */
  constructor(origin: string, onSignedOut: () => void) {
    const hear = (response: Response) => {
      this.clock.hear(response);
      if (response.status === 401 && !response.url.endsWith("/v1/session")) onSignedOut();
    };
    this.calls = apiOver({
      url: origin,
      fetch: sessionFetch((input, init) => fetch(input, init), hear),
    });
    this.client = clientOver(this.calls);
  }

  openSession(key: string): Promise<Session> {
    return this.calls.post("/v1/session", { key }, {}, "once");
  }

  async closeSession(): Promise<void> {
    await this.calls.delete("/v1/session");
  }
}
