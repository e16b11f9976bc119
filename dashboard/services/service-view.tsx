import { useSignal } from "@preact/signals";
import { useLocation } from "wouter-preact";
import type { Service } from "../../src/protocol/service.ts";
import { useLoad } from "../api/use-load.ts";
import { useDashboard } from "../app/dashboard.ts";
import { useShortcuts } from "../app/use-shortcuts.ts";
import { useTitle } from "../app/use-title.ts";
import { formatMoment } from "../format/format.ts";
import { Ago } from "../ui/age.tsx";
import { BackLink } from "../ui/back-link.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { Failed, Loading } from "../ui/states.tsx";
import { DeleteServiceDialog } from "./delete-service-dialog.tsx";
import { EnvironmentTable } from "./environment-table.tsx";
import { ServiceFacts } from "./service-facts.tsx";
import "./services.css";

const EVERY_MS = 10_000;

export function ServiceView({ account, name }: { account: string; name: string }) {
  const { api } = useDashboard();
  const [, navigate] = useLocation();
  const { value, error, reload } = useLoad(
    (signal) => api.client.getService({ account, name }, { signal }),
    [account, name],
    EVERY_MS,
  );
  useTitle(name);
  useShortcuts({ back: () => navigate("/services") });
  return (
    <div class="view">
      <BackLink href="/services">Services</BackLink>
      {value.value !== undefined ? (
        <Found service={value.value} />
      ) : (
        <>
          <h1 class="visually-hidden">Service {name}</h1>
          <div class="panel">
            {error.value === undefined ? (
              <Loading what="the service" lines={8} />
            ) : (
              <Failed error={error.value} onRetry={reload} />
            )}
          </div>
        </>
      )}
    </div>
  );
}

function Found({ service }: { service: Service }) {
  const { may } = useDashboard();
  const [, navigate] = useLocation();
  const isAsking = useSignal(false);
  const { account, name, last_spawned_at: spawnedAt } = service;
  return (
    <>
      <div class="view-head">
        <h1>
          <span class="namespace">{account}/</span>
          {name}
        </h1>
        <p class="muted">
          {spawnedAt === null ? (
            "nothing spawned yet"
          ) : (
            <>
              last spawn <Ago at={spawnedAt} />
            </>
          )}
        </p>
        {may.manageServices && (
          <button type="button" class="button danger" onClick={() => (isAsking.value = true)}>
            Delete…
          </button>
        )}
      </div>
      <div class="service-columns">
        <ServiceFacts service={service} />
        <div class="service-side">
          <EnvironmentTable service={service} />
          <Images images={service.images} />
        </div>
      </div>
      {isAsking.value && (
        <DeleteServiceDialog
          service={service}
          onClose={() => (isAsking.value = false)}
          onDeleted={() => navigate("/services")}
        />
      )}
    </>
  );
}

function Images({ images }: Pick<Service, "images">) {
  return (
    <section class="panel" aria-label="Images">
      <div class="panel-head">
        <h2>Images that it was told to use</h2>
      </div>
      {images.length === 0 ? (
        <p class="panel-body muted">None yet.</p>
      ) : (
        <ol class="image-list">
          {images.map(({ image, used_at }) => (
            <li key={image}>
              <code class="ellipsis" title={image}>
                {image}
              </code>
              <CopyButton text={image} label={`Copy ${image}`} />
              <span class="muted nowrap" title={formatMoment(used_at)}>
                <Ago at={used_at} />
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
