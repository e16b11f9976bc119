import type { Answer, RequestHead } from "./engine.ts";

/**
 * `/ready` and `/health` answer on any host, so that a load balancer needs to know none. A backend's
 * own paths of these names are reached with a path token before them.
 */
export function ownEndpoint(head: RequestHead, isReady: () => boolean): Answer | undefined {
  if (head.isUpgrade) return undefined;
  switch (head.target.split("?", 1)[0]) {
    case "/health":
      return statusAnswer(200, "ok");
    case "/ready":
      return isReady() ? statusAnswer(200, "ready") : statusAnswer(503, "not ready");
    default:
      return undefined;
  }
}

export function isOwnEndpoint(target: string): boolean {
  return /^\/(ready|health)(\?|$)/.test(target);
}

function statusAnswer(status: number, text: string): Answer {
  const body = `${JSON.stringify({ status: text })}\n`;
  return {
    kind: "answer",
    status,
    headers: [
      ["content-type", "application/json"],
      ["content-length", String(body.length)],
      ["cache-control", "no-store"],
    ],
    body,
  };
}
