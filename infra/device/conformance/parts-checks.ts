import { createHash } from "node:crypto";
import { MIB } from "#contracts/footage.ts";
import { type Check, NotPossibleError } from "./check.ts";
import { expectBody, expectPointers, expectProblem, expectStatus, expectThat } from "./expect.ts";
import { putBytes } from "./requests.ts";
import {
  type Declaration,
  footage,
  nothingMissing,
  partsAnswer,
  sampleClip,
  sha256Of,
  type World,
} from "./world.ts";

const DECLARE = "§3 Footage, over 100 MiB";
const COMPLETE = "§3 POST /v1/footage/{footageId}/complete";
const PART = 8 * MIB;
/** A little over what goes by one PUT. */
const BYTES = 100 * MIB + 4096;
const COUNT = Math.ceil(BYTES / PART);
const partBytes = 8_388_608;

/** A clip of over 100 MiB, of which only one part is in memory at a time: the sample and a `free` box behind it. */
function largeClip(run: string) {
  const part = (number: number): Uint8Array => {
    const bytes = Buffer.alloc(Math.min(PART, BYTES - (number - 1) * PART));
    if (number > 1) {
      bytes.write(`${run} ${number}`, "latin1");
      return bytes;
    }
    bytes.set(sampleClip);
    bytes.writeUInt32BE(BYTES - sampleClip.length, sampleClip.length);
    bytes.write("free", sampleClip.length + 4, "latin1");
    return bytes;
  };
  const whole = createHash("sha256");
  const hashes: string[] = [];
  for (let number = 1; number <= COUNT; number += 1) {
    const bytes = part(number);
    whole.update(bytes);
    hashes.push(sha256Of(bytes));
  }
  const named = (numbers: readonly number[]) =>
    numbers.map((number) => ({ number, sha256: hashes[number - 1] ?? "" }));
  return { part, named, sha256: whole.digest("hex") };
}

const sequence = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

type LargeClip = ReturnType<typeof largeClip> & { readonly declaration: Declaration };

function newLargeClip(world: World): LargeClip {
  if (!world.large) throw new NotPossibleError("it sends over 100 MiB: run it without --skip-large");
  const clip = largeClip(world.newName("P"));
  const file = { name: "long.mp4", bytes: BYTES, contentType: "video/mp4", sha256: clip.sha256, partBytes };
  return { ...clip, declaration: world.declaration({ file }) };
}

async function ask(world: World, clip: LargeClip, numbers: readonly number[], status: 200 | 201 = 200) {
  const file = { ...clip.declaration.file, parts: clip.named(numbers) };
  const reply = await world.send("POST", "/v1/footage", { ...clip.declaration, file });
  return expectBody(reply, partsAnswer, status);
}

const numbersOf = (parts: readonly { readonly number: number }[]) =>
  parts.map(({ number }) => number).join(" ");

/** A clip of over 100 MiB in parts of 8 MiB, sent in three goes as a dock would after two breaks. */
export const partsChecks: readonly Check[] = [
  {
    id: "parts-from-nothing-to-accepted",
    clause: DECLARE,
    title:
      "A clip in 8 MiB parts: `parts`, `have`, `remaining`, fresh URLs after a break, complete, ACCEPTED",
    run: async (world) => {
      const clip = newLargeClip(world);
      const first = await ask(world, clip, [1, 2, 3], 201);
      const { footageId } = first;
      expectThat(numbersOf(first.upload.parts) === "1 2 3", `URLs came for ${numbersOf(first.upload.parts)}`);
      expectThat(first.upload.have.length === 0, "it already has parts of a new clip");
      expectThat(first.upload.remaining === COUNT, `${first.upload.remaining} remain of ${COUNT}`);
      await sendAll(clip, first.upload.parts.slice(0, 2));

      const second = await ask(world, clip, sequence(1, 10));
      expectThat(second.footageId === footageId, "the id changed");
      expectThat(
        second.upload.have.join(" ") === "1 2",
        `it has ${second.upload.have.join(" ") || "nothing"}`,
      );
      expectThat(second.upload.remaining === COUNT - 2, `${second.upload.remaining} remain`);
      const offered = numbersOf(second.upload.parts);
      expectThat(offered === sequence(3, 10).join(" "), `URLs came for ${offered}, not for what is missing`);
      expectProblem(await world.send("POST", `/v1/footage/${footageId}/complete`, {}), 409, 400);
      await sendAll(clip, second.upload.parts);

      const third = await ask(world, clip, sequence(11, COUNT));
      await sendAll(clip, third.upload.parts);
      const last = await ask(world, clip, []);
      expectThat(last.upload.remaining === 0, `${last.upload.remaining} remain after all were sent`);

      await expectCompletes(world, clip, footageId);
    },
  },
  {
    id: "parts-refused-by-the-store",
    clause: "§3 PUT to each part's url",
    title: "A part with another checksum is 400, of another length 403; neither is then among `have`",
    run: async (world) => {
      const clip = newLargeClip(world);
      const { upload } = await ask(world, clip, [1], 201);
      const [part] = upload.parts;
      expectThat(part !== undefined, "no URL came for the part");
      if (part === undefined) return;
      const wrong = Buffer.from(clip.part(1));
      wrong[PART - 1] = 1;
      expectStatus({ ...(await putBytes(part, wrong)), contentType: "" }, 400);
      // Few bytes: of a body that is under way, the store may break off the connection without a word.
      const short = clip.part(1).subarray(0, sampleClip.length);
      const headers = { ...part.headers, "content-length": String(short.length) };
      expectStatus({ ...(await putBytes({ url: part.url, headers }, short)), contentType: "" }, 403);
      const again = await ask(world, clip, [1]);
      expectThat(again.upload.have.length === 0, "the part counts although it was refused");
    },
  },
  {
    id: "parts-too-many",
    clause: DECLARE,
    title: "More than 20 parts at a time are refused and named",
    run: async (world) => {
      const parts = sequence(1, 21).map((number) => ({ number, sha256: "0".repeat(64) }));
      const declaration = world.declaration();
      const file = { ...declaration.file, bytes: 1024 * MIB, partBytes, parts };
      expectPointers(await world.send("POST", "/v1/footage", { ...declaration, file }), "/file/parts");
    },
  },
];

async function sendAll(
  clip: LargeClip,
  parts: readonly { number: number; url: string; headers: Record<string, string> }[],
): Promise<void> {
  for (const part of parts) {
    expectStatus({ ...(await putBytes(part, clip.part(part.number))), contentType: "" }, 200);
  }
}

async function expectCompletes(world: World, clip: LargeClip, footageId: string): Promise<void> {
  const path = `/v1/footage/${footageId}/complete`;
  const completed = expectBody(await world.send("POST", path, {}), footage, 200);
  const why = `${COMPLETE}: it answered ${completed.state}`;
  expectThat(completed.state === "PROCESSING", why);
  expectBody(await world.send("POST", path, {}), footage, 200);
  const { state, rejection } = await world.settled(footageId);
  expectThat(state === "ACCEPTED", `it became ${state} ${rejection?.code ?? ""}`);
  const { file } = clip.declaration;
  const reply = await world.send("POST", "/v1/footage", { ...clip.declaration, file });
  expectBody(reply, nothingMissing, 200);
}
