import { DependencyUnavailableError } from "#contracts/errors.ts";
import type { AlertPublisher } from "#ports/alert-publisher.ts";
import type { Clock } from "#ports/clock.ts";
import type { OperationsAlert } from "#ports/operations.ts";
import type { SendingRecords } from "#records/sending-records.ts";

/** Above about ten emails a second to an address, SNS suspends its subscription. */
const A_SECOND = 5;
/** Longer than this nobody waits: the step is tried again later. */
const LONGEST_WAIT_SECONDS = 20;

export type PaceDeps = {
  readonly sending: SendingRecords;
  readonly clock: Clock;
  readonly wait: (milliseconds: number) => Promise<void>;
};

export type Senders = { readonly publisher: AlertPublisher; readonly operations: OperationsAlert };

/**
 * The same publisher and word to operations, of which together at most five go out in a second, whichever functions
 * send them: an address may stand in several levels. Throws `DependencyUnavailableError` when the line is longer than
 * anybody waits.
 */
export function paced({ publisher, operations }: Senders, deps: PaceDeps): Senders {
  return {
    publisher: {
      publish: async (message) => {
        await turn(deps);
        return publisher.publish(message);
      },
    },
    operations: {
      tell: async (message) => {
        await turn(deps);
        await operations.tell(message);
      },
    },
  };
}

/** Ends in the first second that has a place left. */
async function turn({ sending, clock, wait }: PaceDeps): Promise<void> {
  const now = clock.now().getTime();
  const seconds = Array.from({ length: LONGEST_WAIT_SECONDS }, (_, ahead) =>
    new Date(now + ahead * 1000).toISOString().slice(0, 19),
  );
  const taken = await sending.taken(seconds[0] ?? "");
  for (const second of seconds) {
    for (let place = taken.get(second) ?? 0; place < A_SECOND; place += 1) {
      if (!(await sending.take(second, place))) continue;
      await wait(Math.max(0, Date.parse(`${second}Z`) - clock.now().getTime()));
      return;
    }
  }
  throw new DependencyUnavailableError("too many alerts wait to be sent; this one is tried again");
}
