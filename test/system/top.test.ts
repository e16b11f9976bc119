import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { aSummary, ID, OTHER_ID } from "../cli/fixtures.ts";
import { answer, scriptedApi } from "../client/scripted-api.ts";
import { waitFor } from "../harness/wait-for.ts";

const PATIENCE_MS = 30_000;
const OTHER_SCREEN = "\u001b[?1049h";
const OWN_SCREEN = "\u001b[?25h\u001b[?1049l";

const sample = (backend_id: string, cpu: number, memory_bytes: number) => ({
  ...{ backend_id, at: 1, cpu, cpu_limit: 1, memory_bytes, memory_limit_bytes: null, pids: 1 },
  ...{ network_received_bytes: null, network_sent_bytes: null },
  ...{ disk_read_bytes: null, disk_written_bytes: null, open_connections: 0 },
});

/** In a terminal of its own, whose settings are shown before and after, as a shell would find them. */
function openTop(url: string) {
  const top = `"${process.execPath}" --import tsx src/cli/main.ts top --url ${url} --api-key hak_1`;
  const command = `stty rows 20 cols 90; stty -g; ${top}; echo "code $?"; stty -g`;
  const stdio = ["pipe", "pipe", 2] as const;
  const child = spawn("script", ["-qefc", command, "/dev/null"], { stdio: [...stdio] });
  const closed = once(child, "close");
  onTestFinished(() => void child.kill("SIGKILL"));
  let shown = "";
  child.stdout?.on("data", (text) => {
    shown += String(text);
  });
  return {
    closed,
    shown: () => shown,
    type: (text: string) => void child.stdin?.write(text),
    /** The keys of the rows, in the order in which they were drawn last. */
    rows: () =>
      [...(shown.split("\u001b[H").at(-1) ?? "").matchAll(/^(doc-\d)/gm)].map(([, key]) => key),
  };
}

test.each([
  ["q", "q"],
  ["Ctrl-C", "\u0003"],
])(
  "top has the terminal to itself, keys sort it, and %s gives it back as it was",
  async (_name, key) => {
    const [one, two] = [ID, OTHER_ID].map((id, index) =>
      aSummary({ id, key: { name: `doc-${index + 1}`, namespace: "", tag: "" } }),
    );
    await using api = await scriptedApi({
      "GET /v1/metrics": answer({ metrics: [sample(ID, 0.9, 1), sample(OTHER_ID, 0.1, 2_048)] }),
      "GET /v1/backends": answer({ backends: [one, two], next_cursor: null }),
    });
    const { closed, shown, type, rows } = openTop(api.url);
    await waitFor("the rows", () => rows().join() === "doc-1,doc-2", PATIENCE_MS);
    type("m");
    await waitFor("another order", () => rows().join() === "doc-2,doc-1", PATIENCE_MS);
    type(key);
    await closed;
    const [before = "", after = ""] = shown().split(OTHER_SCREEN);
    const [, rest = ""] = after.split(OWN_SCREEN);
    expect(rest).toContain("code 0");
    const settings = (text: string) => /^[0-9a-f]+(:[0-9a-f]+){5,}/m.exec(text)?.[0];
    expect(settings(before)).toBeDefined();
    expect(settings(rest)).toBe(settings(before));
  },
);
