import { expect, test } from "vitest";
import { docBlocks } from "../../harness/doc-blocks.ts";
import { startBalancer, takeKeys } from "./balancer.ts";
import { makeDatabase } from "./database.ts";
import type { Service, ShellOptions } from "./machine.ts";
import { endInOrder, startServing } from "./serving.ts";
import type { ShownLines } from "./shown-lines.ts";
import type { Stage } from "./stage.ts";
import { TypedLines } from "./typed-lines.ts";
import type { MachineName } from "./world.ts";

const SLOW = { timeout: 300_000 };
const API = { name: "balancer", kind: "haproxy" };

/** Every example of every `--help`, and what the documents show for one box, as it stands. */
export function helpSuite(stage: () => Stage, { serving, ended }: ShownLines): void {
  const started = new Set<string>();
  /** What serves on while the rest is typed. */
  const staying: Service[] = [];
  const typed = new TypedLines(stage);

  /** Starts the one that looks so. */
  const start = async (look: RegExp, on: MachineName, options?: ShellOptions) => {
    const found = serving.filter((line) => look.test(line));
    expect(found, `${look}`).toHaveLength(1);
    const [line = ""] = found;
    started.add(line);
    return await startServing(stage().world.at(on), line, options);
  };

  test("what one box serves, it serves until it is stopped", SLOW, async () => {
    const box = stage().world.at("box");
    await endInOrder(await start(/^hangar up$/, "box"));
    await endInOrder(await start(/^hangar up --runtime/, "box"));
    await endInOrder(await start(/^hangar dev \.\/app$/, "box"));
    await endInOrder(await start(/^hangar dev .*--sync/, "box"));
    await endInOrder(await start(/^hangar dev .*--json/, "box", { cwd: `${box.home}/app` }));
    // Where a drone is installed, its data dir is there.
    await box.ask("mkdir --parents /var/lib/hangar");
    await endInOrder(await start(/^hangar guard/, "box"));
  });

  test("what several machines serve leads a browser to a backend", SLOW, async () => {
    const { stack, world } = stage();
    const { folder: cwd } = world;
    const controller = world.at("controller");
    staying.push(await start(/^hangar controller/, "controller"));
    await takeKeys(controller, cwd);
    const blocks = docBlocks("docs/production.md");
    const balancer = blocks.find(({ kind, name }) => kind === API.kind && name === API.name);
    const zone = blocks.find(({ kind }) => kind === "zone");
    if (balancer === undefined || zone === undefined) throw new Error("a block is missing");
    const api = await startBalancer(world.at("balancer"), balancer);
    stack.defer(async () => void (await api.stop()));

    const drone = await start(/^hangar drone --controller/, "box", { cwd });
    const proxy = await start(/^hangar proxy .*--tls-cert/, "proxy", { cwd });
    const url = await controller.ask("hangar connect --image hangar/echo --wait --quiet");
    const page = await world.at("second").ask(`curl --fail --silent ${url}`);
    expect(page).toContain("x-verified-path");
    await controller.ask("hangar terminate --all --hard --wait");
    await endInOrder(proxy, drone);

    const { home } = world.at("box");
    await endInOrder(await start(/^hangar drone --runtime/, "controller", { cwd: home }));
    await world.setZone("10.0.0.2", zone.text);
    const dns = await start(/^hangar dns/, "ns", { cwd });
    const acme = await start(/^hangar proxy .*--acme-directory/, "controller");
    await acme.until(/certificate is served/);
    await endInOrder(dns, acme);
  });

  test("a box on which Hangar runs, and what it is to find", SLOW, async () => {
    const { database, world } = stage();
    await makeDatabase(world.at("db"), database);
    await typed.prepare();
    staying.push(await startServing(world.at("box"), "hangar up"));
  });

  test.each(ended)("%s", SLOW, (line) => typed.type(line));

  test.each(serving.filter((line) => /-f\b/.test(line)))("%s", SLOW, async (line) => {
    started.add(line);
    await typed.follow(line);
  });

  test("nothing was left out, and all that serves ends in order", SLOW, async () => {
    expect([...started].toSorted()).toEqual(serving.toSorted());
    expect(typed.unused()).toEqual([]);
    expect(await typed.opened()).toMatch(/^http:\/\/\w+\.localhost:9090\/hct_/);
    await stage().world.at("box").ask("hangar terminate --all --hard --wait");
    await endInOrder(...staying);
  });
}
