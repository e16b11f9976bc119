import { readFile } from "node:fs/promises";
import Docker from "dockerode";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "../../scripts/free-port.ts";
import { getPage } from "../../scripts/localhost.ts";
import { createClient } from "../../src/client/client.ts";
import { tellingEnv } from "../harness/answers/told-answers.ts";
import { waitFor } from "../harness/wait-for.ts";
import { ComposeProject } from "./compose-project.ts";
import { makeMachineImage } from "./machine-image.ts";

const BASE_IMAGE = "hangar-test/machine";
const IMAGE = "hangar-test/compose";
const ECHO_IMAGE = "hangar-test/echo";
/** Most of it is npm's, on a machine that has never built the image. */
const TIMEOUT_MS = 400_000;
const READ_ADMIN_KEY = "fs.readFileSync('/data/keys/admin.key', 'utf8')";

const docker = new Docker();

/** An example by the ordinary way, whose first stage is that of the Dockerfile. */
async function buildEcho(): Promise<void> {
  const lines = (await readFile(".dockerignore", "utf8")).split("\n");
  const src = lines.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
  const progress = await docker.buildImage(
    { context: ".", src },
    {
      t: ECHO_IMAGE,
      dockerfile: "examples/Dockerfile",
      networkmode: "host",
      buildargs: { BUILD_IMAGE: BASE_IMAGE, RUNTIME_IMAGE: BASE_IMAGE, EXAMPLE: "echo" },
    },
  );
  await new Promise((resolve, reject) => {
    docker.modem.followProgress(progress, (error) => (error ? reject(error) : resolve(undefined)));
  });
}

async function leftovers(project: string, network: string): Promise<string[]> {
  const label = [`com.docker.compose.project=${project}`];
  const containers = await docker.listContainers({ all: true, filters: { label } });
  const backends = await docker.listContainers({ all: true, filters: { network: [network] } });
  const { Volumes: volumes } = await docker.listVolumes({ filters: { label } });
  return [...[...containers, ...backends].map(({ Id }) => Id), ...volumes.map(({ Name }) => Name)];
}

async function running(backendId: string): Promise<boolean> {
  return (await docker.getContainer(`hangar-${backendId}`).inspect()).State.Running;
}

test(
  "docker compose up serves sessions, and down leaves nothing",
  async () => {
    const [port, proxyPort] = [await freePort(), await freePort()];
    const name = `hangar-test-${port}`;
    await makeMachineImage(docker, BASE_IMAGE);
    const project = await ComposeProject.create(name, BASE_IMAGE, {
      HANGAR_IMAGE: IMAGE,
      HANGAR_PORT: String(port),
      HANGAR_PROXY_PORT: String(proxyPort),
      HANGAR_CLUSTER: `localhost:${proxyPort}`,
      HANGAR_DRONE: `dr-${port}`,
      HANGAR_PROXY: `px-${port}`,
      HANGAR_NETWORK: name,
      HANGAR_LEASE: "3,5,7,12",
    });
    onTestFinished(async () => {
      await project[Symbol.asyncDispose]();
      await docker.getNetwork(name).remove();
    });
    await project.run("build");
    await buildEcho();
    await project.run("up", "--detach", "--no-build");

    const apiKey = await project.run("exec", "-T", "controller", "node", "-p", READ_ADMIN_KEY);
    const client = createClient({ url: `http://127.0.0.1:${port}`, key: apiKey.trim() });
    await waitFor("a healthy drone", async () => (await client.listDrones())[0]?.healthy, 30_000);
    const session = await client.connect({
      key: { name: "room" },
      spawn: { image: ECHO_IMAGE },
      user: "ada",
      wait: "ready",
    });
    expect(session).toMatchObject({ spawned: true, status: "ready", drone: `dr-${port}` });
    const page = await waitFor("a proxy", () => getPage(session.url).catch(() => undefined));
    expect(page.status).toBe(200);
    expect(JSON.parse(page.text)).toMatchObject({
      headers: { "x-verified-username": "ada" },
      env: { SESSION_BACKEND_ID: session.backend_id, SESSION_BACKEND_KEY: "room" },
    });
    expect(await project.run("exec", "-T", "controller", "hangar", "ls")).toContain(
      session.backend_id,
    );

    // The whole container of the drone: only a guard that is not in it can end what it leaves.
    await project.run("kill", "drone");
    const hasEnded = async () => (await running(session.backend_id)) === false;
    await waitFor("the guard to end the backend", hasEnded, 30_000);
    await project.run("up", "--detach", "--no-build", "drone");
    const isGone = async () => (await client.status(session.backend_id)).status === "terminated";
    await waitFor("the backend's end", isGone, 30_000);
    await project.run("down", "--volumes");
    // What it has answered is judged with that of all other controllers.
    const told = await readFile(tellingEnv().HEARD_ANSWERS_FILE ?? "", "utf8");
    expect(told).toContain("/v1/backends/:id/status");
    expect(await leftovers(name, name)).toEqual([]);
  },
  TIMEOUT_MS,
);
