export type KillTimer = {
  /** Time between `pause` and `resume` does not count; they may nest. */
  readonly pause: () => void;
  readonly resume: () => void;
  readonly stop: () => void;
};

/** Calls `onEnd` once so many milliseconds were counted. */
export function startKillTimer(milliseconds: number, onEnd: () => void): KillTimer {
  let left = milliseconds;
  let since = performance.now();
  let timer: NodeJS.Timeout | undefined = setTimeout(onEnd, left);
  let pauses = 0;
  return {
    pause: () => {
      pauses += 1;
      if (pauses > 1) return;
      clearTimeout(timer);
      left -= performance.now() - since;
    },
    resume: () => {
      pauses -= 1;
      if (pauses > 0) return;
      since = performance.now();
      timer = setTimeout(onEnd, Math.max(0, left));
    },
    stop: () => {
      // A pause that is still open must not start it again.
      pauses = Number.POSITIVE_INFINITY;
      clearTimeout(timer);
    },
  };
}
