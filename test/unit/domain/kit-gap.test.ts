import { describe, expect, it } from "vitest";
import { type CarriedDevice, kitGap } from "#domain/notices/kit-gap.ts";

const FROM = "2026-11-22T07:00:00.000Z";

const carried = (
  deviceSerial: string,
  kind: "weapon" | "camera" | "gateway",
  fields: Partial<CarriedDevice> & { readonly from?: string; readonly singleCrewed?: boolean } = {},
): CarriedDevice => {
  const { from = FROM, singleCrewed, ...rest } = fields;
  return {
    booking: { deviceSerial, from, ...(singleCrewed === undefined ? {} : { singleCrewed }) },
    device: { kind, status: "active" },
    ...rest,
  };
};
const taser = carried("W-1", "weapon");
const camera = carried("C-1", "camera");
const broken = carried("C-2", "camera", { isFaulty: true });

describe("what is wrong with an officer's kit", () => {
  it.each<[string, readonly CarriedDevice[]]>([
    ["nothing is carried", []],
    ["a camera alone is", [camera]],
    ["a Taser and a camera are", [taser, camera]],
    ["a Taser, a camera that works and one that does not are", [broken, taser, camera]],
    ["a gateway alone is", [carried("G-1", "gateway")]],
    ["nobody knows what the only device is", [{ booking: { deviceSerial: "U-1", from: FROM } }]],
  ])("is nothing when %s", (_, kit) => {
    expect(kitGap(kit)).toBeUndefined();
  });

  it("is a Taser without any camera", () => {
    expect(kitGap([taser])).toEqual({ weaponSerial: "W-1", from: FROM, singleCrewed: false, cameras: [] });
  });

  it("is a Taser with cameras of which none works, each with what is wrong with it", () => {
    const revoked = carried("C-3", "camera", { device: { kind: "camera", status: "revoked" } });
    const unknown = { booking: { deviceSerial: "C-4", from: FROM } };
    expect(kitGap([unknown, revoked, broken, taser])?.cameras).toEqual([
      { serial: "C-2", why: "FAULTY" },
      { serial: "C-3", why: "REVOKED" },
      { serial: "C-4", why: "UNREGISTERED" },
    ]);
  });

  it("calls a camera that is both revoked and faulty revoked", () => {
    const both = carried("C-3", "camera", {
      device: { kind: "camera", status: "revoked" },
      isFaulty: true,
    });
    expect(kitGap([taser, both])?.cameras).toEqual([{ serial: "C-3", why: "REVOKED" }]);
  });

  it("is not made good by a gateway", () => {
    expect(kitGap([taser, carried("G-1", "gateway")])?.cameras).toEqual([]);
  });

  it("names the Taser that was booked first, in whatever order they come", () => {
    const later = carried("W-0", "weapon", { from: "2026-11-22T08:00:00.000Z" });
    expect(kitGap([later, taser])).toEqual(kitGap([taser, later]));
    expect(kitGap([later, taser])?.weaponSerial).toBe("W-1");
  });

  it("knows from any of the bookings that the officer is alone", () => {
    const alone = { ...broken, booking: { ...broken.booking, singleCrewed: true } };
    expect(kitGap([taser, alone])?.singleCrewed).toBe(true);
    expect(kitGap([carried("W-1", "weapon", { singleCrewed: false }), broken])?.singleCrewed).toBe(false);
  });
});
