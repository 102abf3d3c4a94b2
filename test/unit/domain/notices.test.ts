import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Notice, notice } from "#contracts/alert.ts";
import { incidentKind, outcome } from "#contracts/verdict.ts";
import { addressFaults } from "#domain/notices/address-faults.ts";
import { type DeliveryFacts, deliveryNotice, operationsWord } from "#domain/notices/delivery-notice.ts";
import { digestLists } from "#domain/notices/digest-lists.ts";
import { type DigestFacts, type DigestLine, digestNotice } from "#domain/notices/digest-notice.ts";
import { type KitFacts, kitNotice } from "#domain/notices/kit-notice.ts";
import { anyText, expectHarmless } from "#test/support/hostile-text.ts";
import { anIncident, aVerdict } from "#test/support/lifecycle-builders.ts";
import { propertyRuns } from "#test/support/property-runs.ts";

const owedAt = new Date("2026-11-22T07:00:00.000Z");
const timeZone = "Europe/London";
const bodyOf = ({ email }: Notice): readonly string[] => email.body.split("\n");

describe("the notice of an officer without a camera", () => {
  const facts = (fields: Partial<KitFacts> = {}): KitFacts => ({
    about: "0123456789ab",
    officer: { collarNumber: "1234MD", borough: "Southwark", cameraIssued: true },
    gap: { weaponSerial: "X12005BX7", from: "2026-11-22T06:55:00.000Z", singleCrewed: false, cameras: [] },
    level: 1,
    owedAt,
    timeZone,
    link: "https://console.example/kit",
    ...fields,
  });
  const alone = { ...facts().gap, singleCrewed: true };

  it("says who, where, since when and with what, and what to do by when", () => {
    const message = kitNotice(facts());
    expect(message.email).toEqual({
      subject: "Taser booked without a working camera, Southwark, 22 Nov 06:55",
      body: [
        "Taser booked without a working camera.",
        "",
        "Since: Sun 22 Nov 2026, 06:55:00 GMT",
        "Where: Southwark",
        "Officer: collar number 1234MD",
        "Weapon: X12005BX7",
        "Camera: none booked",
        "",
        "The kit check: https://console.example/kit",
        "What to do: see that the officer takes a working camera or hands the Taser back, by Sun 22 Nov 2026, 07:30:00 GMT.",
      ].join("\n"),
    });
    expect(message.sms).toBe(
      "Taser out without camera, officer 1234MD. https://console.example/kit Get a camera by 22 Nov 07:30.",
    );
    const { email: _email, sms: _sms, ...rest } = message;
    expect(rest).toEqual({
      alertId: "KIT.0123456789ab.1",
      type: "KIT",
      priority: "normal",
      borough: "Southwark",
      outcome: "NOT_APPLICABLE",
      level: 1,
      link: "https://console.example/kit",
      respondBy: "2026-11-22T07:30:00.000Z",
    });
  });

  it("says first that the officer is alone", () => {
    const { email, sms } = kitNotice(facts({ gap: alone }));
    expect(email.subject).toBe(
      "Single-crewed officer with a Taser and no working camera, Southwark, 22 Nov 06:55",
    );
    expect(email.body).toMatch(/^Single-crewed officer with a Taser and no working camera\.\n/);
    expect(sms).toMatch(/^SINGLE-CREWED Taser out without camera, officer 1234MD\./);
  });

  it("says what is wrong with each camera", () => {
    const cameras = [
      { serial: "C-1", why: "REVOKED" },
      { serial: "C-2", why: "UNREGISTERED" },
      { serial: "C-3", why: "FAULTY" },
    ] as const;
    expect(bodyOf(kitNotice(facts({ gap: { ...facts().gap, cameras: [...cameras] } })))).toContain(
      "Camera: C-1 (revoked), C-2 (not registered), C-3 (its last recording ended by a fault)",
    );
  });

  it("says that none is issued to the officer, where that is so", () => {
    const officer = { collarNumber: "1234MD", borough: "Southwark", cameraIssued: false };
    expect(bodyOf(kitNotice(facts({ officer })))).toContain(
      "Camera: none booked, and none is issued to this officer",
    );
  });

  it("tells of an officer whom nobody registered too", () => {
    const message = kitNotice(facts({ officer: undefined }));
    expect(message.borough).toBe("unknown");
    expect(bodyOf(message)).toContain("Officer: not registered");
    expect(message.sms).toMatch(/^Taser out without camera\. https/);
  });

  it("leaves out of the short text what does not fit, the link first, and never what to do", () => {
    const link = `https://${"a".repeat(120)}.example/kit`;
    expect(kitNotice(facts({ link })).sms).toBe(
      "Taser out without camera, officer 1234MD. Get a camera by 22 Nov 07:30.",
    );
    const officer = { collarNumber: "\ufdfa".repeat(20), borough: "Southwark", cameraIssued: true };
    expect(kitNotice(facts({ link, officer })).sms).toBe(
      "Taser out without camera. Get a camera by 22 Nov 07:30.",
    );
  });

  it("leaves the place out of a subject that gets too long", () => {
    const officer = { collarNumber: "1", borough: "B".repeat(100), cameraIssued: true };
    expect(kitNotice(facts({ officer, gap: alone })).email.subject).toBe(
      "Single-crewed officer with a Taser and no working camera, 22 Nov 06:55",
    );
  });

  it("cannot be broken, turned, forged or lengthened by what anybody registered", () => {
    fc.assert(
      fc.property(anyText, anyText, fc.boolean(), (collarNumber, borough, singleCrewed) => {
        const officer = { collarNumber, borough, cameraIssued: true };
        const message = kitNotice(facts({ officer, gap: { ...facts().gap, singleCrewed } }));
        expect(() => notice.parse(message)).not.toThrow();
        expectHarmless(message, 10);
      }),
      propertyRuns(300),
    );
  });
});

