import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { signRequest } from "#infra/device/sign-request.ts";
import { signByHand } from "#test/support/sign-by-hand.ts";

const signer = { keyId: "GW-1", key: generateKeyPairSync("ed25519").privateKey };

describe("the devices' signature", () => {
  it.each([
    { method: "GET", path: "/v1/footage/f1" },
    { method: "GET", path: "/v1/bookings", query: "?limit=1&cursor=YQ%3D%3D" },
    { method: "POST", path: "/v1/weapon-logs", body: '{"a":"ä"}' },
    { method: "POST", path: "/prefix/v1/footage", body: "" },
  ])("is the one that is made by hand from the RFC: $method $path", async (request) => {
    const signed = await signRequest(request, signer, 1_700_000_000, "n-1");
    expect(signed).toEqual(signByHand(request, signer, 1_700_000_000, "n-1"));
  });
});
