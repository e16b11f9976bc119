import { useEffect, useMemo } from "preact/hooks";
import type { Session } from "../../src/protocol/api-key.ts";
import { LiveFeed } from "../api/live-feed.ts";
import { BackendBook } from "../backends/backend-book.ts";
import type { AppParts } from "./app.tsx";
import { type Dashboard, DashboardContext } from "./dashboard.ts";
import { mayDo } from "./may.ts";
import { Shell } from "./shell.tsx";
import { Views } from "./view-routes.tsx";

/** All that lasts as long as a session: the feed of events, and the backends that it keeps up to date. */
export function SignedIn({
  session,
  api,
  sessions,
  theme,
  notices,
}: AppParts & { session: Session }) {
  const dashboard = useMemo<Dashboard>(
    () => ({
      ...{ api, session, theme, notices, may: mayDo(session) },
      live: new LiveFeed(api),
      book: new BackendBook(api.client),
      signOut: () => {
        sessions.signOut(api).catch((error: unknown) => notices.failed(error));
      },
    }),
    [session],
  );
  useEffect(() => {
    if (!dashboard.may.read) return undefined;
    const stop = new AbortController();
    const forget = dashboard.live.listen((events) => dashboard.book.hear(events));
    const forgetMissed = dashboard.live.onMissed(() => void dashboard.book.load(stop.signal));
    void dashboard.live.run(stop.signal);
    void dashboard.book.load(stop.signal);
    return () => {
      stop.abort();
      forget();
      forgetMissed();
      dashboard.book.close();
    };
  }, [dashboard]);
  return (
    <DashboardContext.Provider value={dashboard}>
      <Shell>
        <Views />
      </Shell>
    </DashboardContext.Provider>
  );
}
