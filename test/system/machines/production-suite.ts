import { expect, test } from "vitest";
import { waitFor } from "../../harness/wait-for.ts";
import { startBalancer } from "./balancer.ts";
import { boxSuite } from "./box-suite.ts";
import { PASSWORD } from "./database.ts";
import { endInOrder } from "./serving.ts";
import type { Stage } from "./stage.ts";
import { typeElsewhere } from "./type-elsewhere.ts";
import { visitorsOf } from "./visitors.ts";
import { Walk } from "./walk.ts";

const SLOW = { timeout: 300_000 };
const DOCUMENT = "docs/production.md";
const API = "https://hangar.example.com";

/** docs/production.md, on one box and on several machines. */
export function productionSuite(stage: () => Stage): void {
  let document: Walk | undefined;
  const walkThrough = () => {
    document ??= new Walk(stage(), DOCUMENT);
    return document;
  };
  boxSuite(stage, walkThrough);

  test("several machines serve, and come back from a backup", SLOW, async () => {
    const { clear, database, world } = stage();
    await clear();
    const walk = walkThrough();
    const { connect, endAll, hangar, visit } = visitorsOf(world, API);
    const input = `${PASSWORD}\n${PASSWORD}\n`;
    await walk.run("createuser", { env: database.superuser, input });
    await walk.run("hangar migrate");
    const controller = await walk.serve("hangar controller");
    const balancer = await startBalancer(world.at("balancer"), walk.block("haproxy", "httpchk"));

    await walk.run("--scope drone");
    const drone = await walk.serve("hangar drone");
    await walk.run("--scope proxy");
    await world.setZone("10.0.2.3", walk.block("zone", "acme.example.net").text);
    const dns = await walk.serve("hangar dns");
    const proxy = await walk.serve("--acme-email");
    await proxy.until(/certificate is served/);
    const kept = await connect("kept");
    expect((await visit(kept.url)).env.SESSION_BACKEND_ID).toBe(kept.backend_id);
    await walk.run("pg_dump");

    await endInOrder(dns, proxy);
    const behind = await walk.serve("--proxy-protocol");
    const front = await startBalancer(world.at("front"), walk.block("haproxy", "send-proxy"));
    await world.setZone("10.0.2.9");
    await typeElsewhere(stage());
    const later = await connect("later");
    expect((await visit(later.url)).headers["x-forwarded-for"]).toBe("10.0.0.3");

    await endInOrder(controller);
    await walk.run("pg_restore");
    const restored = await walk.serve("hangar controller");
    const containers = async () =>
      await world.at("box").ask("docker ps --format '{{.Names}}' --filter label=dev.hangar.drone");
    const laterIsGone = async () => !(await containers()).includes(later.backend_id);
    await waitFor("what the backup does not know to end", laterIsGone, 30_000);
    expect(await containers()).toContain(kept.backend_id);
    expect(await hangar(`status ${kept.backend_id}`)).toMatchObject({ status: "ready" });
    expect((await visit(kept.url)).env.SESSION_BACKEND_ID).toBe(kept.backend_id);

    await endAll();
    await endInOrder(restored, drone, behind);
    await front.stop();
    await balancer.stop();
  });

  test("nothing that it shows was left out", () => {
    expect(walkThrough().left()).toEqual([]);
  });
}
