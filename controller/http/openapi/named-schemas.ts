import type { TSchema } from "typebox";
import { ApiKey, CreateApiKeyRequest, RateLimit, Session } from "../../../src/protocol/api-key.ts";
import { AuditEntry } from "../../../src/protocol/audit.ts";
import {
  Backend,
  BackendSummary,
  Idleness,
  Lease,
  PublicStatus,
  TimelineEntry,
} from "../../../src/protocol/backend.ts";
import {
  Address,
  Status,
  Termination,
  TerminationKind,
  TerminationReason,
} from "../../../src/protocol/backend-state.ts";
import { ConnectRequest, ConnectResponse } from "../../../src/protocol/connect.ts";
import { Controller } from "../../../src/protocol/controller.ts";
import { Drone, DroneHealth } from "../../../src/protocol/drone.ts";
import { ErrorBody } from "../../../src/protocol/errors.ts";
import { BackendEvent } from "../../../src/protocol/event.ts";
import { Key } from "../../../src/protocol/key.ts";
import { LogLine } from "../../../src/protocol/log-line.ts";
import { BackendMetrics } from "../../../src/protocol/metrics.ts";
import { ConnectedProxy } from "../../../src/protocol/proxy.ts";
import {
  Credentials,
  Readiness,
  Resources,
  SpawnConfig,
} from "../../../src/protocol/spawn-config.ts";
import { ConnectionToken } from "../../../src/protocol/token.ts";
import { ERROR_SCHEMA } from "./error-answers.ts";
import type { JsonObject } from "./hoist-schemas.ts";

/** What has a name of its own in the document, so that generated clients have types of these names. */
const NAMED: Readonly<Record<string, TSchema>> = {
  Address,
  ApiKey,
  AuditEntry,
  Backend,
  BackendEvent,
  BackendMetrics,
  BackendSummary,
  ConnectRequest,
  ConnectResponse,
  ConnectionToken,
  Controller,
  CreateApiKeyRequest,
  Credentials,
  Drone,
  DroneHealth,
  [ERROR_SCHEMA]: ErrorBody,
  Idleness,
  Key,
  Lease,
  LogLine,
  Proxy: ConnectedProxy,
  PublicStatus,
  RateLimit,
  Readiness,
  Resources,
  Session,
  SpawnConfig,
  Status,
  Termination,
  TerminationKind,
  TerminationReason,
  TimelineEntry,
};

export function namedSchemas(): Map<string, JsonObject> {
  return new Map(
    Object.entries(NAMED).map(([name, schema]) => [name, JSON.parse(JSON.stringify(schema))]),
  );
}