describe("the notice of what may not reach anybody", () => {
  const facts = (fields: Partial<DeliveryFacts> = {}): DeliveryFacts => ({
    about: "addresses-1-2026-11-22-abc",
    whom: "duty supervisors",
    faults: ["Email address 1 is not subscribed, or was unsubscribed.", "Another."],
    level: 2,
    owedAt,
    timeZone,
    link: "https://console.example/",
    ...fields,
  });

  it("says whom, what was found, and what to do by when", () => {
    expect(deliveryNotice(facts())).toEqual({
      alertId: "DELIVERY.addresses-1-2026-11-22-abc.2",
      type: "DELIVERY",
      priority: "normal",
      borough: "all",
      outcome: "NOT_APPLICABLE",
      level: 2,
      email: {
        subject: "Alerts to duty supervisors may not reach everybody",
        body: [
          "Alerts to duty supervisors may not reach everybody.",
          "",
          "Email address 1 is not subscribed, or was unsubscribed.",
          "Another.",
          "",
          "Until this is put right, alerts of that level may reach nobody.",
          "",
          "The console: https://console.example/",
          "What to do: see that the operators put it right, and read the console in their place until then, by Sun 22 Nov 2026, 11:00:00 GMT.",
        ].join("\n"),
      },
      sms: "Alerts to duty supervisors may not arrive. Read the console and tell the operators by 22 Nov 11:00.",
      link: "https://console.example/",
      respondBy: "2026-11-22T11:00:00.000Z",
    });
  });

  it("gives the operators the same words, and what is theirs to do", () => {
    const message = deliveryNotice(facts());
    expect(operationsWord(message)).toEqual({
      subject: "Witnessed: Alerts to duty supervisors may not reach everybody",
      body: `Level 2 is told:\n\n${message.email.body}\n\nWhat operators are to do: put it right as the runbook says, by 2026-11-22T11:00:00.000Z.`,
    });
    const { respondBy: _respondBy, ...undated } = message;
    expect(operationsWord(undated).body).toMatch(/by now\.$/);
  });

  it("cannot be broken, turned, forged or lengthened by the name of a level", () => {
    fc.assert(
      fc.property(anyText, (whom) => {
        const message = deliveryNotice(facts({ whom }));
        expect(() => notice.parse(message)).not.toThrow();
        expectHarmless(message, 9);
        expect(operationsWord(message).subject).toMatch(/^[^\n\p{Cs}]{1,99}$/u);
      }),
      propertyRuns(300),
    );
  });
});

