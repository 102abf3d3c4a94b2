import { DependencyUnavailableError } from "#contracts/errors.ts";
import type { AlertPublisher } from "#ports/alert-publisher.ts";
import type { Clock } from "#ports/clock.ts";
import type { OperationsAlert } from "#ports/operations.ts";
import type { Place, SendingRecords } from "#records/sending-records.ts";

/** Above about ten emails a second to an address, SNS suspends its subscription. */
const A_SECOND = 5;
/** Evenly apart, so that no second holds more, wherever it begins. */
const APART_MS = 1000 / A_SECOND;
/** Longer than this nobody waits: the step is tried again later. */
const LONGEST_WAIT_SECONDS = 20;

/** More waits to be sent than anybody waits for. The step is tried again; nothing refused anything. */
export class LineTooLongError extends DependencyUnavailableError {}

export type PaceDeps = {
  readonly sending: SendingRecords;
  readonly clock: Clock;
  readonly wait: (milliseconds: number) => Promise<void>;
};

export type Senders = { readonly publisher: AlertPublisher; readonly operations: OperationsAlert };

/**
 * The same publisher and word to operations, of which together at most five go out in a second, whichever functions
 * send them: an address may stand in several levels. Throws `LineTooLongError`, a `DependencyUnavailableError`.
 */
export function paced({ publisher, operations }: Senders, deps: PaceDeps): Senders {
  return {
    publisher: {
      publish: async (message) => {
        await turn(deps);
        return publisher.publish(message);
      },
    },
    operations: pacedOperations(operations, deps),
  };
}

/** The same for a function that sends no alerts: its words to operations wait in the same line. */
export function pacedOperations(operations: OperationsAlert, deps: PaceDeps): OperationsAlert {
  return {
    tell: async (message) => {
      await turn(deps);
      await operations.tell(message);
    },
  };
}

/** Ends at the first moment to come that nobody else has taken. */
async function turn({ sending, clock, wait }: PaceDeps): Promise<void> {
  const now = clock.now().getTime();
  const line = placesFrom(now);
  const isTaken = await sending.taken(line[0]?.second ?? "");
  for (const place of line) {
    if (isTaken(place) || !(await sending.take(place))) continue;
    await wait(Math.max(0, momentOf(place) - clock.now().getTime()));
    return;
  }
  throw new LineTooLongError("too many alerts wait to be sent; this one is tried again");
}

const momentOf = ({ second, place }: Place): number => Date.parse(`${second}Z`) + place * APART_MS;

function placesFrom(now: number): readonly Place[] {
  const seconds = Array.from({ length: LONGEST_WAIT_SECONDS }, (_, ahead) =>
    new Date(now + ahead * 1000).toISOString().slice(0, 19),
  );
  const places = Array.from({ length: A_SECOND }, (_, place) => place);
  return seconds
    .flatMap((second) => places.map((place) => ({ second, place })))
    .filter((place) => momentOf(place) >= now);
}
