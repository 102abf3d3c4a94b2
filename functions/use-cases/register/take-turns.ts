/** Runs what is given under one name in the order in which it was given, each when the one before has ended. */
export type Turns = <Result>(name: string, work: () => Promise<Result>) => Promise<Result>;

/**
 * Turns within one call. Writers to the end of one log would else all meet there, and each who loses reads and writes
 * again: a hundred lines about one device made a thousand writes.
 */
export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return (name, work) => {
    const before = last.get(name) ?? Promise.resolve();
    const own = before.then(work, work);
    last.set(name, own);
    return own;
  };
}
