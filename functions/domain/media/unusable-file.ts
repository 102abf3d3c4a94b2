import { PermanentError } from "#contracts/errors.ts";

/** Why a file gives no playable pictures. Stable: stored with the footage, read by devices and people. */
export type UnusableCode =
  | "NOT_A_VIDEO"
  | "UNSUPPORTED_CONTAINER"
  | "UNSUPPORTED_CODEC"
  | "INDEX_MISSING"
  | "CORRUPT_INDEX"
  | "NO_VIDEO_TRACK"
  | "NO_PLAYABLE_PICTURES"
  | "ENCRYPTED"
  | "BUDGET_EXCEEDED";

/**
 * Ends the reading of one file. Never leaves this folder: the probe turns it into its answer.
 * `message` is one sentence for a person.
 */
export class UnusableFile extends PermanentError {
  override readonly name = "UnusableFile";
  readonly code: UnusableCode;
  constructor(code: UnusableCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** The index contradicts itself or the file. `where` names the box and its offset. */
export function corruptIndex(where: string, what: string): UnusableFile {
  return new UnusableFile("CORRUPT_INDEX", `The file's index is damaged: ${what} (${where}).`);
}
