import { reportAnswer, weaponLogAnswer } from "#contracts/answers.ts";
import { useReport } from "#contracts/report.ts";
import { weaponLog } from "#contracts/weapon-log.ts";
import { type IngestWeaponLogDeps, ingestWeaponLog } from "#use-cases/incidents/ingest-weapon-log.ts";
import { type ReceiveReportDeps, receiveReport } from "#use-cases/incidents/receive-report.ts";
import type { DeviceDirectory } from "./device-directory.ts";
import { type Caller, defineRoute, type Route } from "./route.ts";
import { checkSpeaksFor, signerOf } from "./speaks-for.ts";

export type LogAndReportRoutesDeps = IngestWeaponLogDeps &
  ReceiveReportDeps & { readonly directory: DeviceDirectory };

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
      handle: async ({ body, rawBody, caller }) => {
        await checkSpeaksFor(caller, body.weapon.serial, deps.directory);
        const { repeated, ...received } = await ingestWeaponLog(
          { log: body, body: rawBody, deliveredBy: signerOf(caller) },
          deps,
        );
        return { status: repeated ? 200 : 202, body: received };
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
      handle: async ({ body, rawBody, caller }) => {
        const { created, ...received } = await receiveReport(
          { report: body, body: rawBody, receivedFrom: nameOf(caller) },
          deps,
        );
        return { status: created ? 201 : 200, body: received };
      },
    }),
  ];
}

/** Who handed it over: a person's subject, or a device's serial. */
function nameOf(caller: Caller): string {
  return caller.type === "person" ? caller.person.subject : signerOf(caller);
}
