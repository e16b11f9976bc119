import { expect, test } from "vitest";
import { waitFor } from "../../harness/wait-for.ts";
import { connectRaw } from "../harness/raw-peer.ts";
import { startTestEntrance } from "./test-entrance.ts";

test("a client is handed over with its address, and nothing that it said is lost", async () => {
  using entrance = await startTestEntrance();
  const client = await connectRaw(entrance.port);
  client.send("hello");
  const connection = await waitFor("the client", () => entrance.connections[0]);
  expect(connection).toMatchObject({ peerAddress: "127.0.0.1", secure: false });
  let heard = "";
  connection.socket.on("data", (chunk) => {
    heard += chunk;
  });
  await waitFor("the greeting", () => heard === "hello");
});

test("who has come in stays when nobody new may", async () => {
  using entrance = await startTestEntrance();
  const client = await connectRaw(entrance.port);
  const connection = await waitFor("the client", () => entrance.connections[0]);
  entrance.stopAccepting();
  await expect(connectRaw(entrance.port)).rejects.toThrow("ECONNREFUSED");
  connection.socket.end("still here");
  await client.take(/^still here$/);
});

test("a client that resets its connection harms nobody", async () => {
  using entrance = await startTestEntrance();
  const client = await connectRaw(entrance.port);
  const connection = await waitFor("the client", () => entrance.connections[0]);
  connection.socket.resume();
  client.socket.resetAndDestroy();
  await waitFor("the socket to close", () => connection.socket.closed);
  await connectRaw(entrance.port);
});

test("a port that is in use is named", async () => {
  using entrance = await startTestEntrance();
  await expect(startTestEntrance({ port: entrance.port })).rejects.toThrow(
    `cannot listen on 127.0.0.1:${entrance.port}: the port is in use`,
  );
});
