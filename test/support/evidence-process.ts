/**
 * A files evidence store in a process of its own, to be killed and measured:
 * `node test/support/evidence-process.ts <folder> <bytes> <sha256>`.
 *
 * Prints a URL for one upload as a line of JSON. A line on its input makes it print the most memory that it
 * has taken, in bytes.
 */
import { createInterface } from "node:readline";
import { startEvidenceServer } from "./evidence-server.ts";

const [folder = "", bytes = "0", sha256 = ""] = process.argv.slice(2);
const server = await startEvidenceServer({ folder });
const key = "footage/X1/2026/11/LARGE";
const upload = await server.store.presignPut({ key, bytes: Number(bytes), contentType: "video/mp4", sha256 });
process.stdout.write(`${JSON.stringify(upload)}\n`);
for await (const _ of createInterface({ input: process.stdin })) {
  // Kilobytes, whatever the platform.
  process.stdout.write(`${process.resourceUsage().maxRSS * 1024}\n`);
}
await server.end();
