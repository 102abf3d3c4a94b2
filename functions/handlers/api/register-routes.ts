import * as z from "zod";
import {
  bookingLinesAnswer,
  bookingListAnswer,
  deviceLinesAnswer,
  deviceListAnswer,
  officerLinesAnswer,
  officerListAnswer,
} from "#contracts/answers.ts";
import { RecordNotFoundError } from "#contracts/errors.ts";
import { identifier, serial } from "#contracts/identifiers.ts";
import {
  booking,
  bookingRequest,
  device,
  deviceRegistration,
  officer,
  officerRegistration,
} from "#contracts/register.ts";
import {
  type ListEntriesDeps,
  listBookings,
  listDevices,
  listOfficers,
} from "#use-cases/register/list-entries.ts";
import { type RegisterBookingsDeps, registerBookings } from "#use-cases/register/register-bookings.ts";
import type { RegisterDevicesDeps } from "#use-cases/register/register-devices.ts";
import { type RegisterOfficersDeps, registerOfficers } from "#use-cases/register/register-officers.ts";
import type { DeviceDirectory } from "./device-directory.ts";
import { linePointer, oneOrMany, pageQuery, statusOf } from "./lines.ts";
import { personOf } from "./person-of.ts";
import { registerAndForget } from "./register-and-forget.ts";
import { type Caller, defineRoute, type Route } from "./route.ts";

export type RegisterRoutesDeps = RegisterDevicesDeps &
  RegisterOfficersDeps &
  RegisterBookingsDeps &
  ListEntriesDeps & { readonly directory: DeviceDirectory };

const admin = { roles: ["admin"] } as const;
const none = (): string => "";

/** Who answers for a change: the gateway that sent it, or the person. */
function byOf(caller: Caller): string {
  return caller.type === "device" ? caller.serial : personOf(caller).subject;
}

/** The register: devices, officers and who carries what. */
export function registerRoutes(deps: RegisterRoutesDeps): Route[] {
  return [...deviceRoutes(deps), ...officerRoutes(deps), ...bookingRoutes(deps)];
}

