import { expect, test } from "vitest";
import { echoed, getPage, openWebSocket } from "../../scripts/localhost.ts";
import { HangarProcesses } from "./hangar-processes.ts";
import { OtherMachine } from "./other-machine.ts";

test("a proxy on another machine reaches backends by the one address that their drone advertises", async () => {
  await using machine = await OtherMachine.start();
  await using hangar = await HangarProcesses.start({
    host: machine.here,
    droneWords: ["--advertise", machine.here],
    remoteProxy: { host: machine.there, run: machine.run },
  });
  const session = await hangar.client.connect({ spawn: { image: "hangar/echo" }, wait: "ready" });
  const { address } = await hangar.client.getBackend(session.backend_id);
  expect(address?.host).toBe(machine.here);
  const [container] = await hangar.containers();
  expect(container?.Ports.map(({ IP }) => IP)).toEqual([machine.here]);

  const url = `${hangar.proxyUrl}/${session.token}/`;
  const host = `${session.backend_id}.${hangar.cluster}`;
  const page = await getPage(url, { host });
  expect(page.status).toBe(200);
  expect(page.text).toContain(session.backend_id);
  const socket = await openWebSocket(url, { host });
  expect(await echoed(socket, "from far away")).toBe(true);
  socket.close();
});
