/**
 * The plainest backend: it says back what it was sent. Tests also ask it to misbehave:
 *
 *   any path             200 with {method, url, headers, body, env}
 *   WebSocket            each message comes back as it was
 *   /sse                 an event every second
 *   /exit?code=N         answers, then exits with N
 *   /eat?mb=N            takes and touches N MB more memory
 *
 *   ECHO_MODE=silent     never listens
 *   ECHO_MODE=exit       prints three lines and exits with 3 at once
 *   ECHO_MODE=stubborn   ignores SIGTERM
 *   ECHO_BOOT_MS=N       listens only after N ms
 */
import { setTimeout as delay } from "node:timers/promises";
import { createEchoServer } from "./echo.ts";

const { ECHO_MODE: mode, ECHO_BOOT_MS: bootMs = "0", PORT: port = "8080" } = process.env;

if (mode === "exit") {
  console.log("echo: starting");
  console.error("echo: told to fail");
  console.log("echo: exiting with 3");
  process.exit(3);
}

process.on("SIGTERM", () => {
  if (mode !== "stubborn") process.exit(0);
});

if (mode === "silent") {
  setInterval(() => {}, 60_000);
} else {
  await delay(Number(bootMs));
  createEchoServer(sessionEnv()).listen(Number(port), () => {
    console.log(`echo: listening on ${port}`);
  });
}

function sessionEnv(): Record<string, string> {
  const given = Object.entries(process.env).filter(([name]) => name.startsWith("SESSION_BACKEND_"));
  return Object.fromEntries(given.map(([name, value = ""]) => [name, value]));
}
