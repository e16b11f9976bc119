import type { Command } from "commander";
import { CliError } from "../cli-error.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
import { addJoinSettings, type JoinSettings, readJoinKey } from "../settings/join-settings.ts";
import { addLogSettings, type LogSettings } from "../settings/log-settings.ts";
import { parseDnsName } from "../settings/parse-dns-name.ts";
import { parseListenPort } from "../settings/parse-number.ts";
import { setting } from "../settings/setting.ts";
import { examples } from "./examples.ts";

interface DnsOptions extends JoinSettings, LogSettings {
  host: string;
  port: number;
  zone?: string;
  nameServer?: string;
}

export function addDns(program: Command, context: Context): void {
  const command = program
    .command("dns")
    .summary("start a name server: it shows a CA that a cluster's name is yours")
    .description(
      "Start a name server, by UDP and TCP, that answers the challenges of certificate orders. Delegate _acme-challenge.<cluster> to it with an NS record; or delegate a zone of its own, name that with --zone, and make _acme-challenge.<cluster> a CNAME of <cluster>.<zone>.",
    )
    .addOption(setting("--host <address>", "where it listens").default("0.0.0.0"))
    .addOption(setting("--port <port>", "where it listens").default(53).argParser(parseListenPort))
    .addOption(
      setting("--zone <name>", "the zone that is delegated to it; default: none").argParser(
        parseDnsName,
      ),
    )
    .addOption(
      setting(
        "--name-server <name>",
        "its own name, as the NS record has it; not one within the zone",
      ).argParser(parseDnsName),
    );
  addJoinSettings(command, "proxy");
  addLogSettings(command)
    .addHelpText(
      "after",
      examples([
        "hangar dns --zone acme.example.net --name-server ns.example.net",
        "Answer for every cluster that has `_acme-challenge.<cluster> CNAME <cluster>.acme.example.net`.",
      ]),
    )
    .action(async (options: DnsOptions) => {
      refuseOwnZone(options);
      const key = await readJoinKey(options, "proxy");
      const { serve } = await import("../serve/serve.ts");
      const { startDns } = await import("../../../dns/index.ts");
      const { controller: controllerUrl, host, port, zone, nameServer } = options;
      await serve(context, options, (deps) =>
        startDns(deps, {
          controllerUrl,
          key,
          host,
          port,
          ...(zone === undefined ? {} : { zone }),
          ...(nameServer === undefined ? {} : { nameServer }),
        }),
      );
    });
}

/** Who asks for such a name would have to ask this server where this server is, and be told nothing. */
function refuseOwnZone({ zone, nameServer }: DnsOptions): void {
  if (zone === undefined || nameServer === undefined) return;
  if (nameServer !== zone && !nameServer.endsWith(`.${zone}`)) return;
  throw new CliError(
    `--name-server ${nameServer} is within the zone ${zone}, which has no addresses.`,
    {
      exitCode: EXIT.usage,
      hints: ["Give it a name in another zone, and that name an A record there."],
    },
  );
}
