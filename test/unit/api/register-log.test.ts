import { beforeEach, describe, expect, it } from "vitest";
import { InvalidInputError } from "#contracts/errors.ts";
import { type ApiUnderTest, aDevice, createApiUnderTest, NOW } from "#test/support/api-under-test.ts";
import { registerDevices } from "#use-cases/register/register-devices.ts";
import { deviceLog, officerLog } from "#use-cases/register/register-log.ts";
import { registerOfficers } from "#use-cases/register/register-officers.ts";
import { OvertakenError, sealOf } from "#use-cases/register/replace-entry.ts";

let under: ApiUnderTest;
beforeEach(() => {
  under = createApiUnderTest();
});

const asAdmin = (method: string, path: string, body?: unknown) => under.asPerson("admin", method, path, body);
const camera = { kind: "camera", model: "Axon Body 3", status: "active" } as const;
const officer = {
  collarNumber: "4471SW",
  team: "Response A",
  borough: "Lambeth",
  taserTrained: true,
  cameraIssued: true,
};
const booking = { deviceSerial: "X1", officerId: "P-1", from: "2026-11-21T18:00:00.000Z" };

async function logOf(id: string): Promise<readonly (readonly [who: string, what: string])[]> {
  return (await under.repositories.custody.all(id)).map(({ who, what }) => [who, what]);
}

describe("who changed the register", () => {
  it("stands in the device's own log, field by field, and a repeat adds nothing", async () => {
    await asAdmin("PUT", "/v1/devices/X1", camera);
    await asAdmin("PUT", "/v1/devices/X1", camera);
    await asAdmin("PUT", "/v1/devices/X1", { ...camera, status: "revoked", model: "Axon Body 4" });
    expect(await logOf(deviceLog("X1"))).toEqual([
      ["a-1", "registers it with kind “camera”; model “Axon Body 3”; status “active”; serial “X1”"],
      ["a-1", "changes model from “Axon Body 3” to “Axon Body 4”; status from “active” to “revoked”"],
    ]);
  });

  it("tells keys by their public part, those that came and those that went", async () => {
    const { jwk } = aDevice("X1");
    await asAdmin("PUT", "/v1/devices/X1", { ...camera, publicKeys: [{ ...jwk, kid: "2026" }] });
    await asAdmin("PUT", "/v1/devices/X1", camera);
    const [registered, changed] = await logOf(deviceLog("X1"));
    expect(registered?.[1]).toContain(`publicKeys ${jwk.x} (kid 2026)`);
    expect(changed?.[1]).toBe(`changes publicKeys from ${jwk.x} (kid 2026) to none`);
  });

  it("says that a key was refused which is another's", async () => {
    const { jwk } = aDevice("X1");
    await asAdmin("PUT", "/v1/devices/X1", { ...camera, publicKeys: [jwk] });
    await asAdmin("PUT", "/v1/devices/X2", { ...camera, publicKeys: [jwk] });
    expect((await logOf(deviceLog("X2"))).at(-1)).toEqual([
      "a-1",
      "was refused that: a key of it belongs to X1",
    ]);
  });

  it("stands in the officer's own log", async () => {
    await asAdmin("POST", "/v1/officers", [{ officerId: "P-1", ...officer }]);
    await asAdmin("PUT", "/v1/officers/P-1", {
      ...officer,
      cameraIssued: false,
      cameraNotIssuedReason: "none",
    });
    expect((await logOf(officerLog("P-1"))).map(([, what]) => what)).toEqual([
      "registers it with collarNumber “4471SW”; team “Response A”; borough “Lambeth”; taserTrained yes; cameraIssued yes; officerId “P-1”",
      "changes cameraIssued from yes to no; cameraNotIssuedReason from none to “none”",
    ]);
  });

  it("names the gateway that booked, in the logs of the device and of the officer", async () => {
    const dock = aDevice("DOCK-1");
    await under.register(dock);
    await under.asDevice(dock, "POST", "/v1/bookings", booking);
    await under.asDevice(dock, "POST", "/v1/bookings", booking);
    await asAdmin("POST", "/v1/bookings", { ...booking, to: "2026-11-22T02:00:00Z", singleCrewed: true });
    const expected = [
      ["DOCK-1", "books X1 for P-1 from 2026-11-21T18:00:00.000Z"],
      [
        "a-1",
        "completes the booking of X1 for P-1 from 2026-11-21T18:00:00.000Z to 2026-11-22T02:00:00.000Z, single-crewed yes",
      ],
    ];
    expect(await logOf(deviceLog("X1"))).toEqual(expected);
    expect(await logOf(officerLog("P-1"))).toEqual(expected);
  });

  it("is noted before anything is changed, so that no change goes without", async () => {
    const { register } = under.repositories;
    const broken = createApiUnderTest({
      register: { ...register, putOfficer: () => Promise.reject(new InvalidInputError("killed here")) },
    });
    await broken.asPerson("admin", "PUT", "/v1/officers/P-1", officer);
    expect(await broken.repositories.custody.all(officerLog("P-1"))).toHaveLength(1);
  });
});

