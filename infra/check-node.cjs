// Runs before every npm script, in whatever Node the machine has (20 or newer).
// Witnessed runs on the Node that Lambda runs (24), which npm installs beside the other packages.
var major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
  process.stderr.write(
    [
      "",
      `Witnessed needs Node 24, and this is Node ${process.versions.node}.`,
      "npm normally installs it with the other packages, but there is none for " +
        process.platform +
        " " +
        process.arch +
        " here, or optional packages or install scripts were left out.",
      "What to do: run `npm ci` again without --omit=optional and --ignore-scripts; if there is still none for this platform,",
      "install Node 24 yourself (https://nodejs.org) and run the same command with it.",
      "",
      "",
    ].join("\n"),
  );
  process.exit(1);
}
