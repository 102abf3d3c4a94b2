import { setTimeout as pauseFor } from "node:timers/promises";
import { type Check, NotPossibleError } from "./check.ts";
import { expectBody, expectProblem, expectStatus, expectThat } from "./expect.ts";
import { putAndHangUp, putBytes, type StoreReply } from "./requests.ts";
import {
  clipTime,
  declaredAnswer,
  fileOf,
  footage,
  nothingMissing,
  sampleClip,
  sha256Of,
  type World,
  wholeAnswer,
} from "./world.ts";

const IDEMPOTENCE = "§3 Idempotence";
const DECLARE = "§3 POST /v1/footage";
const STORE = "§3 PUT to upload.url";
const STATUS = "§3 GET /v1/footage/{footageId}";

const declare = (world: World, declaration: object) => world.send("POST", "/v1/footage", declaration);

/** A new declaration and where its clip goes. */
async function declared(world: World) {
  const declaration = world.declaration();
  return { declaration, ...expectBody(await declare(world, declaration), wholeAnswer, 201) };
}

const expectStore = (reply: StoreReply, ...statuses: readonly number[]) =>
  expectStatus({ ...reply, contentType: "" }, ...statuses);

/** After a PUT that was refused, the clip is still missing. */
async function expectStillMissing(world: World, declaration: object): Promise<void> {
  expectBody(await declare(world, declaration), wholeAnswer, 200);
}

/** As many bytes as the clip has, one of them another. */
const wrongBytes = sampleClip.map((byte, index) => (index === 100 ? byte ^ 1 : byte));
const CLOCK_MARGIN_MS = 5000;

const declaringChecks: readonly Check[] = [
  {
    id: "declared",
    clause: DECLARE,
    title: "A new clip is 201 with its id and one PUT to make",
    run: async (world) => {
      const { upload } = await declared(world);
      expectThat(Date.parse(upload.expiresAt) > Date.now(), "the URL has expired before it was used");
    },
  },
  {
    id: "declared-again",
    clause: DECLARE,
    title: "A repeat is 200 with the same id and a fresh URL, which works",
    run: async (world) => {
      const { declaration, footageId } = await declared(world);
      const again = expectBody(await declare(world, declaration), wholeAnswer, 200);
      expectThat(again.footageId === footageId, `the id changed from ${footageId} to ${again.footageId}`);
      expectStore(await putBytes(again.upload, sampleClip), 200);
    },
  },
  {
    id: "declared-defaults",
    clause: "§3 Footage",
    title: "A repeat that spells the defaults out is the same clip",
    run: async (world) => {
      const { declaration, footageId } = await declared(world);
      const spelt = { ...declaration, clip: 1, final: true, file: { ...declaration.file, original: true } };
      const again = expectBody(await declare(world, spelt), declaredAnswer, 200);
      expectThat(again.footageId === footageId, "it became another clip");
    },
  },
  {
    id: "declared-another-clock",
    clause: IDEMPOTENCE,
    title: "A known clip with another `clock` is 200 and the same footage",
    run: async (world) => {
      const { declaration, footageId } = await declared(world);
      const clock = { deviceClock: clipTime(700), gatewayClock: clipTime(600) };
      const again = expectBody(await declare(world, { ...declaration, clock }), declaredAnswer, 200);
      expectThat(again.footageId === footageId, "it became another clip");
    },
  },
  {
    id: "duplicate-number",
    clause: IDEMPOTENCE,
    title: "A known clip number with another SHA-256 becomes footage of its own; the first one stands",
    run: async (world) => {
      const { declaration, footageId } = await declared(world);
      const other = { ...declaration, file: fileOf(wrongBytes) };
      const second = expectBody(await declare(world, other), declaredAnswer, 201);
      expectThat(second.footageId !== footageId, "both got the same id");
      const secondAgain = expectBody(await declare(world, other), declaredAnswer, 200);
      expectThat(secondAgain.footageId === second.footageId, "the second's repeat got another id");
      const firstAgain = expectBody(await declare(world, declaration), declaredAnswer, 200);
      expectThat(firstAgain.footageId === footageId, "the first one's id changed");
    },
  },
  {
    id: "declared-other-content",
    clause: IDEMPOTENCE,
    title: "A known clip with other content is 409 with a problem",
    run: async (world) => {
      const { declaration } = await declared(world);
      const changed = { ...declaration, endTime: clipTime(40) };
      expectProblem(await declare(world, changed), 409);
    },
  },
];

