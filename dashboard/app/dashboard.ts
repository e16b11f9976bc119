import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Session } from "../../src/protocol/api-key.ts";
import type { Api } from "../api/api.ts";
import type { LiveFeed } from "../api/live-feed.ts";
import type { BackendBook } from "../backends/backend-book.ts";
import type { Notices } from "../ui/notices.tsx";
import type { May } from "./may.ts";
import type { ThemeKeeper } from "./theme.ts";

/** What every view has while somebody is signed in. */
export interface Dashboard {
  readonly api: Api;
  readonly session: Session;
  readonly may: May;
  readonly live: LiveFeed;
  readonly book: BackendBook;
  readonly notices: Notices;
  readonly theme: ThemeKeeper;
  signOut(): void;
}

export const DashboardContext = createContext<Dashboard | undefined>(undefined);

export function useDashboard(): Dashboard {
  const dashboard = useContext(DashboardContext);
  if (dashboard === undefined) throw new Error("used outside of a session");
  return dashboard;
}