describe("the digest", () => {
  const line = (incidentId: string, fields: Partial<DigestLine> = {}): DigestLine => ({
    incidentId,
    kind: "DISCHARGE",
    outcome: "UNRECORDED",
    occurredAt: "2026-11-21T21:08:00.000Z",
    borough: "Southwark",
    collarNumber: "1234MD",
    drill: false,
    ...fields,
  });
  const facts = (fields: Partial<DigestFacts> = {}): DigestFacts => ({
    date: "2026-11-22",
    level: 1,
    since: "2026-11-21T07:00:12.000Z",
    owedAt,
    next: new Date("2026-11-23T07:00:00.000Z"),
    open: [],
    byOthersAlone: [],
    withoutVideo: [],
    kitGaps: 0,
    unreadable: 0,
    timeZone,
    link: "https://console.example/",
    ...fields,
  });

  it("comes when there is nothing to say too", () => {
    const message = digestNotice(facts());
    expect(message.email).toEqual({
      subject: "Witnessed digest, 22 Nov 07:00: 0 open, 0 past their deadline, 0 without video",
      body: [
        "Witnessed, daily digest of Sun 22 Nov 2026, 07:00:00 GMT, since the one of Sat 21 Nov 2026, 07:00:12 GMT.",
        "",
        "Open (0; 0 past their deadline):",
        "none",
        "",
        "Discharges recorded although the officer's own camera was not on (0):",
        "none",
        "",
        "Uses without video (0):",
        "none",
        "",
        "Officers out now with a Taser and no working camera: 0.",
        "",
        "The console: https://console.example/",
        "What to do: nothing is open; expect the next digest by Mon 23 Nov 2026, 07:00:00 GMT.",
      ].join("\n"),
    });
    expect(message.sms).toBe(
      "Witnessed: 0 open, 0 past their deadline, 0 without video. Next: nothing is open; expect the next digest by 23 Nov 07:00.",
    );
    const { email: _email, sms: _sms, ...rest } = message;
    expect(rest).toEqual({
      alertId: "DIGEST.2026-11-22.1",
      type: "DIGEST",
      priority: "normal",
      borough: "all",
      outcome: "NOT_APPLICABLE",
      level: 1,
      link: "https://console.example/",
      respondBy: "2026-11-23T07:00:00.000Z",
    });
  });

  it("is of no span when it is the first", () => {
    expect(bodyOf(digestNotice(facts({ since: undefined })))[0]).toBe(
      "Witnessed, daily digest of Sun 22 Nov 2026, 07:00:00 GMT.",
    );
  });

  it("lists what is open by deadline, what has none last, drills marked", () => {
    const open = [
      line("i-none", { outcome: undefined, collarNumber: undefined, occurredAt: "2026-11-21T22:00:00.000Z" }),
      line("i-later", { deadline: "2026-11-22T10:00:00.000Z", drill: true, kind: "UNKNOWN" }),
      line("i-overdue", { deadline: "2026-11-22T06:59:59.000Z" }),
      line("i-nor", {}),
      line("i-at", { deadline: "2026-11-22T07:00:00.000Z", outcome: "AWAITING_FOOTAGE" }),
    ];
    const message = digestNotice(facts({ open }));
    expect(bodyOf(message).slice(2, 9)).toEqual([
      "Open (5, 1 of them drills; 1 past their deadline):",
      "- Taser discharge, not recorded, 21 Nov 21:08, Southwark, officer 1234MD, was due 22 Nov 06:59: https://console.example/incidents/i-overdue",
      "- Taser discharge, awaiting footage, 21 Nov 21:08, Southwark, officer 1234MD, due 22 Nov 07:00: https://console.example/incidents/i-at",
      "- DRILL: Possible Taser discharge, not recorded, 21 Nov 21:08, Southwark, officer 1234MD, due 22 Nov 10:00: https://console.example/incidents/i-later",
      "- Taser discharge, not recorded, 21 Nov 21:08, Southwark, officer 1234MD: https://console.example/incidents/i-nor",
      "- Taser discharge, not judged yet, 21 Nov 22:00, Southwark: https://console.example/incidents/i-none",
      "",
    ]);
    expect(bodyOf(message).at(-1)).toBe(
      "What to do: see to what is past its deadline by Sun 22 Nov 2026, 08:00:00 GMT.",
    );
  });

  it("asks for the first that is open, by its deadline, else by the next digest", () => {
    const due = line("i1", { deadline: "2026-11-22T10:00:00.000Z" });
    expect(digestNotice(facts({ open: [line("i2"), due] })).respondBy).toBe("2026-11-22T10:00:00.000Z");
    expect(bodyOf(digestNotice(facts({ open: [line("i2")] }))).at(-1)).toBe(
      "What to do: see to the first that is open by Mon 23 Nov 2026, 07:00:00 GMT.",
    );
  });

  it("lists the discharges that others alone recorded and the uses without video, and counts the rest", () => {
    const message = digestNotice(
      facts({
        byOthersAlone: [line("i-others", { outcome: "RECORDED" })],
        withoutVideo: Array.from({ length: 27 }, (_, index) => line(`i-${index}`, { kind: "NON_DISCHARGE" })),
        kitGaps: 3,
        unreadable: 2,
      }),
    );
    const body = bodyOf(message);
    expect(body).toContain(
      "- Taser discharge, recorded, 21 Nov 21:08, Southwark, officer 1234MD: https://console.example/incidents/i-others",
    );
    expect(body).toContain("Uses without video (27):");
    expect(body.filter((one) => one.startsWith("- Taser use, not recorded"))).toHaveLength(25);
    expect(body).toContain("and 2 more in the console");
    expect(body).toContain("Officers out now with a Taser and no working camera: 3.");
    expect(body).toContain("In no list, because they cannot be read: 2. The operators' log names them.");
    expect(message.email.subject).toMatch(/27 without video$/);
  });

  it("cannot be broken, turned, forged or lengthened by what stands in a use", () => {
    const anyLine = fc.record({
      kind: fc.constantFrom(...incidentKind.options),
      outcome: fc.constantFrom(undefined, ...outcome.options),
      borough: anyText,
      collarNumber: fc.option(anyText, { nil: undefined }),
      drill: fc.boolean(),
      deadline: fc.constantFrom(undefined, "2026-11-22T06:00:00.000Z", "2026-11-22T09:00:00.000Z"),
    });
    fc.assert(
      fc.property(fc.array(anyLine, { maxLength: 30 }), fc.nat(99_999), (fields, kitGaps) => {
        const open = fields.map((one, index) => line(`i-${index}`, one));
        const message = digestNotice(facts({ open, withoutVideo: open, kitGaps }));
        expect(() => notice.parse(message)).not.toThrow();
        const shown = open.length === 0 ? 1 : Math.min(open.length, 25) + (open.length > 25 ? 1 : 0);
        const withoutLinks = message.email.body.replaceAll(
          /https:\/\/console\.example\/incidents\/i-\d+/g,
          "",
        );
        expectHarmless({ ...message, email: { ...message.email, body: withoutLinks } }, 13 + 2 * shown);
      }),
      propertyRuns(200),
    );
  });
});

