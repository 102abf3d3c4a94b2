import type { FootageDeclaredAnswer } from "#contracts/answers.ts";
import { ConflictError } from "#contracts/errors.ts";
import { footageKey } from "#contracts/evidence-keys.ts";
import type { FootageDeclaration, FootageRecord } from "#contracts/footage.ts";
import { footageSearchSpan } from "#domain/cover/search-spans.ts";
import type { FootageRecords } from "#records/footage-records.ts";
import { sameContent } from "#records/stored.ts";
import { digestOf } from "#use-cases/digest-of.ts";
import { type ReevaluateDeps, reevaluateForFootage } from "#use-cases/linking/reevaluate.ts";
import { checkDeclaration } from "./check-declaration.ts";
import { type OfferUploadDeps, offerUpload } from "./offer-upload.ts";

export type DeclareFootageDeps = OfferUploadDeps &
  ReevaluateDeps & {
    readonly footage: Pick<FootageRecords, "create">;
    /** A new ULID: object keys are made of it, never of what a device sent. */
    readonly newUlid: () => string;
  };

export type DeclaredFootage = FootageDeclaredAnswer & { readonly created: boolean };

/**
 * Takes a device's promise of one clip and tells where to upload it. Declaring again is answered with the same
 * id and fresh URLs for what is still missing.
 *
 * A known clip number with another SHA-256 becomes footage of its own. A known clip with another clock is the
 * same footage, its first clock stands. Throws `InvalidInputError`, and `ConflictError` for other differences.
 */
export async function declareFootage(
  input: { readonly declaration: FootageDeclaration; readonly declaredBy: string },
  deps: DeclareFootageDeps,
): Promise<DeclaredFootage> {
  const { declaration } = input;
  checkDeclaration(declaration, deps.clock.now());
  const { footageId, known } = await identify(declaration, deps);
  const created = known === undefined && (await create(footageId, input, deps));
  const record = known ?? (await deps.footage.read(footageId))?.record;
  if (record) {
    refuseOtherContent(record.declaration, declaration);
    // A promise may be all that there ever is of it, and that is a finding.
    await reevaluateForFootage(record, deps);
  }
  return { footageId, upload: await offerUpload(footageId, declaration.file.parts, deps), created };
}

/** The id that the clip has, or will have: derived from its natural key, so that a crash repeats nothing. */
async function identify(
  declaration: FootageDeclaration,
  deps: DeclareFootageDeps,
): Promise<{ footageId: string; known: FootageRecord | undefined }> {
  const naturalKey = [declaration.camera.serial, declaration.recordingId, declaration.clip];
  const first = idOf(naturalKey);
  const known = (await deps.footage.read(first))?.record;
  if (!known || known.declaration.file.sha256 === declaration.file.sha256) {
    return { footageId: first, known };
  }
  const other = idOf([...naturalKey, declaration.file.sha256]);
  return { footageId: other, known: (await deps.footage.read(other))?.record };
}

function idOf(key: readonly (string | number)[]): string {
  return `f${digestOf(key)}`;
}

async function create(
  footageId: string,
  { declaration, declaredBy }: { declaration: FootageDeclaration; declaredBy: string },
  deps: DeclareFootageDeps,
): Promise<boolean> {
  const now = deps.clock.now();
  const declaredAt = now.toISOString();
  const { parts: _next, ...file } = declaration.file;
  const { serial, recordingId, clip } = { ...declaration, ...declaration.camera };
  const record: FootageRecord = {
    footageId,
    declaration: { ...declaration, file },
    duplicateNumber: footageId !== idOf([serial, recordingId, clip]),
    declaredAt,
    declaredBy,
    objectKey: footageKey({ cameraSerial: serial, declaredAt: now, ulid: deps.newUlid() }),
    urlsExpireAt: declaredAt,
    state: "AWAITING_UPLOAD",
  };
  const span = footageSearchSpan(declaration, declaredAt, deps.force.policies, deps.force.timeZone);
  return deps.footage.create(record, span);
}

/** What makes two declarations the same: everything but the clock and the parts wanted next. */
function contentOf({ clock: _clock, file, ...rest }: FootageDeclaration): Record<string, unknown> {
  const { parts: _parts, ...whole } = file;
  return { ...rest, file: whole };
}

function refuseOtherContent(known: FootageDeclaration, told: FootageDeclaration): void {
  const before = contentOf(known);
  const after = contentOf(told);
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = names.filter((name) => !sameContent(before[name], after[name]));
  if (changed.length === 0) return;
  throw new ConflictError(
    `This clip was declared before with other ${changed.join(", ")}. What was declared first stands; send a repeat with the same content, or another clip under its own number.`,
  );
}
