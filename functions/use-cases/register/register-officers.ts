import type { LineResult } from "#contracts/answers.ts";
import { ConflictError, InvalidInputError } from "#contracts/errors.ts";
import type { Officer } from "#contracts/register.ts";
import type { RegisterRecords } from "#records/register-records.ts";
import { onEach, sameContent } from "#records/stored.ts";
import { type LookAgainDeps, lookAgainForOfficer } from "./look-again.ts";
import { repeatedLines } from "./register-devices.ts";
import { officerLog } from "./register-log.ts";
import { type ReplaceEntryDeps, replaceEntry, type WhoAndWhatSeen } from "./replace-entry.ts";

export type RegisterOfficersDeps = LookAgainDeps &
  ReplaceEntryDeps & {
    readonly register: Pick<RegisterRecords, "readOfficer" | "putOfficer">;
  };
export type RegisteredOfficer = { readonly result: LineResult; readonly officer: Officer };

/**
 * Registers officers, or with `replace` puts them in the place of what is registered, and looks again at their
 * incidents. All lines are checked before the first is stored; results are in their order. Each change stands in the
 * officer's own custody log. Throws `InvalidInputError` and `ConflictError` (`OvertakenError`, an entry that is no
 * longer as it was seen).
 */
export async function registerOfficers(
  input: WhoAndWhatSeen & {
    readonly officers: readonly Officer[];
    readonly replace: boolean;
    readonly pointerOf: (line: number) => string;
  },
  deps: RegisterOfficersDeps,
): Promise<readonly RegisteredOfficer[]> {
  const twice = repeatedLines(
    input.officers.map(({ officerId }) => officerId),
    (line) => `${input.pointerOf(line)}/officerId`,
  );
  if (twice.length > 0) {
    throw new InvalidInputError("Nothing was registered: change the lines named in `errors`.", twice);
  }
  if (!input.replace) await refuseChanges(input.officers, deps);

  const registered = await onEach(input.officers, async (officer, line): Promise<RegisteredOfficer> => {
    const outcome = await replaceEntry(
      {
        log: officerLog(officer.officerId),
        entry: officer,
        by: input.by,
        seen: input.seen?.(line),
        read: () => deps.register.readOfficer(officer.officerId),
        put: (mayReplace) => deps.register.putOfficer(officer, mayReplace),
      },
      deps,
    );
    return { result: outcome === "same" ? "unchanged" : outcome, officer };
  });
  await onEach(registered, (line) => lookAgainForOfficer(line, deps));
  return registered;
}

async function refuseChanges(officers: readonly Officer[], deps: RegisterOfficersDeps): Promise<void> {
  for (const officer of officers) {
    const known = await deps.register.readOfficer(officer.officerId);
    if (known && !sameContent(known, officer)) {
      throw new ConflictError(
        `${officer.officerId} is registered with other content. Replace it with PUT /v1/officers/${officer.officerId}; nothing was registered.`,
      );
    }
  }
}
