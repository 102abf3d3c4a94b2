import { generateKeyPairSync, randomBytes } from "node:crypto";
import type { Check } from "./check.ts";
import { expectBody, expectProblem, expectStatus } from "./expect.ts";
import { signerOf, type Tampering } from "./requests.ts";
import { declaredAnswer, timeAnswer, type World } from "./world.ts";

const CLAUSE = "§3 Devices and gateways";
const OUTSIDE_SECONDS = 310;
const INSIDE_SECONDS = 280;

const newKey = () => generateKeyPairSync("ed25519").privateKey;

/** A declaration that is tampered with on its way must be refused with 401, and must have stored nothing. */
function refused(id: string, title: string, tampering: (world: World) => Tampering): Check {
  return {
    id,
    clause: CLAUSE,
    title,
    run: async (world) => {
      const declaration = world.declaration();
      expectProblem(await world.send("POST", "/v1/footage", declaration, tampering(world)), 401);
      await expectNothingStored(world, declaration);
    },
  };
}

/** What was refused left no trace when the same declaration, rightly signed, is new. */
async function expectNothingStored(world: World, declaration: object): Promise<void> {
  expectBody(await world.send("POST", "/v1/footage", declaration), declaredAnswer, 201);
}

const withInput = (change: (input: string) => string): Tampering => ({
  headers: (signed) => ({ ...signed, "signature-input": change(signed["signature-input"] ?? "") }),
});

async function serviceSeconds(world: World): Promise<number> {
  const { now } = expectBody(await world.sendUnsigned("GET", "/v1/time"), timeAnswer, 200);
  return Math.floor(Date.parse(now) / 1000);
}

/** A `created` that lies so many seconds from the service's time. */
function createdAt(id: string, offset: number, title: string): Check {
  return {
    id,
    clause: CLAUSE,
    title,
    run: async (world) => {
      const declaration = world.declaration();
      const created = (await serviceSeconds(world)) + offset;
      const reply = await world.send("POST", "/v1/footage", declaration, { created });
      if (Math.abs(offset) <= INSIDE_SECONDS) {
        expectBody(reply, declaredAnswer, 201);
        return;
      }
      expectProblem(reply, 401);
      expectBody(reply, timeAnswer, 401);
      await expectNothingStored(world, declaration);
    },
  };
}

const tampered: readonly Check[] = [
  refused("body-not-covered", "A good signature that does not cover the body's digest is 401", () => ({
    signed: { body: null },
    headers: (signed) => ({ ...signed, "content-type": "application/json" }),
  })),
  refused(
    "signature-of-another-key",
    "A signature of another key under a known serial is 401",
    ({ key }) => ({
      signer: { keyId: key.keyId, key: newKey() },
    }),
  ),
  refused("serial-unknown", "A signature of a serial that nobody registered is 401", (world) => ({
    signer: { keyId: world.newName("X"), key: newKey() },
  })),
  refused("serial-of-another", "The own key under another serial is 401", (world) => ({
    signer: { ...signerOf(world.key), keyId: world.newName("X") },
  })),
  refused("signature-altered", "A signature of which one byte is altered is 401", () => ({
    headers: (signed) => ({ ...signed, signature: flipped(signed["signature"] ?? "") }),
  })),
  refused("signature-missing", "A Signature-Input without its Signature is 401", () => ({
    headers: ({ signature: _left, ...others }) => others,
  })),
  refused("signature-unreadable", "A Signature-Input that is no structured field is 401", () =>
    withInput(() => 'sig1=("@method'),
  ),
  refused("label-other", "Another label than sig1 is 401", () => ({
    headers: (signed) => ({
      ...signed,
      "signature-input": (signed["signature-input"] ?? "").replace("sig1=", "sig2="),
      signature: (signed["signature"] ?? "").replace("sig1=", "sig2="),
    }),
  })),
  refused("alg-other", "Another alg than ed25519 is 401", () =>
    withInput((input) => input.replace('"ed25519"', '"hmac-sha256"')),
  ),
  refused("path-foreign", "A signature made for another path is 401", () => ({
    signed: { path: "/v1/weapon-logs" },
  })),
  refused("method-foreign", "A signature made for another method is 401", () => ({
    signed: { method: "PUT" },
  })),
  refused("body-altered", "A body that is not the signed one is 401", () => ({ signed: { body: "{}" } })),
  refused("digest-altered", "A Content-Digest that is not the signed one is 401", () => ({
    headers: (signed) => ({ ...signed, "content-digest": `sha-256=:${randomBytes(32).toString("base64")}:` }),
  })),
  refused("digest-missing", "A body without Content-Digest is 401", () => ({
    headers: ({ "content-digest": _left, ...others }) => others,
  })),
  refused("nonce-altered", "A nonce that is not the signed one is 401", () =>
    withInput((input) => input.replace(/nonce="[^"]*"/, 'nonce="another"')),
  ),
];

function flipped(signature: string): string {
  const at = signature.indexOf(":") + 3;
  return `${signature.slice(0, at)}${signature[at] === "A" ? "B" : "A"}${signature.slice(at + 1)}`;
}

/** Who a request is of. */
export const signatureChecks: readonly Check[] = [
  {
    id: "unsigned",
    clause: CLAUSE,
    title: "An unsigned request is 401 with a problem, and stores nothing",
    run: async (world) => {
      const declaration = world.declaration();
      expectProblem(await world.sendUnsigned("POST", "/v1/footage", declaration), 401);
      await expectNothingStored(world, declaration);
    },
  },
  ...tampered,
  createdAt("created-old", -OUTSIDE_SECONDS, "A `created` over 300 s ago is 401 with `now`"),
  createdAt("created-ahead", OUTSIDE_SECONDS, "A `created` over 300 s ahead is 401 with `now`"),
  createdAt("created-late", -INSIDE_SECONDS, "A `created` 280 s ago is accepted"),
  createdAt("created-early", INSIDE_SECONDS, "A `created` 280 s ahead is accepted"),
  {
    id: "nonce-replayed",
    clause: CLAUSE,
    title: "A nonce is good once: the same signed request again is 401",
    run: async (world) => {
      const declaration = world.declaration();
      const once: Tampering = {
        nonce: randomBytes(16).toString("hex"),
        created: await serviceSeconds(world),
      };
      expectStatus(await world.send("POST", "/v1/footage", declaration, once), 201);
      expectProblem(await world.send("POST", "/v1/footage", declaration, once), 401);
      // Another request under a spent nonce is no better.
      expectProblem(await world.send("POST", "/v1/footage", world.declaration(), once), 401);
    },
  },
  {
    id: "query-signed",
    clause: CLAUSE,
    title: "A query is part of what is signed: covered it is accepted, altered or left out it is 401",
    run: async (world) => {
      const path = "/v1/bookings?limit=1";
      if (world.speaksAs !== "gateway") {
        expectStatus(await world.send("GET", path), 403);
        return;
      }
      expectStatus(await world.send("GET", path), 200);
      expectProblem(await world.send("GET", path, undefined, { signed: { query: "?limit=2" } }), 401);
      expectProblem(await world.send("GET", path, undefined, { signed: { query: "" } }), 401);
    },
  },
];
