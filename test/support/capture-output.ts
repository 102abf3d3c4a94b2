/** Everything that is written to the process's output until it is released; loggers write there past any spy. */
export function captureOutput() {
  const chunks: string[] = [];
  const streams = [process.stdout, process.stderr];
  const originals = streams.map((stream) => stream.write);
  for (const stream of streams) {
    stream.write = ((chunk: string | Uint8Array) => {
      chunks.push(typeof chunk === "string" ? chunk : new TextDecoder().decode(chunk));
      return true;
    }) as typeof stream.write;
  }
  return {
    text: () => chunks.join(""),
    /** The lines that are JSON objects. */
    lines: (): readonly Record<string, unknown>[] =>
      chunks
        .join("")
        .split("\n")
        .filter((line) => line.startsWith("{"))
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    release: () => {
      for (const [index, stream] of streams.entries()) {
        const original = originals[index];
        if (original !== undefined) stream.write = original;
      }
    },
  };
}
