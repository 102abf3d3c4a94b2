import type * as z from "zod";
import { reportAnswer, weaponLogAnswer } from "#contracts/answers.ts";
import { type UseReport, useReport } from "#contracts/report.ts";
import { type WeaponLog, weaponLog } from "#contracts/weapon-log.ts";
import type { DeviceDirectory } from "./device-directory.ts";
import { type Caller, defineRoute, type Route } from "./route.ts";
import { checkSpeaksFor, signerOf } from "./speaks-for.ts";

export type LogAndReportRoutesDeps = {
  readonly directory: DeviceDirectory;
  readonly ingestWeaponLog: (input: {
    readonly log: WeaponLog;
    readonly deliveredBy: string;
  }) => Promise<z.infer<typeof weaponLogAnswer> & { readonly created: boolean }>;
  readonly receiveReport: (input: {
    readonly report: UseReport;
    readonly receivedFrom: string;
  }) => Promise<z.infer<typeof reportAnswer> & { readonly created: boolean }>;
};

/** What comes in about a use: the weapon's log and the officer's report. */
export function logAndReportRoutes(deps: LogAndReportRoutesDeps): Route[] {
  return [
    defineRoute({
      method: "POST",
      path: "/v1/weapon-logs",
      summary: "Hand over one download of a weapon's log",
      access: { devices: "all" },
      body: weaponLog,
      answers: {
        200: { description: "Received before", schema: weaponLogAnswer },
        202: { description: "Received; its incidents are being judged", schema: weaponLogAnswer },
      },
      problems: ["not-your-device"],
      handle: async ({ body, caller }) => {
        await checkSpeaksFor(caller, body.weapon.serial, deps.directory);
        const { created, ...received } = await deps.ingestWeaponLog({
          log: body,
          deliveredBy: signerOf(caller),
        });
        return { status: created ? 202 : 200, body: received };
      },
    }),
    defineRoute({
      method: "POST",
      path: "/v1/reports",
      summary: "Hand over one revision of a use report",
      access: { roles: ["admin"], devices: "gateways" },
      body: useReport,
      answers: {
        200: { description: "Received before", schema: reportAnswer },
        201: { description: "Received", schema: reportAnswer },
      },
      problems: ["conflict"],
      handle: async ({ body, caller }) => {
        const { created, ...received } = await deps.receiveReport({
          report: body,
          receivedFrom: nameOf(caller),
        });
        return { status: created ? 201 : 200, body: received };
      },
    }),
  ];
}

/** Who handed it over: a person's subject, or a device's serial. */
function nameOf(caller: Caller): string {
  return caller.type === "person" ? caller.person.subject : signerOf(caller);
}
