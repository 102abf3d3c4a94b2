import { ConcurrentWriteError } from "#contracts/errors.ts";
import type { ForceConfig } from "#contracts/force.ts";
import type { KitCheck, KitGap } from "#contracts/register.ts";
import { firstLevels } from "#domain/lifecycle/situation.ts";
import { kitNotice } from "#domain/notices/kit-notice.ts";
import type { KitRecords } from "#records/kit-records.ts";
import type { RegisterRecords } from "#records/register-records.ts";
import { type SendNoticeDeps, sendNotice } from "#use-cases/notices/send-notice.ts";
import { type FindKitDeps, findKit } from "./find-kit.ts";

export type CheckKitDeps = FindKitDeps &
  SendNoticeDeps & {
    readonly register: Pick<RegisterRecords, "readOfficer" | "isSupervisor">;
    readonly kit: Pick<KitRecords, "read" | "replace">;
    readonly force: Pick<ForceConfig, "alerts" | "timeZone">;
    readonly consoleBaseUrl: string;
  };

const ATTEMPTS = 8;

/**
 * Looks at what an officer carries now, and tells the supervisors of a Taser without a working camera, once for each
 * booking of the weapon. Notes what was found, and when the next booking begins or ends.
 */
export async function checkKit(officerId: string, deps: CheckKitDeps): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const stored = await deps.kit.read(officerId);
    if (stored === undefined) return;
    const now = deps.clock.now();
    const { gap, next } = await findKit(officerId, now, deps);
    if (gap !== undefined) await tell(officerId, gap, now, deps);
    const check: KitCheck = {
      officerId,
      ...(gap === undefined ? {} : { gap }),
      ...(next === undefined ? {} : { lookAt: next }),
    };
    if (await deps.kit.replace(check, stored.revision)) return;
  }
  throw new ConcurrentWriteError(`the kit check of ${officerId} kept changing`);
}

async function tell(officerId: string, gap: KitGap, owedAt: Date, deps: CheckKitDeps): Promise<void> {
  const { force } = deps;
  const officer = await deps.register.readOfficer(officerId);
  const supervises = await deps.register.isSupervisor(officerId);
  const levels = firstLevels({ levels: force.alerts.levels.length, supervises });
  const facts = {
    officerId,
    officer,
    gap,
    owedAt,
    timeZone: force.timeZone,
    link: `${deps.consoleBaseUrl}/kit`,
  };
  for (const level of levels) await sendNotice(kitNotice({ ...facts, level }), deps);
}
