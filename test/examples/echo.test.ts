import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { freePort } from "../../scripts/free-port.ts";
import { waitFor } from "../harness/wait-for.ts";

const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

function launch(port: number, env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ["--import", "tsx", "examples/echo/server.ts"], {
    env: { PORT: String(port), SESSION_BACKEND_ID: "abc", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  return child;
}

async function listening(child: ChildProcess): Promise<void> {
  await once(child.stdout as NodeJS.ReadableStream, "data");
}

describe("the echo example", () => {
  test("says back a request and the environment that Hangar gives, and nothing else of it", async () => {
    const port = await freePort();
    await listening(launch(port));
    const answer = await fetch(`http://127.0.0.1:${port}/a?b=c`, {
      method: "POST",
      headers: { "x-verified-username": "ada" },
      body: "hello",
    });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      method: "POST",
      url: "/a?b=c",
      headers: { "x-verified-username": "ada" },
      body: "hello",
      env: { SESSION_BACKEND_ID: "abc" },
    });
  });

  test("returns WebSocket messages as they were, and sends events on /sse", async () => {
    const port = await freePort();
    await listening(launch(port));
    const socket = new WebSocket(`ws://127.0.0.1:${port}/any/path`);
    await once(socket, "open");
    socket.send("hello");
    expect(String((await once(socket, "message"))[0])).toBe("hello");
    socket.send(Buffer.from([1, 2, 3]));
    expect(await once(socket, "message")).toEqual([Buffer.from([1, 2, 3]), true]);
    socket.terminate();

    const events = await fetch(`http://127.0.0.1:${port}/sse`);
    const first = await events.body?.getReader().read();
    expect(new TextDecoder().decode(first?.value)).toMatch(/^id: 1\ndata: \d+\n\n$/);
  });

  test("answers, and then exits with the code asked for", async () => {
    const port = await freePort();
    const child = launch(port);
    await listening(child);
    const answer = await fetch(`http://127.0.0.1:${port}/exit?code=7`);
    expect(await answer.json()).toEqual({ exiting: 7 });
    expect(await waitFor("the exit", () => child.exitCode)).toBe(7);
  });

  test("exits with 0 on SIGTERM, unless it is stubborn", async () => {
    const [port, other] = [await freePort(), await freePort()];
    const meek = launch(port);
    const stubborn = launch(other, { ECHO_MODE: "stubborn" });
    await Promise.all([listening(meek), listening(stubborn)]);
    stubborn.kill("SIGTERM");
    meek.kill("SIGTERM");
    expect(await once(meek, "exit")).toEqual([0, null]);
    expect((await fetch(`http://127.0.0.1:${other}/`)).status).toBe(200);
  });

  test("prints three lines and exits with 3 when told to fail", async () => {
    const child = launch(await freePort(), { ECHO_MODE: "exit" });
    const [out, err, [code]] = await Promise.all([
      text(child.stdout as NodeJS.ReadableStream),
      text(child.stderr as NodeJS.ReadableStream),
      once(child, "exit"),
    ]);
    expect([out, err, code]).toEqual([
      "echo: starting\necho: exiting with 3\n",
      "echo: told to fail\n",
      3,
    ]);
  });
});
