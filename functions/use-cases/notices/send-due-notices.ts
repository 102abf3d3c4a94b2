import type { KitRecords } from "#records/kit-records.ts";
import type { NoticeRecords } from "#records/notice-records.ts";
import { onEach } from "#records/stored.ts";
import { type CheckKitDeps, checkKit } from "#use-cases/kit/check-kit.ts";
import { type InRoundsDeps, inRounds } from "#use-cases/sweep/in-rounds.ts";
import { type CheckAddressesDeps, checkAddresses } from "./check-addresses.ts";
import { type SendDigestDeps, sendDigest } from "./send-digest.ts";
import { send } from "./send-notice.ts";

export type SendDueNoticesDeps = CheckKitDeps &
  CheckAddressesDeps &
  SendDigestDeps &
  InRoundsDeps & {
    readonly kit: Pick<KitRecords, "listDue">;
    readonly notices: Pick<NoticeRecords, "listUnsent">;
  };

const HOUR_MS = 3_600_000;
/** Of one run; the next goes on. */
const MOST_CHECKS = 500;
const MOST_UNSENT = 500;

/**
 * Everything that is told of the force and is due: what an earlier run left unsent, officers whose kit is to be looked
 * at, once an hour the addresses, once a day the digest. One that fails keeps no other from being sent; the first
 * failure is thrown at the end, so that an alarm rings.
 */
export async function sendDueNotices(deps: SendDueNoticesDeps): Promise<void> {
  const failures: unknown[] = [];
  const attempt = (work: () => Promise<void>): Promise<void> =>
    work().catch((error: unknown) => {
      failures.push(error);
    });
  await attempt(async () => {
    const unsent = await deps.notices.listUnsent(deps.clock.now().toISOString(), MOST_UNSENT);
    await onEach(unsent, (alertId) => attempt(() => sendRecorded(alertId, deps)));
  });
  await attempt(async () => {
    const due = await deps.kit.listDue(deps.clock.now().toISOString(), MOST_CHECKS);
    await onEach(due, (officerId) => attempt(() => checkKit(officerId, deps)));
  });
  const addresses = { name: "addresses", everyMs: HOUR_MS, now: deps.clock.now() };
  await attempt(() => inRounds(addresses, () => checkAddresses(deps).then(() => undefined), deps));
  await attempt(() => sendDigest(deps));
  if (failures.length > 0) throw failures[0];
}

/** The list may be behind the record. */
async function sendRecorded(alertId: string, deps: SendDueNoticesDeps): Promise<void> {
  const notice = await deps.notices.read(alertId);
  if (notice !== undefined) await send(notice, deps);
}
