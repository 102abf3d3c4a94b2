import { ConcurrentWriteError } from "#contracts/errors.ts";
import type { KitCheck, KitGap } from "#contracts/register.ts";
import { firstLevels } from "#domain/lifecycle/situation.ts";
import { SETTLED_MS } from "#domain/notices/kit-gap.ts";
import { kitNotice } from "#domain/notices/kit-notice.ts";
import type { KitRecords } from "#records/kit-records.ts";
import type { RegisterRecords } from "#records/register-records.ts";
import { digestOf } from "#use-cases/digest-of.ts";
import { pageAt, type SendNoticeDeps, sendNotices } from "#use-cases/notices/send-notice.ts";
import { type FindKitDeps, findKit } from "./find-kit.ts";

export type CheckKitDeps = FindKitDeps &
  SendNoticeDeps & {
    readonly register: Pick<RegisterRecords, "readOfficer" | "isSupervisor">;
    readonly kit: Pick<KitRecords, "read" | "replace">;
  };

const ATTEMPTS = 8;

/**
 * Looks at what an officer carries now, and tells the supervisors of a Taser without a working camera, once for each
 * booking of the weapon. Notes what was found, and to look again when the next booking has begun or ended and settled.
 * Does nothing before the look is due.
 */
export async function checkKit(officerId: string, deps: CheckKitDeps): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const stored = await deps.kit.read(officerId);
    if (stored === undefined) return;
    const now = deps.clock.now();
    const { lookAt } = stored.record;
    if (lookAt !== undefined && lookAt > now.toISOString()) return;
    const { gap, next } = await findKit(officerId, now, deps);
    if (gap !== undefined) await tell(officerId, gap, now, deps);
    const check: KitCheck = {
      officerId,
      ...(gap === undefined ? {} : { gap }),
      ...(next === undefined ? {} : { lookAt: settledAfter(next) }),
    };
    if (await deps.kit.replace(check, stored.revision)) return;
  }
  throw new ConcurrentWriteError(`the kit check of ${officerId} kept changing`);
}

const settledAfter = (at: string): string => new Date(Date.parse(at) + SETTLED_MS).toISOString();

async function tell(officerId: string, gap: KitGap, owedAt: Date, deps: CheckKitDeps): Promise<void> {
  const { force } = deps;
  const officer = await deps.register.readOfficer(officerId);
  const supervises = await deps.register.isSupervisor(officerId);
  const levels = firstLevels({ levels: force.alerts.levels.length, supervises });
  const facts = {
    about: digestOf([officerId, gap.weaponSerial, gap.from]),
    officer,
    gap,
    owedAt,
    timeZone: force.timeZone,
    link: pageAt("/kit", deps),
  };
  const notices = levels.map((level) => kitNotice({ ...facts, level }));
  await sendNotices(notices, deps);
}
