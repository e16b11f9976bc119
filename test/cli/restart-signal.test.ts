import { expect, test } from "vitest";
import { freePort } from "../../scripts/free-port.ts";
import { waitFor } from "../harness/wait-for.ts";
import { finished, startHangar } from "./run-hangar.ts";

test("a proxy of one process outlives the signal that replaces workers", async () => {
  const port = String(await freePort());
  const proxy = startHangar(["proxy", "--port", port, "--key", "hak_1", "--log-format", "json"]);
  let told = "";
  proxy.stderr?.on("data", (bytes: Buffer) => {
    told += bytes.toString();
  });
  const end = finished(proxy);
  await waitFor("it to listen", () => told.includes("proxy listens"), 30_000);
  proxy.kill("SIGUSR2");
  await waitFor("it to say so", () => told.includes("only one of several workers"), 10_000);
  proxy.kill("SIGTERM");
  expect((await end).code).toBe(0);
});
