import type { CreateServiceRequest, Service } from "../../protocol/service.ts";
import type { CreateServiceOptions, ServiceOptions } from "../commands/add-services.ts";
import { spawnFields } from "../connect/to-connect-request.ts";
import type { Context } from "../context.ts";
import { renderService, renderServices } from "../render/render-services.ts";
import { openClient } from "../settings/client-settings.ts";

export async function runCreateService(
  context: Context,
  options: CreateServiceOptions,
  name: string,
  command: readonly string[],
): Promise<void> {
  const { account, image, environment = {} } = options;
  const request: CreateServiceRequest = {
    ...(account === undefined ? {} : { account }),
    name,
    spawn: { ...spawnFields(options, command), ...(image === undefined ? {} : { image }) },
    environments: Object.fromEntries(
      Object.entries(environment).map(([each, image]) => [each, { image }]),
    ),
  };
  const client = await openClient(options);
  const service = await client.createService(request, { signal: context.stop });
  show(context, options, service);
}

export async function runListServices(
  { terminal: { out, err }, stop }: Context,
  options: ServiceOptions,
): Promise<void> {
  const client = await openClient(options);
  const services = await client.listServices(options.account, { signal: stop });
  if (options.json === true) {
    out.line(JSON.stringify(services));
  } else if (services.length === 0) {
    err.line("There is no service yet. `hangar services create` makes one.");
  } else {
    out.line(renderServices(services, Date.now(), out.colors));
  }
}

export async function runInspectService(
  context: Context,
  options: ServiceOptions,
  name: string,
): Promise<void> {
  const client = await openClient(options);
  const { account } = options;
  show(context, options, await client.getService({ account, name }, { signal: context.stop }));
}

export async function runRemoveService(
  { terminal: { out, err }, stop }: Context,
  options: ServiceOptions,
  name: string,
): Promise<void> {
  const client = await openClient(options);
  const { account } = options;
  const service = await client.deleteService({ account, name }, { signal: stop });
  if (options.json === true) out.line(JSON.stringify(service, null, 2));
  else err.line(`${service.namespace} is deleted; its backends live on.`);
}

function show({ terminal: { out } }: Context, { json }: ServiceOptions, service: Service): void {
  out.line(
    json === true
      ? JSON.stringify(service, null, 2)
      : renderService(service, Date.now(), out.colors),
  );
}
