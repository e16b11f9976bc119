import { useSignal } from "@preact/signals";
import type { ApiKey, CreatedApiKey } from "../../src/protocol/api-key.ts";
import { useLoad } from "../api/use-load.ts";
import { useDashboard } from "../app/dashboard.ts";
import { useTitle } from "../app/use-title.ts";
import { formatMoment } from "../format/format.ts";
import { LoadedPanel } from "../peers/loaded-panel.tsx";
import { Age } from "../ui/age.tsx";
import { Icon } from "../ui/icon.tsx";
import { Empty } from "../ui/states.tsx";
import { CreateKeyDialog } from "./create-key-dialog.tsx";
import { NewKeyDialog } from "./new-key-dialog.tsx";
import { RevokeKeyDialog } from "./revoke-key-dialog.tsx";
import "./keys.css";

type Open =
  | { readonly kind: "create" }
  | { readonly kind: "created"; readonly key: CreatedApiKey }
  | { readonly kind: "revoke"; readonly key: ApiKey };

export function KeysView() {
  useTitle("API keys");
  const { api } = useDashboard();
  const loaded = useLoad((signal) => api.client.listApiKeys({ signal }), [api]);
  const open = useSignal<Open | undefined>(undefined);
  const close = () => {
    open.value = undefined;
    loaded.reload();
  };
  const { value } = open;
  return (
    <div class="view">
      <div class="view-head">
        <h1>API keys</h1>
        <span class="spring" />
        <button
          type="button"
          class="button primary"
          onClick={() => (open.value = { kind: "create" })}
        >
          <Icon name="spawn" size={14} /> Create a key
        </button>
      </div>
      <LoadedPanel what="API keys" loaded={loaded}>
        {(keys) =>
          keys.length === 0 ? (
            <Empty icon="keys" title="There are no API keys" />
          ) : (
            <KeyTable keys={keys} onRevoke={(key) => (open.value = { kind: "revoke", key })} />
          )
        }
      </LoadedPanel>
      {value?.kind === "create" && (
        <CreateKeyDialog
          onClose={close}
          onCreated={(key) => (open.value = { kind: "created", key })}
        />
      )}
      {value?.kind === "created" && <NewKeyDialog apiKey={value.key} onClose={close} />}
      {value?.kind === "revoke" && <RevokeKeyDialog apiKey={value.key} onClose={close} />}
    </div>
  );
}

interface KeyTableProps {
  keys: readonly ApiKey[];
  onRevoke: (key: ApiKey) => void;
}

function KeyTable({ keys, onRevoke }: KeyTableProps) {
  const { session } = useDashboard();
  return (
    <table class="plain-table stacks">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Scopes</th>
          <th scope="col">Namespace</th>
          <th scope="col">Last used</th>
          <th scope="col">Created</th>
          <th scope="col">Expires</th>
          <th scope="col">
            <span class="visually-hidden">Revoke</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {keys.map((key) => (
          <tr key={key.id}>
            <th scope="row">
              {key.name} {key.id === session.key.id && <span class="muted">(yours)</span>}
            </th>
            <td data-label="Scopes">
              <span class="tags">
                {key.scopes.map((scope) => (
                  <span key={scope} class="tag">
                    {scope}
                  </span>
                ))}
              </span>
            </td>
            <td data-label="Namespace">{key.namespace ?? <span class="muted">all</span>}</td>
            <td data-label="Last used">
              {key.last_used_at === null ? "never" : <Ago at={key.last_used_at} />}
            </td>
            <td data-label="Created">
              <Ago at={key.created_at} />
            </td>
            <td data-label="Expires">
              {key.expires_at === null ? "never" : formatMoment(key.expires_at)}
            </td>
            <td class="actions">
              <button
                type="button"
                class="button small"
                aria-label={`Revoke ${key.name}`}
                onClick={() => onRevoke(key)}
              >
                Revoke…
              </button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Ago({ at }: { at: number }) {
  return (
    <span>
      <Age at={at} /> ago
    </span>
  );
}
