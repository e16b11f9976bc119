import { Link } from "wouter-preact";
import { useLoad } from "../api/use-load.ts";
import { useDashboard } from "../app/dashboard.ts";
import { Command } from "../ui/command.tsx";
import { Icon } from "../ui/icon.tsx";
import { Empty } from "../ui/states.tsx";
import { type FirstStep, firstStep } from "./first-steps.ts";

const EVERY_MS = 3_000;

/** Nothing lives here yet: what to do about it. */
export function Welcome({ onShowEnded }: { onShowEnded: () => void }) {
  const { may } = useDashboard();
  return (
    <Empty icon="backends" title="No live backends">
      {may.readCluster ? <NextStep /> : <p>A connect spawns one.</p>}
      <div class="welcome-actions">
        {may.connect && (
          <Link href="/spawn" class="button">
            <Icon name="spawn" size={14} /> Spawn one here
          </Link>
        )}
        <button type="button" class="button" onClick={onShowEnded}>
          Show those that have ended
        </button>
      </div>
    </Empty>
  );
}

function NextStep() {
  const { api } = useDashboard();
  const { value } = useLoad(
    async (signal) => {
      const [{ name }, drones] = await Promise.all([
        api.client.cluster({ signal }),
        api.client.listDrones({ signal }),
      ]);
      return firstStep({ origin: location.origin, cluster: name, drones });
    },
    [api],
    EVERY_MS,
  );
  return value.value === undefined ? null : <Step step={value.value} />;
}

function Step({ step }: { step: FirstStep }) {
  switch (step.kind) {
    case "start-drone":
      return (
        <div class="welcome">
          <p>No drone has joined yet, and drones run backends. On a machine with Docker:</p>
          <Command text={step.command} />
          <p>
            <code>hangar keys create drone --scope drone</code> makes the key for it.
          </p>
        </div>
      );
    case "heal-drone":
      return (
        <p>
          No drone can take one: {step.because}. <Link href="/drones">See the drones</Link>.
        </p>
      );
    case "connect":
      return (
        <div class="welcome">
          <p>A connect spawns one, and prints the URL that opens it:</p>
          <Command text={step.command} />
          <p>From your app's server it is one request:</p>
          <Command text={step.request} label="Copy the request" />
        </div>
      );
    default:
      return step satisfies never;
  }
}