/** A header that came with the URL, changed or left out, must be refused with 403. */
const headersChecks: readonly Check[] = [
  {
    id: "put-header-changed",
    clause: STORE,
    title: "A PUT with any of the given headers changed is 403",
    run: async (world) => {
      const { declaration, upload } = await declared(world);
      for (const name of headersToTamper(upload.headers)) {
        const headers = { ...upload.headers, [name]: tampered(name, upload.headers[name] ?? "") };
        const reply = await putBytes({ url: upload.url, headers }, sampleClip);
        expectThat(
          reply.status === 403,
          `with ${name} changed: expected 403, got ${reply.status} ${reply.body}`,
        );
      }
      await expectStillMissing(world, declaration);
    },
  },
  {
    id: "put-header-missing",
    clause: STORE,
    title: "A PUT without any one of the given headers is 403",
    run: async (world) => {
      const { declaration, upload } = await declared(world);
      for (const name of headersToTamper(upload.headers)) {
        const { [name]: _left, ...headers } = upload.headers;
        const reply = await putBytes({ url: upload.url, headers }, sampleClip);
        expectThat(reply.status === 403, `without ${name}: expected 403, got ${reply.status} ${reply.body}`);
      }
      await expectStillMissing(world, declaration);
    },
  },
  {
    id: "put-length-changed",
    clause: STORE,
    title: "A PUT of another length is 403",
    run: async (world) => {
      const { declaration, upload } = await declared(world);
      for (const body of [sampleClip.subarray(0, -1), new Uint8Array([...sampleClip, 0])]) {
        const headers = withLength(upload.headers, body.length);
        expectStore(await putBytes({ url: upload.url, headers }, body), 403);
      }
      await expectStillMissing(world, declaration);
    },
  },
  {
    id: "put-url-changed",
    clause: STORE,
    title: "A PUT to an altered URL is 403",
    run: async (world) => {
      const { declaration, upload } = await declared(world);
      const url = new URL(upload.url);
      url.pathname = `${url.pathname}x`;
      expectStore(await putBytes({ url: url.href, headers: upload.headers }, sampleClip), 403);
      await expectStillMissing(world, declaration);
    },
  },
  {
    id: "put-expired",
    clause: STORE,
    title: "A PUT to a URL that has expired is 403, and a repeat gives one that works",
    run: async (world) => {
      if (!world.waitForExpiry) {
        throw new NotPossibleError("a URL expires after minutes: run it with --wait-for-expiry");
      }
      const { declaration, upload } = await declared(world);
      await pauseFor(Math.max(0, Date.parse(upload.expiresAt) - Date.now()) + CLOCK_MARGIN_MS);
      expectStore(await putBytes(upload, sampleClip), 403);
      const fresh = expectBody(await declare(world, declaration), wholeAnswer, 200);
      expectStore(await putBytes(fresh.upload, sampleClip), 200);
    },
  },
];

/** The length is a matter of its own: another one means another body. */
const headersToTamper = (headers: Readonly<Record<string, string>>): string[] =>
  Object.keys(headers).filter((name) => !["content-length", "host"].includes(name.toLowerCase()));

function tampered(name: string, value: string): string {
  if (/checksum/i.test(name)) return Buffer.from(sha256Of(wrongBytes), "hex").toString("base64");
  return value === "*" ? '"another"' : `${value}x`;
}

function withLength(headers: Readonly<Record<string, string>>, length: number): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      name.toLowerCase() === "content-length" ? String(length) : value,
    ]),
  );
}

