import type { BackendSummary } from "../../protocol/backend.ts";
import type { Status } from "../../protocol/backend-state.ts";
import type { Screen } from "../terminal.ts";
import { describeEvent } from "./describe-event.ts";
import type { DevEvent } from "./dev-event.ts";
import type { ImageState } from "./image-gate.ts";
import { renderFooter } from "./render-footer.ts";

const PASSING: readonly Status[] = ["loading", "starting", "waiting"];

/** Where it is shown what happens. */
export interface DevOutput extends Disposable {
  tell(event: DevEvent): void;
  /** What stays in view, where anything can. */
  show(state: ImageState, live: readonly BackendSummary[]): void;
}

/** A line each, for machines. */
export function jsonOutput({ line }: Screen): DevOutput {
  return {
    tell: (event) => line(JSON.stringify({ at: Date.now(), ...event })),
    show() {},
    [Symbol.dispose]() {},
  };
}

export function plainOutput(screen: Screen): DevOutput {
  return {
    tell(event) {
      screen.line(describeEvent(event, screen.colors));
    },
    show() {},
    [Symbol.dispose]() {},
  };
}

/** Lines that go by, above a footer that stays. */
export async function stickyOutput(screen: Screen): Promise<DevOutput> {
  const { createLogUpdate } = await import("log-update");
  const footer = createLogUpdate(screen.stream, { showCursor: true });
  let shown = "";
  return {
    tell(event) {
      if (isPassing(event)) return;
      footer.clear();
      screen.line(describeEvent(event, screen.colors));
      if (shown !== "") footer(shown);
    },
    show(state, live) {
      const width = screen.stream.columns ?? 80;
      shown = renderFooter({ state, live, now: Date.now(), width }, screen.colors);
      footer(shown);
    },
    [Symbol.dispose]() {
      footer.clear();
      shown = "";
    },
  };
}

/** On the way to ready a backend's steps stand in the footer, one after another. */
function isPassing(event: DevEvent): boolean {
  return event.event === "backend" && PASSING.includes(event.status);
}
