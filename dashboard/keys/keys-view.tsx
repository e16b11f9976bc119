import { useSignal } from "@preact/signals";
import type { ApiKey, CreatedApiKey } from "../../src/protocol/api-key.ts";
import { useLoad } from "../api/use-load.ts";
import { useDashboard } from "../app/dashboard.ts";
import { useTitle } from "../app/use-title.ts";
import { formatAge, formatMoment } from "../format/format.ts";
import { Ago } from "../ui/age.tsx";
import { Icon } from "../ui/icon.tsx";
import { LoadedPanel } from "../ui/loaded-panel.tsx";
import { second } from "../ui/now.ts";
import { RecordTable, type TableColumn } from "../ui/record-table.tsx";
import { Empty } from "../ui/states.tsx";
import { Tags } from "../ui/tags.tsx";
import { CreateKeyDialog } from "./create-key-dialog.tsx";
import { rateText } from "./key-request.ts";
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
  const columns: readonly TableColumn<ApiKey>[] = [
    {
      name: "Name",
      kind: "row",
      cell: ({ id, name }) => (
        <>
          {name} {id === session.key.id && <span class="muted">(yours)</span>}
        </>
      ),
    },
    { name: "Scopes", cell: ({ scopes }) => <Tags texts={scopes} /> },
    { name: "Namespace", cell: ({ namespace }) => namespace ?? <Usual text="all" /> },
    {
      name: "Rate limit",
      cell: ({ rate_limit }) =>
        rate_limit === null ? <Usual text="the controller's" /> : rateText(rate_limit),
    },
    {
      name: "Last used",
      cell: ({ last_used_at: at }) => (at === null ? <Usual text="never" /> : <Ago at={at} />),
    },
    { name: "Created", cell: ({ created_at }) => <Ago at={created_at} /> },
    { name: "Expires", cell: ({ expires_at: at }) => <Expiry at={at} /> },
    {
      name: "Revoke",
      kind: "actions",
      cell: (key) => (
        <button
          type="button"
          class="button small"
          aria-label={`Revoke ${key.name}`}
          onClick={() => onRevoke(key)}
        >
          Revoke…
        </button>
      ),
    },
  ];
  return <RecordTable label="API keys" columns={columns} rows={keys} idOf={({ id }) => id} />;
}

function Expiry({ at }: { at: number | null }) {
  const { api } = useDashboard();
  second.value;
  if (at === null) return <Usual text="never" />;
  const left = at - api.clock.now();
  return (
    <time dateTime={new Date(at).toISOString()} title={formatMoment(at)} class="nowrap">
      {left > 0 ? `in ${formatAge(left)}` : "has expired"}
    </time>
  );
}

/** What most have, and thus not what somebody looks for. */
function Usual({ text }: { text: string }) {
  return <span class="muted">{text}</span>;
}
