import type { FunctionComponent } from "preact";
import { Redirect, Route, Switch } from "wouter-preact";
import { AuditView } from "../audit/audit-view.tsx";
import { BackendView } from "../backend/backend-view.tsx";
import { BackendsView } from "../backends/backends-view.tsx";
import { ClusterView } from "../cluster/cluster-view.tsx";
import { DronesView } from "../drones/drones-view.tsx";
import { EventsView } from "../events/events-view.tsx";
import { KeysView } from "../keys/keys-view.tsx";
import { ServiceView } from "../services/service-view.tsx";
import { ServicesView } from "../services/services-view.tsx";
import { SpawnView } from "../spawn/spawn-view.tsx";
import { Empty } from "../ui/states.tsx";
import { useDashboard } from "./dashboard.ts";
import type { May } from "./may.ts";
import { useTitle } from "./use-title.ts";
import { visibleViews } from "./views.ts";

export function Views() {
  const { may } = useDashboard();
  const first = visibleViews(may)[0]?.path ?? "/nothing";
  const only = (needs: keyof May, view: FunctionComponent) => (may[needs] ? view : NotAllowed);
  return (
    <Switch>
      <Route path="/">
        <Redirect to={first} replace />
      </Route>
      <Route path="/backends" component={only("read", BackendsView)} />
      <Route path="/backends/:id">
        {({ id }) => (may.read ? <BackendView key={id} id={id} /> : <NotAllowed />)}
      </Route>
      <Route path="/drones" component={only("readCluster", DronesView)} />
      {["/proxies", "/controllers"].map((path) => (
        <Route key={path} path={path}>
          <Redirect to="/cluster" replace />
        </Route>
      ))}
      <Route path="/cluster" component={only("readCluster", ClusterView)} />
      <Route path="/services" component={only("read", ServicesView)} />
      <Route path="/services/:account/:name">
        {({ account, name }) =>
          may.read ? <ServiceView account={account} name={name} /> : <NotAllowed />
        }
      </Route>
      <Route path="/events" component={only("read", EventsView)} />
      <Route path="/spawn" component={only("connect", SpawnView)} />
      <Route path="/keys" component={only("manageKeys", KeysView)} />
      <Route path="/audit" component={only("manageKeys", AuditView)} />
      <Route component={NothingHere} />
    </Switch>
  );
}

function NotAllowed() {
  useTitle("Not allowed");
  return (
    <div class="view">
      <h1 class="visually-hidden">Not allowed</h1>
      <Empty icon="keys" title="Your API key may not see this">
        It takes a key of another scope.
      </Empty>
    </div>
  );
}

function NothingHere() {
  useTitle("Not found");
  return (
    <div class="view">
      <h1 class="visually-hidden">Not found</h1>
      <Empty icon="search" title="There is no such view" />
    </div>
  );
}
