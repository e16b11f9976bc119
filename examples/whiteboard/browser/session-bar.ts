import type { Session } from "../wire.ts";
import type { ConnectionState } from "./connection.ts";
import { element } from "./element.ts";

const BANNERS: Record<ConnectionState, string> = {
  connecting: "",
  connected: "",
  lost: "Reconnecting… you can go on drawing",
  ended: "This session has ended",
};

/** Which backend serves this page, for which key, and for how long it has lived. */
export function createSessionBar() {
  let startedAt: number | undefined;
  const age = element("#age");
  const tick = () => {
    if (startedAt !== undefined) age.textContent = `alive ${duration(Date.now() - startedAt)}`;
  };
  const timer = setInterval(tick, 1_000);

  return {
    showSession({ backendId, key, ageMs }: Session): void {
      startedAt = Date.now() - ageMs;
      element("#key").textContent = key;
      element("#backend").textContent = backendId;
      document.title = `${key} · whiteboard`;
      tick();
    },
    showState(state: ConnectionState): void {
      document.body.classList.toggle("connected", state === "connected");
      document.body.classList.toggle("ended", state === "ended");
      const banner = element("#banner");
      banner.textContent = BANNERS[state];
      banner.hidden = BANNERS[state] === "";
      if (state === "ended") clearInterval(timer);
    },
  };
}

/** 0:07, 12:34, 5:01:22. */
function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const minutes = h > 0 ? `${h}:${String(m).padStart(2, "0")}` : String(m);
  return `${minutes}:${String(s).padStart(2, "0")}`;
}
