import type { TSchema } from "typebox";
import {
  ApiKey,
  ApiKeyList,
  CreateApiKeyRequest,
  CreatedApiKey,
  OpenSessionRequest,
  RateLimit,
  RevokeApiKeyResponse,
  Session,
} from "../../../src/protocol/api-key.ts";
import { AuditEntry, AuditList } from "../../../src/protocol/audit.ts";
import {
  Backend,
  BackendList,
  BackendSummary,
  Idleness,
  Lease,
  PreventRenewResponse,
  PublicStatus,
  TerminateRequest,
  TerminateResponse,
  TimelineEntry,
} from "../../../src/protocol/backend.ts";
import {
  Address,
  Status,
  Termination,
  TerminationKind,
  TerminationReason,
} from "../../../src/protocol/backend-state.ts";
import { ClusterOverview } from "../../../src/protocol/cluster-overview.ts";
import { ConnectRequest, ConnectResponse } from "../../../src/protocol/connect.ts";
import { Controller, ControllerList } from "../../../src/protocol/controller.ts";
import { DrainRequest, Drone, DroneHealth, DroneList } from "../../../src/protocol/drone.ts";
import { ErrorBody } from "../../../src/protocol/errors.ts";
import { BackendEvent, EventList } from "../../../src/protocol/event.ts";
import { Health } from "../../../src/protocol/health.ts";
import { Key } from "../../../src/protocol/key.ts";
import { LogLine } from "../../../src/protocol/log-line.ts";
import { BackendMetrics, MetricsList } from "../../../src/protocol/metrics.ts";
import { ConnectedProxy, ProxyList } from "../../../src/protocol/proxy.ts";
import {
  CreateServiceRequest,
  EnvironmentOverrides,
  PutServiceRequest,
  Service,
  ServiceEnvironment,
  ServiceList,
  ServiceSpawn,
} from "../../../src/protocol/service.ts";
import {
  Credentials,
  Readiness,
  Resources,
  SpawnConfig,
} from "../../../src/protocol/spawn-config.ts";
import { ConnectionToken, RevokeResponse, TokenList } from "../../../src/protocol/token.ts";
import { ERROR_SCHEMA } from "./error-answers.ts";
import type { JsonObject } from "./hoist-schemas.ts";

/** What has a name of its own in the document, so that generated clients have types of these names. */
const NAMED: Readonly<Record<string, TSchema>> = {
  Address,
  ApiKey,
  ApiKeyList,
  AuditEntry,
  AuditList,
  Backend,
  BackendEvent,
  BackendList,
  BackendMetrics,
  BackendSummary,
  ClusterOverview,
  ConnectRequest,
  ConnectResponse,
  ConnectionToken,
  Controller,
  ControllerList,
  CreateApiKeyRequest,
  CreateServiceRequest,
  CreatedApiKey,
  Credentials,
  DrainRequest,
  Drone,
  DroneHealth,
  DroneList,
  [ERROR_SCHEMA]: ErrorBody,
  EnvironmentOverrides,
  EventList,
  Health,
  Idleness,
  Key,
  Lease,
  LogLine,
  MetricsList,
  OpenSessionRequest,
  PreventRenewResponse,
  Proxy: ConnectedProxy,
  ProxyList,
  PublicStatus,
  PutServiceRequest,
  RateLimit,
  Readiness,
  Resources,
  RevokeApiKeyResponse,
  RevokeResponse,
  Service,
  ServiceEnvironment,
  ServiceList,
  ServiceSpawn,
  Session,
  SpawnConfig,
  Status,
  TerminateRequest,
  TerminateResponse,
  Termination,
  TerminationKind,
  TerminationReason,
  TimelineEntry,
  TokenList,
};

export function namedSchemas(): Map<string, JsonObject> {
  return new Map(
    Object.entries(NAMED).map(([name, schema]) => [name, JSON.parse(JSON.stringify(schema))]),
  );
}