describe("what the digest lists", () => {
  const since = "2026-11-21T07:00:00.000Z";
  const until = "2026-11-22T07:00:00.000Z";
  const use = (
    fields: Parameters<typeof aVerdict>[0] = {},
    record: Parameters<typeof anIncident>[0] = {},
  ) => ({
    record: anIncident(record),
    verdicts: [aVerdict({ outcome: "UNRECORDED", decidedAt: until, ...fields })],
  });
  const counts = (one: ReturnType<typeof use>) => {
    const { byOthersAlone, withoutVideo } = digestLists([one], { since, until });
    return [byOthersAlone.length, withoutVideo.length];
  };
  const duty = (of: "NOT_ON" | "MET") => ({ outcome: of, possibleOutcomes: [of] });

  it("is verdicts given after the one before, up to this one", () => {
    expect(counts(use({ decidedAt: since }))).toEqual([0, 0]);
    expect(counts(use({ decidedAt: "2026-11-21T07:00:00.001Z" }))).toEqual([0, 1]);
    expect(counts(use())).toEqual([0, 1]);
    expect(counts(use({ decidedAt: "2026-11-22T07:00:00.001Z" }))).toEqual([0, 0]);
  });

  it("is no further version that says the same, but what became so again", () => {
    const versions = (...outcomes: ["UNRECORDED" | "PARTLY_RECORDED", string][]) => ({
      record: anIncident(),
      verdicts: outcomes.map(([outcome, decidedAt]) => aVerdict({ outcome, decidedAt })),
    });
    expect(counts(versions(["UNRECORDED", since], ["UNRECORDED", until]))).toEqual([0, 0]);
    expect(counts(versions(["PARTLY_RECORDED", since], ["UNRECORDED", until]))).toEqual([0, 1]);
    expect(counts(versions(["UNRECORDED", until], ["PARTLY_RECORDED", until]))).toEqual([0, 0]);
  });

  it("is no drill, nothing merged and nothing without a verdict", () => {
    expect(counts(use({}, { drill: true }))).toEqual([0, 0]);
    expect(counts(use({}, { mergedInto: "i2", state: "MERGED" }))).toEqual([0, 0]);
    expect(digestLists([{ record: anIncident(), verdicts: [] }], { since, until })).toEqual({
      byOthersAlone: [],
      withoutVideo: [],
    });
  });

  it("is without video what was not recorded or not kept, of every kind", () => {
    for (const kind of incidentKind.options) {
      expect(counts(use({ kind }))).toEqual([0, 1]);
      expect(counts(use({ kind, outcome: "NOT_RETAINED" }))).toEqual([0, 1]);
      expect(counts(use({ kind, outcome: "PARTLY_RECORDED" }))).toEqual([0, 0]);
    }
  });

  it("is by others alone a recorded discharge while the officer's own camera was not on", () => {
    expect(counts(use({ outcome: "RECORDED", duty: duty("NOT_ON") }))).toEqual([1, 0]);
    expect(counts(use({ outcome: "RECORDED", duty: duty("MET") }))).toEqual([0, 0]);
    expect(counts(use({ outcome: "RECORDED", duty: duty("NOT_ON"), kind: "NON_DISCHARGE" }))).toEqual([0, 0]);
    expect(counts(use({ outcome: "PARTLY_RECORDED", duty: duty("NOT_ON") }))).toEqual([0, 0]);
  });
});

