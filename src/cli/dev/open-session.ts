import type { HangarClient } from "../../client/client.ts";
import type { Tell } from "./dev-event.ts";

/** Where a person is led by `o`, and by the command that the banner shows. */
export const DEV_KEY = "dev";

/** In the browser; spawned if it is not there yet. */
export async function openSession(client: HangarClient, tell: Tell): Promise<void> {
  const { url, status } = await client.connect({ key: { name: DEV_KEY }, wait: "ready" });
  if (status === "terminated") throw new Error("the backend ended before it was ready");
  tell({ event: "opened", url });
  const { default: open } = await import("open");
  const browser = await open(url);
  browser.on("error", () => undefined);
}