function deviceRoutes(deps: RegisterRoutesDeps): Route[] {
  const params = z.strictObject({ serial });
  const register = (input: Parameters<typeof registerAndForget>[0]) => registerAndForget(input, deps);
  return [
    defineRoute({
      method: "PUT",
      path: "/v1/devices/{serial}",
      summary: "Register a device, or replace what is registered",
      access: admin,
      params,
      body: deviceRegistration,
      answers: {
        200: { description: "Replaced, or the same as before", schema: device },
        201: { description: "Registered", schema: device },
      },
      problems: ["conflict"],
      handle: async ({ params, body, caller }) => {
        const devices = [{ ...body, ...params }];
        const lines = await register({ devices, replace: true, by: byOf(caller), pointerOf: none });
        return { status: statusOf(lines), body: { ...body, ...params } };
      },
    }),
    defineRoute({
      method: "POST",
      path: "/v1/devices",
      summary: "Register one device or up to 500",
      access: admin,
      body: oneOrMany(device),
      answers: {
        200: { description: "All known before", schema: z.union([device, deviceLinesAnswer]) },
        201: { description: "At least one is new", schema: z.union([device, deviceLinesAnswer]) },
      },
      problems: ["conflict"],
      handle: async ({ body, caller }) => {
        const devices = [body].flat();
        const by = byOf(caller);
        const lines = await register({ devices, replace: false, by, pointerOf: linePointer(body) });
        return { status: statusOf(lines), body: Array.isArray(body) ? { results: lines } : body };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/v1/devices/{serial}",
      summary: "One device",
      access: admin,
      params,
      answers: { 200: { description: "As registered", schema: device } },
      problems: ["not-found"],
      handle: async ({ params }) => {
        const found = await deps.register.readDevice(params.serial);
        if (!found) throw new RecordNotFoundError(`There is no device ${params.serial}.`);
        return { status: 200, body: found };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/v1/devices",
      summary: "All devices, by serial",
      access: admin,
      query: pageQuery,
      answers: { 200: { description: "One page", schema: deviceListAnswer } },
      handle: async ({ query }) => {
        const { items, ...page } = await listDevices(query, deps);
        return { status: 200, body: { devices: items, ...page } };
      },
    }),
  ];
}

function officerRoutes(deps: RegisterRoutesDeps): Route[] {
  const params = z.strictObject({ officerId: identifier });
  return [
    defineRoute({
      method: "PUT",
      path: "/v1/officers/{officerId}",
      summary: "Register an officer, or replace what is registered",
      access: admin,
      params,
      body: officerRegistration,
      answers: {
        200: { description: "Replaced, or the same as before", schema: officer },
        201: { description: "Registered", schema: officer },
      },
      handle: async ({ params, body, caller }) => {
        const officers = [{ ...body, ...params }];
        const by = byOf(caller);
        const lines = await registerOfficers({ officers, replace: true, by, pointerOf: none }, deps);
        return { status: statusOf(lines), body: { ...body, ...params } };
      },
    }),
    defineRoute({
      method: "POST",
      path: "/v1/officers",
      summary: "Register one officer or up to 500",
      access: admin,
      body: oneOrMany(officer),
      answers: {
        200: { description: "All known before", schema: z.union([officer, officerLinesAnswer]) },
        201: { description: "At least one is new", schema: z.union([officer, officerLinesAnswer]) },
      },
      problems: ["conflict"],
      handle: async ({ body, caller }) => {
        const officers = [body].flat();
        const lines = await registerOfficers(
          { officers, replace: false, by: byOf(caller), pointerOf: linePointer(body) },
          deps,
        );
        return { status: statusOf(lines), body: Array.isArray(body) ? { results: lines } : body };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/v1/officers/{officerId}",
      summary: "One officer",
      access: admin,
      params,
      answers: { 200: { description: "As registered", schema: officer } },
      problems: ["not-found"],
      handle: async ({ params }) => {
        const found = await deps.register.readOfficer(params.officerId);
        if (!found) throw new RecordNotFoundError(`There is no officer ${params.officerId}.`);
        return { status: 200, body: found };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/v1/officers",
      summary: "All officers, by id",
      access: admin,
      query: pageQuery,
      answers: { 200: { description: "One page", schema: officerListAnswer } },
      handle: async ({ query }) => {
        const { items, ...page } = await listOfficers(query, deps);
        return { status: 200, body: { officers: items, ...page } };
      },
    }),
  ];
}

function bookingRoutes(deps: RegisterRoutesDeps): Route[] {
  const access = { roles: ["admin"], devices: "gateways" } as const;
  return [
    defineRoute({
      method: "POST",
      path: "/v1/bookings",
      summary: "Keep one booking or up to 500; the same key with `to` closes it",
      access,
      body: oneOrMany(bookingRequest),
      answers: {
        200: { description: "Known before, or closed", schema: z.union([booking, bookingLinesAnswer]) },
        201: { description: "At least one is new", schema: z.union([booking, bookingLinesAnswer]) },
      },
      problems: ["conflict"],
      handle: async ({ body, caller }) => {
        const bookings = [body].flat();
        const lines = await registerBookings(
          { bookings, by: byOf(caller), pointerOf: linePointer(body) },
          deps,
        );
        return {
          status: statusOf(lines),
          body: Array.isArray(body) ? { results: lines } : (lines[0]?.booking ?? {}),
        };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/v1/bookings",
      summary: "All bookings, newest first",
      access,
      query: pageQuery,
      answers: { 200: { description: "One page", schema: bookingListAnswer } },
      handle: async ({ query }) => {
        const { items, ...page } = await listBookings(query, deps);
        return { status: 200, body: { bookings: items, ...page } };
      },
    }),
  ];
}
