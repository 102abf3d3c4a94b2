/**
 * `node test/bench/upload-over-bad-link.ts [MiB]`: a clip of 1 GiB in parts of 8 MiB over a link that cuts 30 % of
 * the PUTs, while client and server are each killed five times. It must arrive whole with at most 1.35 times its
 * bytes sent. Needs twice its size on the disk. Part of `.ci/run`.
 */
import { MIB } from "#contracts/footage.ts";
import { uploadOverBadLink } from "#test/support/upload-over-bad-link.ts";

const MOST_SENT = 1.35;
const bytes = Number(process.argv[2] ?? 1024) * MIB;

const crossing = await uploadOverBadLink({
  bytes,
  partBytes: 8 * MIB,
  lossRate: 0.3,
  restarts: 5,
  seed: Number(process.argv[3] ?? 1),
});
const ratio = crossing.sentBytes / bytes;
console.log(JSON.stringify({ bytes, ...crossing, ratio, arrivedRatio: crossing.arrivedBytes / bytes }));
const holds = crossing.state === "ACCEPTED" && crossing.whole && ratio <= MOST_SENT;
console.log(
  `${crossing.state}, ${crossing.whole ? "whole" : "NOT whole"}; sent ${ratio.toFixed(3)} times its bytes (at most ${MOST_SENT}): ${holds ? "holds" : "FAILS"}`,
);
process.exitCode = holds ? 0 : 1;
