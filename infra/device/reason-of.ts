/** Why something failed, in a word or a sentence: Node hides a connection's reason one level down. */
export function reasonOf(error: unknown): string {
  const { message, cause, code } = error as NodeJS.ErrnoException;
  const inner = cause as NodeJS.ErrnoException | undefined;
  return inner?.code ?? inner?.message ?? code ?? message;
}
