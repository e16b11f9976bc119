// First, as what is particular to a view comes after what is general.
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/layout.css";
import "./styles/lists.css";
import { render } from "preact";
import { Api } from "./api/api.ts";
import { App } from "./app/app.tsx";
import { SessionKeeper } from "./app/session-state.ts";
import { ThemeKeeper } from "./app/theme.ts";
import { Notices } from "./ui/notices.tsx";
import { startTicking } from "./ui/now.ts";

const sessions = new SessionKeeper();
const api = new Api(location.origin, () => sessions.lose());
const root = document.querySelector("#app");

startTicking();
void sessions.ask(api);
if (root !== null) {
  const parts = { api, sessions, theme: new ThemeKeeper(), notices: new Notices() };
  render(<App {...parts} />, root);
}
