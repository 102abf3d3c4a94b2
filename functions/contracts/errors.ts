/**
 * Two families of errors, told apart by class and by an explicit name (minifiers rename classes).
 *
 * The state machine's Retry and Catch, the API's status codes and the tests all use these names.
 * A permanent error will be the same on the next try; a transient one may not be.
 */
export abstract class PermanentError extends Error {}
export abstract class TransientError extends Error {}

/** One field that must be changed: a JSON pointer into the body (or a parameter's name after `/`). */
export type FieldError = { readonly pointer: string; readonly detail: string };

/** Input that can never be processed: the caller must change it. */
export class InvalidInputError extends PermanentError {
  override readonly name = "InvalidInputError";
  readonly fields: readonly FieldError[];
  constructor(message: string, fields: readonly FieldError[] = [], options?: ErrorOptions) {
    super(message, options);
    this.fields = fields;
  }
}

/** The same key was used before with other content, or the record is not in a state that allows it. */
export class ConflictError extends PermanentError {
  override readonly name = "ConflictError";
}

/** The caller is known, but may not do this to this record. */
export class NotAllowedError extends PermanentError {
  override readonly name = "NotAllowedError";
}

/** A record that the caller names does not exist. */
export class RecordNotFoundError extends PermanentError {
  override readonly name = "RecordNotFoundError";
}

/** A stored record does not have the shape that this version of the code knows. */
export class CorruptRecordError extends PermanentError {
  override readonly name = "CorruptRecordError";
}

/** Somebody else wrote the record between our read and our write: read again and decide again. */
export class ConcurrentWriteError extends TransientError {
  override readonly name = "ConcurrentWriteError";
}

/** A dependency refused for load or did not answer in time. */
export class DependencyUnavailableError extends TransientError {
  override readonly name = "DependencyUnavailableError";
}

/** Names by family, for the constructs that wire Retry and Catch. */
export const permanentErrorNames = [
  "InvalidInputError",
  "ConflictError",
  "NotAllowedError",
  "RecordNotFoundError",
  "CorruptRecordError",
] as const;
export const transientErrorNames = ["ConcurrentWriteError", "DependencyUnavailableError"] as const;