const storeChecks: readonly Check[] = [
  {
    id: "put-wrong-checksum",
    clause: STORE,
    title: "A PUT of a body with another checksum is 400, and stores nothing",
    run: async (world) => {
      const { declaration, upload } = await declared(world);
      expectStore(await putBytes(upload, wrongBytes), 400);
      await expectStillMissing(world, declaration);
    },
  },
  {
    id: "put-short-body",
    clause: STORE,
    title: "A PUT whose body ends early is 400 or broken off, and stores nothing",
    run: async (world) => {
      const { declaration, upload } = await declared(world);
      const reply = await putAndHangUp(upload, sampleClip, sampleClip.length - 100);
      expectStore(reply, 400, 0);
      await expectStillMissing(world, declaration);
    },
  },
  {
    id: "put-stored",
    clause: STORE,
    title: "A PUT of the declared bytes is 200, and the clip becomes ACCEPTED by itself",
    run: async (world) => {
      const { status } = await world.acceptedClip();
      const why = status.rejection ? ` ${status.rejection.code}: ${status.rejection.detail}` : "";
      expectThat(status.state === "ACCEPTED", `it became ${status.state}${why}`);
      expectThat(status.media !== undefined, "`media` does not tell what was found in the file");
    },
  },
  {
    id: "put-exists",
    clause: STORE,
    title: "A PUT of an object that exists is 412",
    run: async (world) => {
      const { upload } = await world.acceptedClip();
      expectStore(await putBytes(upload, sampleClip), 412);
    },
  },
  {
    id: "put-twice-at-once",
    clause: STORE,
    title: "Of two PUTs at once one is 200, the other 409 or 412",
    run: async (world) => {
      const { upload } = await declared(world);
      const second = Promise.withResolvers<void>();
      const slow = putBytes(upload, sampleClip, { hold: second.promise });
      const quick = await putBytes(upload, sampleClip);
      second.resolve();
      const statuses = [quick.status, (await slow).status];
      const stored = statuses.filter((status) => status === 200).length;
      const others = statuses.filter((status) => status === 409 || status === 412).length;
      expectThat(stored === 1 && others === 1, `they were answered ${statuses.join(" and ")}`);
    },
  },
  {
    id: "nothing-missing",
    clause: DECLARE,
    title: "A repeat of a clip that is stored is 200 with `upload: null`",
    run: async (world) => {
      const { declaration, footageId } = await world.acceptedClip();
      const again = expectBody(await declare(world, declaration), nothingMissing, 200);
      expectThat(again.footageId === footageId, "the id changed");
    },
  },
];

const statusChecks: readonly Check[] = [
  {
    id: "status-awaiting",
    clause: STATUS,
    title: "A clip that was declared and not sent is AWAITING_UPLOAD",
    run: async (world) => {
      const { footageId } = await declared(world);
      const { state } = expectBody(await world.send("GET", `/v1/footage/${footageId}`), footage, 200);
      expectThat(state === "AWAITING_UPLOAD", `it is ${state}`);
    },
  },
  {
    id: "status-rejected",
    clause: STATUS,
    title: "A file that is no video becomes REJECTED with a code and a sentence",
    run: async (world) => {
      const notes = new TextEncoder().encode(`This is no video, but a text. ${world.run}\n`.repeat(40));
      const declaration = world.declaration({ file: fileOf(notes) });
      const { footageId, upload } = expectBody(await declare(world, declaration), wholeAnswer, 201);
      expectStore(await putBytes(upload, notes), 200);
      const { state, rejection } = await world.settled(footageId);
      expectThat(state === "REJECTED", `it became ${state}`);
      expectThat(/^[A-Z][A-Z0-9_]+$/.test(rejection?.code ?? ""), `the code is ${rejection?.code}`);
    },
  },
  {
    id: "status-expired",
    clause: STATUS,
    title: "A clip that never comes becomes EXPIRED",
    run: async () => {
      throw new NotPossibleError("it takes a week");
    },
  },
  {
    id: "status-unknown",
    clause: STATUS,
    title: "An id that nobody was given is 404 with a problem",
    run: async (world) => {
      expectProblem(await world.send("GET", `/v1/footage/${world.newName("F")}`), 404);
    },
  },
  {
    id: "status-unsigned",
    clause: STATUS,
    title: "The status of a clip is 401 for somebody unknown",
    run: async (world) => {
      const { footageId } = await world.acceptedClip();
      expectProblem(await world.sendUnsigned("GET", `/v1/footage/${footageId}`), 401);
    },
  },
];

/** What becomes of a clip of up to 100 MiB. */
export const uploadChecks: readonly Check[] = [
  ...declaringChecks,
  ...headersChecks,
  ...storeChecks,
  ...statusChecks,
];