describe("what is wrong with the addresses of a topic", () => {
  const found = (fields: object = {}) => ({
    protocol: "email" as const,
    endpoint: "duty@police.example",
    confirmed: true,
    protected: true,
    ...fields,
  });
  const configured = { emails: ["a@police.example", "Duty@Police.example"], phones: ["+447700900123"] };
  const phone = found({ protocol: "sms", endpoint: "+447700900123", protected: false });
  const first = found({ endpoint: "a@police.example" });

  it("is nothing when each is confirmed and protected, whatever the case of its letters", () => {
    expect(addressFaults(configured, [found(), phone, first])).toEqual([]);
    expect(addressFaults({ emails: [], phones: [] }, [found()])).toEqual([]);
  });

  it("is told by their place in the force's file, never by the address", () => {
    const faults = addressFaults(configured, []);
    expect(faults).toEqual([
      "Email address 1 is not subscribed, or was unsubscribed.",
      "Email address 2 is not subscribed, or was unsubscribed.",
      "Phone 1 is not subscribed, or was unsubscribed.",
    ]);
  });

  it("is that it was not confirmed, and that anybody could unsubscribe it, but no phone", () => {
    const open = found({ protected: false });
    expect(addressFaults(configured, [first, open, phone])).toEqual([
      "Email address 2 can be unsubscribed by anybody who gets hold of one of its emails.",
    ]);
    const pending = { confirmed: false, protected: false };
    expect(addressFaults(configured, [{ ...first, ...pending }, found(), { ...phone, ...pending }])).toEqual([
      "Email address 1 has not confirmed its subscription.",
      "Phone 1 has not confirmed its subscription.",
    ]);
  });

  it("does not take a phone for a mailbox of the same name", () => {
    const both = { emails: ["+447700900123"], phones: [] };
    expect(addressFaults(both, [phone])).toHaveLength(1);
  });
});