describe("an entry that was changed since it was seen", () => {
  const deps = () => ({
    ...under.repositories,
    workflow: { start: async () => {} },
    clock: { now: () => NOW },
    force: { policies: [], timeZone: "Europe/London" },
  });
  const pointerOf = () => "";

  it("is not put over, device or officer, and what stands there stays", async () => {
    const device = { ...camera, serial: "X1" };
    const member = { ...officer, officerId: "P-1" };
    await registerDevices({ devices: [device], replace: true, by: "a-1", pointerOf }, deps());
    await registerOfficers({ officers: [member], replace: true, by: "a-1", pointerOf }, deps());
    const [seenDevice, seenOfficer] = [sealOf(device), sealOf(member)];
    await asAdmin("PUT", "/v1/devices/X1", { ...camera, status: "revoked" });
    await asAdmin("PUT", "/v1/officers/P-1", { ...officer, team: "B" });
    const devices = [{ ...device, model: "Other" }];
    const officers = [{ ...member, borough: "Camden" }];
    for (const seen of [() => seenDevice, () => ""]) {
      const late = registerDevices({ devices, replace: true, by: "a-2", seen, pointerOf }, deps());
      await expect(late).rejects.toThrow(OvertakenError);
    }
    const late = registerOfficers(
      { officers, replace: true, by: "a-2", seen: () => seenOfficer, pointerOf },
      deps(),
    );
    await expect(late).rejects.toThrow(OvertakenError);
    expect(await under.repositories.register.readDevice("X1")).toEqual({ ...device, status: "revoked" });
    expect(await under.repositories.register.readOfficer("P-1")).toEqual({ ...member, team: "B" });
  });

  it("is not put over when the other change comes between the look and the write", async () => {
    const { register } = under.repositories;
    const member = { ...officer, officerId: "P-1" };
    await register.putOfficer(member);
    let isFirst = true;
    const meanwhile: typeof register.putOfficer = async (record, mayReplace) => {
      if (isFirst) await register.putOfficer({ ...member, team: "Meanwhile" });
      isFirst = false;
      return register.putOfficer(record, mayReplace);
    };
    const late = registerOfficers(
      {
        officers: [{ ...member, borough: "Camden" }],
        replace: true,
        by: "a-2",
        seen: () => sealOf(member),
        pointerOf,
      },
      { ...deps(), register: { ...register, putOfficer: meanwhile } },
    );
    await expect(late).rejects.toThrow(OvertakenError);
    expect((await register.readOfficer("P-1"))?.team).toBe("Meanwhile");
  });

  it("gives back a key that was claimed for it", async () => {
    const { jwk } = aDevice("X1");
    const { register } = under.repositories;
    expect(await register.putDevice({ ...camera, serial: "X1" }, ["thumb"], () => false)).toEqual({
      outcome: "overtaken",
    });
    expect(await register.holderOfKey("thumb")).toBeUndefined();
    await asAdmin("PUT", "/v1/devices/X1", { ...camera, publicKeys: [jwk] });
    expect((await register.readDevice("X1"))?.publicKeys).toEqual([jwk]);
  });
});
