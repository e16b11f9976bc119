import type { ComponentChildren } from "preact";
import "./field.css";

interface FieldProps {
  id: string;
  label: string;
  /** Said below, also to screen readers, and replaced by the problem if there is one. */
  hint?: string | undefined;
  problem?: string | undefined;
  children: ComponentChildren;
}

/** A label, a control with that id, and what is to be said about it. */
export function Field({ id, label, hint, problem, children }: FieldProps) {
  return (
    <div class="field" data-problem={problem !== undefined || undefined}>
      <label for={id}>{label}</label>
      {children}
      {(problem ?? hint) !== undefined && (
        <p class="field-note" id={`${id}-note`}>
          {problem ?? hint}
        </p>
      )}
    </div>
  );
}

interface TextFieldProps extends Omit<FieldProps, "children"> {
  value: string;
  onInput: (value: string) => void;
  type?: "text" | "password";
  inputMode?: "text" | "numeric" | "decimal";
  placeholder?: string;
  /** More than 1 makes it an area. */
  rows?: number;
  isRequired?: boolean;
  list?: string;
  isMono?: boolean;
  autocomplete?: "off" | "current-password";
}

export function TextField(props: TextFieldProps) {
  const { id, label, hint, problem, value, onInput, rows = 1, isMono, isRequired } = props;
  const common = {
    id,
    value,
    placeholder: props.placeholder,
    spellcheck: false,
    autocapitalize: "off",
    autocomplete: props.autocomplete ?? "off",
    required: isRequired,
    class: isMono ? "input mono" : "input",
    "aria-invalid": problem !== undefined,
    "aria-describedby": (problem ?? hint) === undefined ? undefined : `${id}-note`,
    onInput: (event: { currentTarget: { value: string } }) => onInput(event.currentTarget.value),
  } as const;
  return (
    <Field id={id} label={label} hint={hint} problem={problem}>
      {rows > 1 ? (
        <textarea {...common} rows={rows} />
      ) : (
        <input
          {...common}
          type={props.type ?? "text"}
          inputMode={props.inputMode}
          list={props.list}
        />
      )}
    </Field>
  );
}
