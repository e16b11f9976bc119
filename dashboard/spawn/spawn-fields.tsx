import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import type { Access } from "../../src/protocol/spawn-config.ts";
import { useDashboard } from "../app/dashboard.ts";
import { Field, TextField } from "../ui/field.tsx";
import type { Problems, SpawnForm } from "./spawn-request.ts";

interface FieldsProps {
  form: SpawnForm;
  problems: Problems;
  onChange: (changes: Partial<SpawnForm>) => void;
}

type TextName = Exclude<keyof SpawnForm, "access">;

export function SpawnFields({ form, problems, onChange }: FieldsProps) {
  const { book } = useDashboard();
  const images = useMemo(
    () => [...new Set(Array.from(book.rows.values(), ({ backend }) => backend.image))].sort(),
    [book.version.value],
  );
  const text = (name: TextName) => ({
    id: `spawn-${name}`,
    value: form[name],
    problem: problems[name],
    onInput: (value: string) => onChange({ [name]: value }),
  });
  return (
    <>
      <Group title="What runs">
        <TextField
          {...text("image")}
          label="Image"
          isMono
          isRequired
          list="known-images"
          hint="An image reference; with the process runtime, the name of an app."
        />
        <datalist id="known-images">
          {images.map((image) => (
            <option key={image} value={image} />
          ))}
        </datalist>
        <TextField
          {...text("command")}
          label="Command"
          isMono
          hint="In place of the image's own; quotes hold words together."
        />
        <TextField
          {...text("env")}
          label="Env"
          isMono
          rows={4}
          placeholder={"NAME=value"}
          hint="One a line. Values are never shown again."
        />
        <TextField
          {...text("port")}
          label="Port"
          inputMode="numeric"
          hint="Where it listens, given as PORT. Default: 8080."
        />
      </Group>
      <Group title="What it is for">
        <TextField
          {...text("keyName")}
          label="Key"
          hint="A key's live backend is found again. Empty: a backend of its own."
        />
        <div class="field-pair">
          <TextField {...text("namespace")} label="Namespace" />
          <TextField {...text("tag")} label="Tag" />
        </div>
        <TextField {...text("user")} label="User" hint="Given to it as x-verified-username." />
        <AccessField access={form.access} onChange={(access) => onChange({ access })} />
        <TextField {...text("subdomain")} label="Subdomain" hint="A host label beside its id." />
      </Group>
      <Group title="How long, and how much">
        <TextField
          {...text("maxIdle")}
          label="Ends when idle for, in seconds"
          inputMode="numeric"
          hint="Empty: never."
        />
        <TextField
          {...text("lifetime")}
          label="Ends in any case after, in seconds"
          inputMode="numeric"
          hint="Empty: never."
        />
        <div class="field-pair">
          <TextField {...text("cpus")} label="CPUs" inputMode="decimal" hint="Empty: no limit." />
          <TextField
            {...text("memoryMib")}
            label="Memory, MiB"
            inputMode="numeric"
            hint="Empty: no limit."
          />
        </div>
        <TextField {...text("pool")} label="Pool" hint="Of drones. Empty: the one of no name." />
        <TextField
          {...text("labels")}
          label="Labels"
          isMono
          rows={3}
          placeholder={"name=value"}
          hint="One a line."
        />
      </Group>
    </>
  );
}

function AccessField({ access, onChange }: { access: Access; onChange: (access: Access) => void }) {
  return (
    <Field id="spawn-access" label="Access">
      <select
        id="spawn-access"
        class="input"
        value={access}
        onChange={(event) => onChange(event.currentTarget.value === "public" ? "public" : "token")}
      >
        <option value="token">token: whoever has the URL's token</option>
        <option value="public">public: whoever knows its host</option>
      </select>
    </Field>
  );
}

function Group({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <fieldset class="panel spawn-group">
      <legend class="visually-hidden">{title}</legend>
      <div class="panel-head" aria-hidden="true">
        <span class="group-title">{title}</span>
      </div>
      <div class="panel-body stack">{children}</div>
    </fieldset>
  );
}
