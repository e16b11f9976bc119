import { expect, test } from "vitest";
import { takeKeys } from "./balancer.ts";
import { makeDatabase } from "./database.ts";
import { endInOrder } from "./serving.ts";
import type { Stage } from "./stage.ts";
import { visitorsOf } from "./visitors.ts";
import { Walk } from "./walk.ts";

const SLOW = { timeout: 300_000 };
const API = "http://127.0.0.1:8080";
/** As docs/production.md shows it, where `hangar dns` runs beside the controller. */
const ZONE = `acme.example.net. NS ns.example.net.
ns.example.net. A 10.0.0.2
_acme-challenge.sessions.example.com. CNAME sessions.example.com.acme.example.net.
`;

export function readmeSuite(stage: () => Stage): void {
  test("README.md's machines serve, with either database, and get certificates", SLOW, async () => {
    const { clear, database, world } = stage();
    await clear();
    const walk = new Walk(stage(), "README.md");
    const { connect, endAll, visit } = visitorsOf(world, API);
    await world.setZone("10.0.2.3");
    const started = () => takeKeys(world.at("controller"), world.folder);
    const [first, ...others] = await walk.serveAll("--advertise", { started });
    if (first === undefined) throw new Error("no controller was started");
    const session = await connect("doc-42");
    expect((await visit(session.url)).env.SESSION_BACKEND_KEY).toBe("doc-42");
    await endAll();
    await endInOrder(first, ...others);

    await clear();
    await makeDatabase(world.at("db"), database);
    const controller = await walk.serve("--database");
    await world.setZone("10.0.0.2", ZONE);
    const [dns, proxy] = await walk.serveAll("--acme-email");
    if (proxy === undefined || dns === undefined) throw new Error("one was not started");
    await proxy.until(/certificate is served/);
    const page = await world.at("second").run("curl --silent https://sessions.example.com/health");
    expect(page.code).toBe(0);
    await endInOrder(controller, dns, proxy);
    // Those of one box are typed there.
    expect(walk.left().filter(({ name }) => name !== "box")).toEqual([]);
  });
}
