import type { CheckResult } from "./check.ts";
import type { ConformanceReport } from "./run-conformance.ts";

/** The report as Markdown: what failed first, then everything. */
export function renderReport(report: ConformanceReport): string {
  const { baseUrl, signer, run, startedAt, passed, failed, notPossible, checks } = report;
  const failures = checks.filter(({ result }) => result === "failed");
  return [
    `# Device contract of ${baseUrl}`,
    "",
    `${startedAt}, signed as \`${signer}\`: **${passed} passed, ${failed} failed, ${notPossible} not possible here**.`,
    "",
    `Everything that was sent is a drill under names that begin with \`DRILL-${run}\`, with times in 2002 and 2003. Logs held tests and training alone, which alert nobody. What stays: these clips and logs, as drills of unregistered devices; clips that were declared and never sent become EXPIRED after a week. Devices that were registered for the run are revoked.`,
    "",
    ...(failures.length > 0 ? ["## Failed", "", ...tableOf(failures), ""] : []),
    "## All checks",
    "",
    ...tableOf(checks),
    "",
  ].join("\n");
}

function tableOf(results: readonly CheckResult[]): string[] {
  const rows = results.map(({ id, clause, title, result, detail = "" }) =>
    [result, `\`${id}\``, clause, title, detail].map(cell),
  );
  return [
    "| result | check | contract | what must hold | detail |",
    "|---|---|---|---|---|",
    ...rows.map((row) => `| ${row.join(" | ")} |`),
  ];
}

/** A detail quotes what the service answered: it must not break the table. */
function cell(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("|", "\\|").replaceAll(/\s+/g, " ");
}
