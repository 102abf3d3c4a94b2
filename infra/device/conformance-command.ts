import { writeFileSync } from "node:fs";
import { baseUrlOf, connectionOptions, readCommandLine } from "./command-line.ts";
import type { CheckResult } from "./conformance/check.ts";
import { renderReport } from "./conformance/render-report.ts";
import { checkIds, runConformance } from "./conformance/run-conformance.ts";
import { readDeviceKey } from "./device-key.ts";
import { exitCodes, UsageError } from "./failures.ts";

export const conformanceUsage = `conformance --base-url URL --key key.json [--key-id S] [--as gateway|camera] [--admin-token T]
            [--json out.json] [--markdown out.md] [--only ID,ID] [--skip-large] [--wait-for-expiry]
    Checks whatever a device can see of the contract, with a gateway's key or a spare camera's. All that it sends is
    a drill in 2002 or 2003, under serials of its own. An admin's token (or WITNESSED_ADMIN_TOKEN) lets it register and revoke
    devices and read its incidents. --skip-large leaves out what sends over 100 MiB; --wait-for-expiry takes five
    minutes longer, until an upload URL has expired.`;

/** Runs the whole device contract against a service and reports. */
export async function conformance(args: readonly string[]): Promise<number> {
  const line = readCommandLine(args, {
    ...connectionOptions,
    ...{ as: "string", "admin-token": "string", json: "string", markdown: "string", only: "string" },
    ...{ "skip-large": "boolean", "wait-for-expiry": "boolean" },
  });
  const speaksAs = line.text("as") ?? "gateway";
  if (speaksAs !== "gateway" && speaksAs !== "camera") {
    throw new UsageError(
      "--as must be gateway or camera: a weapon's key would put drills into its real log.",
    );
  }
  const report = await runConformance(
    {
      baseUrl: baseUrlOf(line),
      key: readDeviceKey(line.need("key"), line.text("key-id")),
      speaksAs,
      adminToken: line.text("admin-token") ?? process.env["WITNESSED_ADMIN_TOKEN"],
      large: !line.has("skip-large"),
      waitForExpiry: line.has("wait-for-expiry"),
      only: onlyOf(line.text("only")),
    },
    tell,
  );
  const json = line.text("json");
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(report, undefined, 2)}\n`);
  const markdown = line.text("markdown");
  if (markdown !== undefined) writeFileSync(markdown, renderReport(report));
  const { passed, failed, notPossible } = report;
  process.stdout.write(`\n${passed} passed, ${failed} failed, ${notPossible} not possible here\n`);
  return failed === 0 ? exitCodes.done : exitCodes.checkFailed;
}

function onlyOf(list: string | undefined): readonly string[] | undefined {
  const ids = list?.split(",");
  const unknown = ids?.find((id) => !checkIds.includes(id));
  if (unknown !== undefined) throw new UsageError(`There is no check ${unknown}: a run lists all their ids.`);
  return ids;
}

const marks = { passed: "  ok  ", failed: "FAILED", "not possible": "  --  " } as const;

function tell({ id, clause, title, result, detail }: CheckResult): void {
  const why = detail === undefined ? "" : `\n        ${detail}`;
  process.stdout.write(`${marks[result]}  ${id}: ${title} (${clause})${why}\n`);
}
