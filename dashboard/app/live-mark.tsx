import type { LiveState } from "../api/live-feed.ts";
import { type Tone, ToneMark } from "../ui/status-chip.tsx";
import { useDashboard } from "./dashboard.ts";

const SAID: Record<LiveState, { tone: Tone; text: string }> = {
  connecting: { tone: "starting", text: "Connecting…" },
  live: { tone: "ready", text: "Live" },
  polling: { tone: "ending", text: "Reconnecting; asking every few seconds" },
  reconnecting: { tone: "failed", text: "Reconnecting…" },
};

/** Whether what is shown is up to date. */
export function LiveMark() {
  const { live } = useDashboard();
  const { tone, text } = SAID[live.state.value];
  return (
    <p class="live-mark" data-state={live.state.value} role="status">
      <ToneMark tone={tone} />
      <span>{text}</span>
    </p>
  );
}
