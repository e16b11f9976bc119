import type { ComponentChildren } from "preact";
import { HangarError } from "../../src/client/hangar-error.ts";
import { Icon } from "./icon.tsx";
import type { IconName } from "./icon-paths.ts";
import "./states.css";

interface EmptyProps {
  icon: IconName;
  title: string;
  children?: ComponentChildren;
}

/** Nothing is there, and that is no error. */
export function Empty({ icon, title, children }: EmptyProps) {
  return (
    <div class="state">
      <span class="state-arch">
        <Icon name={icon} size={22} />
      </span>
      <h2>{title}</h2>
      {children !== undefined && <div class="state-text">{children}</div>}
    </div>
  );
}

export function Failed({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const { code, id } = error instanceof HangarError ? error : { code: undefined, id: undefined };
  return (
    <div class="state" data-tone="failed" role="alert">
      <span class="state-arch">
        <Icon name="warning" size={22} />
      </span>
      <h2>{error.message}</h2>
      {code !== undefined && (
        <p class="state-text">
          <code>{code}</code>
          {id !== undefined && (
            <>
              {" "}
              as <code>{id}</code> in the controller's log
            </>
          )}
        </p>
      )}
      <button type="button" class="button" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}

/** Lines where something is about to be. */
export function Loading({ lines = 6, what }: { lines?: number; what: string }) {
  return (
    <div class="skeleton" role="status">
      <span class="visually-hidden">Loading {what}</span>
      {Array.from({ length: lines }, (_, index) => index).map((line) => (
        <span key={line} class="skeleton-line" />
      ))}
    </div>
  );
}
