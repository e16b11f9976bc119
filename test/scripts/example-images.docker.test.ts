import Docker from "dockerode";
import { expect, onTestFinished, test } from "vitest";
import { exampleNames } from "../../scripts/example-files.ts";
import { ensureExampleImages } from "../../scripts/example-images.ts";
import { waitFor } from "../harness/wait-for.ts";

const docker = new Docker();

test("images that are up to date are left as they are", async () => {
  const [before] = await docker.listImages({ filters: { reference: ["hangar/echo:latest"] } });
  expect(await ensureExampleImages()).toEqual([]);
  const [after] = await docker.listImages({ filters: { reference: ["hangar/echo:latest"] } });
  expect(after?.Id).toBe(before?.Id);
});

test.each(exampleNames())(
  "hangar/%s serves without privileges, and leaves on SIGTERM",
  async (name) => {
    const container = await docker.createContainer({
      Image: `hangar/${name}`,
      Env: ["PORT=9000"],
      HostConfig: {
        ReadonlyRootfs: true,
        CapDrop: ["ALL"],
        SecurityOpt: ["no-new-privileges"],
        PidsLimit: 64,
      },
    });
    onTestFinished(() => container.remove({ force: true }));
    await container.start();
    const { NetworkSettings, Config } = await container.inspect();
    expect(Config.User).toBe("65534:65534");
    const url = `http://${NetworkSettings.Networks.bridge?.IPAddress}:9000/`;
    const answer = await waitFor("an answer", () => fetch(url).catch(() => undefined));
    expect(answer.status).toBe(200);
    await container.stop({ t: 5 });
    expect((await container.inspect()).State.ExitCode).toBe(0);
  },
);
