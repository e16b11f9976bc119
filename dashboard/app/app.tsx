import { Router } from "wouter-preact";
import type { Api } from "../api/api.ts";
import { SignIn } from "../sign-in/sign-in.tsx";
import { Mark } from "../ui/icon.tsx";
import type { Notices } from "../ui/notices.tsx";
import type { SessionKeeper } from "./session-state.ts";
import { SignedIn } from "./signed-in.tsx";
import type { ThemeKeeper } from "./theme.ts";

export interface AppParts {
  api: Api;
  sessions: SessionKeeper;
  theme: ThemeKeeper;
  notices: Notices;
}

export function App(parts: AppParts) {
  const { api, sessions } = parts;
  const state = sessions.state.value;
  switch (state.kind) {
    case "asking":
      return (
        <main class="splash">
          <Mark size={40} />
          <h1 class="visually-hidden">Hangar</h1>
        </main>
      );
    case "unreachable":
      return (
        <main class="splash">
          <Mark size={40} />
          <h1>The controller does not answer</h1>
          <button type="button" class="button" onClick={() => void sessions.ask(api)}>
            Try again
          </button>
        </main>
      );
    case "signed-out":
      return <SignIn because={state.because} onKey={(key) => sessions.signIn(api, key)} />;
    case "signed-in":
      return (
        <Router base="/dashboard">
          <SignedIn key={state.session.key.id} session={state.session} {...parts} />
        </Router>
      );
    default:
      return state satisfies never;
  }
}
