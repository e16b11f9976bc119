/** A shared whiteboard: several people draw on one canvas, kept in the memory of this one backend. */
import { fileURLToPath } from "node:url";
import { startWhiteboard } from "./whiteboard.ts";

const {
  PORT = "8080",
  SESSION_BACKEND_ID = "local",
  SESSION_BACKEND_KEY = "whiteboard",
} = process.env;

const whiteboard = await startWhiteboard({
  port: Number(PORT),
  backendId: SESSION_BACKEND_ID,
  key: SESSION_BACKEND_KEY,
  publicDir: fileURLToPath(new URL("public", import.meta.url)),
  scriptDir: fileURLToPath(new URL(".", import.meta.url)),
});
console.log(`whiteboard: listening on ${whiteboard.port}`);

process.once("SIGTERM", async () => {
  await whiteboard[Symbol.asyncDispose]();
  process.exit(0);
});
