import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { alertMessage as alertMessageSchema, alertType } from "#contracts/alert.ts";
import { incidentKind, outcome } from "#contracts/verdict.ts";
import { alertIdOf, alertSubject } from "#domain/lifecycle/alert-id.ts";
import { type AlertFacts, alertMessage } from "#domain/lifecycle/alert-message.ts";
import { anyText, expectHarmless } from "#test/support/hostile-text.ts";
import { aVerdict, hoursAfter, INCIDENT_ID } from "#test/support/lifecycle-builders.ts";
import { propertyRuns } from "#test/support/property-runs.ts";

const subject = { type: "UNRECORDED_DISCHARGE", version: 2, level: 1 } as const;

function facts(fields: Partial<AlertFacts> = {}): AlertFacts {
  return {
    alertId: alertIdOf(INCIDENT_ID, subject),
    subject,
    incidentId: INCIDENT_ID,
    drill: false,
    borough: "Southwark",
    weaponSerial: "X12005BX7",
    collarNumber: "1234MD",
    verdict: aVerdict({ version: 2, outcome: "UNRECORDED" }),
    owedAt: hoursAfter(48),
    acknowledgeWithinHours: 4,
    timeZone: "Europe/London",
    link: `https://console.example/incidents/${INCIDENT_ID}`,
    ...fields,
  };
}

describe("the texts of an alert", () => {
  it("tell what happened, when and where in local time, and what to do by when", () => {
    const { email, sms } = alertMessage(facts());
    expect(email.subject).toBe("Taser discharge without video, Southwark, 21 Nov 21:08");
    expect(email.body.split("\n")).toEqual([
      "Taser discharge without video.",
      "",
      "When: Sat 21 Nov 2026, 21:08:00 GMT",
      "Where: Southwark",
      "Officer: collar number 1234MD",
      "Weapon: X12005BX7",
      "Priority: normal",
      "Verdict 2: not recorded",
      "",
      "The discharge itself is not on video. A camera that ran is not proof of what it shows.",
      "",
      `The incident: https://console.example/incidents/${INCIDENT_ID}`,
      "What to do: read the incident and acknowledge it by Tue 24 Nov 2026, 01:08:00 GMT.",
    ]);
    expect(sms).toBe(
      `Taser discharge without video, 21 Nov 21:08, Southwark, officer 1234MD. https://console.example/incidents/${INCIDENT_ID} Acknowledge by 24 Nov 01:08.`,
    );
  });

  it("use summer time in summer", () => {
    const verdict = aVerdict({ occurredAt: "2026-07-01T20:00:00.000Z" });
    expect(alertMessage(facts({ verdict })).email.body).toContain("Wed 1 Jul 2026, 21:00:00 BST");
  });

  it("keep the reason for high priority out, which the explanation may tell of", () => {
    const verdict = aVerdict({
      priority: "high",
      explanation: "Cancelled by the wearer 9 s before the event.",
    });
    const { email, sms } = alertMessage(facts({ verdict }));
    expect(`${email.subject} ${email.body} ${sms}`).not.toMatch(/cancelled|9 s/i);
    expect(email.body).toContain("Priority: high");
  });

  it("mark a drill in the subject, the body and the text message", () => {
    const { email, sms } = alertMessage(facts({ drill: true }));
    expect(email.subject).toMatch(/^DRILL: /);
    expect(email.body).toMatch(/^DRILL\. /);
    expect(sms).toMatch(/^DRILL /);
  });

  it("ask to dock the cameras while footage is awaited", () => {
    const reported = { type: "DISCHARGE_REPORTED", version: 1, level: 1 } as const;
    const { email, sms } = alertMessage(
      facts({ subject: reported, verdict: aVerdict(), owedAt: hoursAfter(1) }),
    );
    expect(email.body).toContain("is docked by Mon 23 Nov 2026, 21:08:00 GMT.");
    expect(sms).toContain("Dock cameras by 23 Nov 21:08");
  });

  it("say plainly that video was not kept", () => {
    const verdict = aVerdict({ outcome: "NOT_RETAINED" });
    expect(alertMessage(facts({ verdict })).email.subject).toContain("its video was not kept");
  });

  it("ask for no acknowledgement of a revision to recorded", () => {
    const revised = { type: "REVISED", version: 3, level: 1 } as const;
    const { email, sms } = alertMessage(
      facts({ subject: revised, verdict: aVerdict({ outcome: "RECORDED" }) }),
    );
    expect(email.body).toContain("nothing needs to be acknowledged");
    expect(sms).not.toContain("Acknowledge");
  });

  it("keep their bounds for every type, outcome and priority, however long the names are", () => {
    for (const type of alertType.options) {
      for (const of of outcome.options) {
        for (const drill of [true, false]) {
          const message = alertMessage(
            facts({
              subject: { type, version: 999, level: 9 },
              drill,
              verdict: aVerdict({ outcome: of, priority: "high", kind: "UNINTENTIONAL", version: 999 }),
              borough: "Ynys Môn and the whole of the north-western constabulary area "
                .repeat(2)
                .slice(0, 100),
              collarNumber: "12345678901234567890",
              link: `https://a1b2c3d4e5.execute-api.eu-west-2.amazonaws.com/incidents/${INCIDENT_ID}`,
            }),
          );
          expect(() => alertMessageSchema.parse(message)).not.toThrow();
          expect(message.sms).toMatch(/^[\x20-\x7e]{1,160}$/);
          expect(message.sms).toMatch(/by \d+ \w+ \d\d:\d\d\.$/);
          expect(message.email.subject).not.toContain("\n");
        }
      }
    }
  });

  it("let no line break of a borough or a collar number into a subject or a line", () => {
    const { email, sms } = alertMessage(
      facts({
        borough: " South\r\nBcc: wark ",
        collarNumber: "12\n34 ",
        weaponSerial: undefined,
        link: "https://c",
      }),
    );
    expect(email.subject).toBe("Taser discharge without video, South Bcc: wark, 21 Nov 21:08");
    expect(email.body.split("\n").slice(3, 6)).toEqual([
      "Where: South Bcc: wark",
      "Officer: collar number 12 34",
      "Weapon: not known yet",
    ]);
    expect(sms).toContain("21:08, South Bcc: wark, officer 12 34. ");
  });

  it("say that the officer is not known while that is not certain", () => {
    const { email, sms } = alertMessage(facts({ collarNumber: undefined }));
    expect(email.body).toContain("Officer: not known yet\n");
    expect(sms).toContain("Southwark. https://");
  });

  it("mark high priority after a drill, in front of all else", () => {
    const high = aVerdict({ version: 2, outcome: "UNRECORDED", priority: "high" });
    const { email, sms, priority } = alertMessage(facts({ drill: true, verdict: high }));
    expect(priority).toBe("high");
    expect(email.subject).toBe(
      "DRILL: High priority: Taser discharge without video, Southwark, 21 Nov 21:08",
    );
    expect(email.body).toContain("\nWhat was found is on the incident's page.\n");
    expect(email.body.split("\n")[0]).toBe("DRILL. This is an exercise; it is in no figure.");
    expect(sms).toMatch(/^DRILL HIGH Taser discharge without video, /);
  });

  it.each([
    ["DISCHARGE_REPORTED", "AWAITING_FOOTAGE", "Taser discharge reported", "Taser discharge reported"],
    [
      "UNRECORDED_DISCHARGE",
      "NOT_RETAINED",
      "Taser discharge: its video was not kept",
      "Taser discharge video not kept",
    ],
    [
      "PARTLY_RECORDED_DISCHARGE",
      "PARTLY_RECORDED",
      "Taser discharge only partly on video",
      "Taser discharge partly on video",
    ],
    [
      "UNDETERMINED_DISCHARGE",
      "UNDETERMINED",
      "Taser discharge: cannot tell whether it is on video",
      "Taser discharge video undetermined",
    ],
    [
      "UNREPORTED_DISCHARGE",
      "RECORDED",
      "Taser discharge without a use report",
      "Taser discharge without report",
    ],
    [
      "CONTRADICTION",
      "RECORDED",
      "Taser discharge: the report says no video, but there is",
      "Taser discharge report contradicted",
    ],
    [
      "CONTRADICTION",
      "UNRECORDED",
      "Taser discharge: the report says video, but there is none",
      "Taser discharge report contradicted",
    ],
    [
      "ESCALATED",
      "UNRECORDED",
      "Not acknowledged: taser discharge, not recorded",
      "Taser discharge not acknowledged",
    ],
  ] as const)("are headed by their type: %s of a use that is %s", (type, of, headline, short) => {
    const verdict = aVerdict({ version: 2, outcome: of });
    const { email, sms } = alertMessage(facts({ subject: { type, version: 2, level: 1 }, verdict }));
    expect(email.subject).toBe(`${headline}, Southwark, 21 Nov 21:08`);
    expect(email.body.split("\n")[0]).toBe(`${headline}.`);
    expect(sms.startsWith(`${short}, 21 Nov 21:08`)).toBe(true);
  });

  it.each([
    ["RECORDED", "recorded"],
    ["PARTLY_RECORDED", "partly recorded"],
    ["UNRECORDED", "not recorded"],
    ["AWAITING_FOOTAGE", "awaiting footage"],
    ["NOT_RETAINED", "recorded, but not kept"],
    ["UNDETERMINED", "undetermined"],
    ["NOT_APPLICABLE", "not applicable"],
  ] as const)("call the outcome %s by the words %s", (of, words) => {
    const revised = { type: "REVISED", version: 3, level: 1 } as const;
    const { email, sms } = alertMessage(
      facts({ subject: revised, verdict: aVerdict({ version: 3, outcome: of }) }),
    );
    expect(email.subject).toContain(`Taser discharge: verdict changed to ${words}, `);
    expect(email.body).toContain(`\nVerdict 3: ${words}\n`);
    expect(sms).toContain(`Taser discharge now ${words}, `);
  });

  it.each([
    ["DISCHARGE", "Taser discharge", "Taser discharge"],
    ["UNKNOWN", "Possible Taser discharge", "Taser discharge?"],
    ["UNINTENTIONAL", "Unintentional Taser discharge", "Unintended discharge"],
    ["NON_DISCHARGE", "Taser use", "Taser use"],
    ["TEST", "Taser test", "Taser test"],
    ["TRAINING", "Taser training", "Taser training"],
  ] as const)("call an incident of the kind %s: %s", (kind, words, short) => {
    const { email, sms } = alertMessage(facts({ verdict: aVerdict({ kind, outcome: "UNRECORDED" }) }));
    expect(email.subject).toContain(`${words} without video, `);
    expect(sms.startsWith(`${short} without video, `)).toBe(true);
  });

  it.each([
    [
      "DISCHARGE_REPORTED",
      "AWAITING_FOOTAGE",
      1,
      "see that every camera that was there is docked by Mon 23 Nov 2026, 21:08:00 GMT.",
      "Dock cameras by 23 Nov 21:08.",
    ],
    [
      "DISCHARGE_REPORTED",
      "AWAITING_FOOTAGE",
      48,
      "read the incident by Tue 24 Nov 2026, 01:08:00 GMT.",
      "Read by 24 Nov 01:08.",
    ],
    [
      "DISCHARGE_REPORTED",
      "UNRECORDED",
      1,
      "read the incident by Sun 22 Nov 2026, 02:08:00 GMT.",
      "Read by 22 Nov 02:08.",
    ],
    [
      "UNREPORTED_DISCHARGE",
      "UNRECORDED",
      24,
      "acknowledge that the use report is being seen to, by Mon 23 Nov 2026, 01:08:00 GMT.",
      "Acknowledge by 23 Nov 01:08.",
    ],
    [
      "REVISED",
      "RECORDED",
      24,
      "read the new verdict by Mon 23 Nov 2026, 01:08:00 GMT; nothing needs to be acknowledged.",
      "Read by 23 Nov 01:08.",
    ],
    [
      "REVISED",
      "PARTLY_RECORDED",
      24,
      "read the new verdict and acknowledge it by Mon 23 Nov 2026, 01:08:00 GMT.",
      "Acknowledge by 23 Nov 01:08.",
    ],
    [
      "CONTRADICTION",
      "RECORDED",
      24,
      "read the incident and acknowledge it by Mon 23 Nov 2026, 01:08:00 GMT.",
      "Acknowledge by 23 Nov 01:08.",
    ],
  ] as const)(
    "end with one thing to do: %s of a use that is %s, owed after %i h",
    (type, of, hours, todo, short) => {
      const { email, sms } = alertMessage(
        facts({
          subject: { type, version: 2, level: 1 },
          verdict: aVerdict({ version: 2, outcome: of }),
          owedAt: hoursAfter(hours),
        }),
      );
      expect(email.body.split("\n").at(-1)).toBe(`What to do: ${todo}`);
      expect(sms.endsWith(` ${short}`)).toBe(true);
    },
  );
});

describe("a text message that gets too long", () => {
  const todo = "Acknowledge by 24 Nov 01:08.";
  const start = "Taser discharge without video, 21 Nov 21:08";
  const link = (length: number) => `https://${"x".repeat(length - 8)}`;
  const sms = (fields: Partial<AlertFacts>) => alertMessage(facts(fields)).sms;

  it("fills one SMS to its last character", () => {
    const room = 160 - `${start}, Southwark, officer 1234MD. ${todo}`.length - 1;
    expect(sms({ link: link(room) })).toBe(`${start}, Southwark, officer 1234MD. ${link(room)} ${todo}`);
    expect(sms({ link: link(room + 1) })).toBe(`${start}, officer 1234MD. ${link(room + 1)} ${todo}`);
  });

  it("leaves out the place first, then the officer", () => {
    expect(sms({ link: link(68) })).toBe(`${start}, officer 1234MD. ${link(68)} ${todo}`);
    expect(sms({ link: link(80) })).toBe(`${start}. ${link(80)} ${todo}`);
  });

  it("names the incident where its link is too long, with as much else as there is room for", () => {
    expect(sms({ link: link(100) })).toBe(
      `${start}, Southwark, officer 1234MD, incident ${INCIDENT_ID}. ${todo}`,
    );
    expect(sms({ link: link(100), incidentId: "i".repeat(50) })).toBe(
      `${start}, officer 1234MD, incident ${"i".repeat(50)}. ${todo}`,
    );
    expect(sms({ link: link(100), incidentId: "i".repeat(100) })).toBe(`${start}. ${todo}`);
  });

  it("takes 24 letters of the place, in the alphabet of text messages", () => {
    const borough = "Ynys Môn → the north-western area";
    expect(sms({ borough, link: "https://c" })).toContain(", Ynys Mon ? the north-wes, officer");
    expect(sms({ collarNumber: "Å→12" })).toContain(", officer A?12. ");
  });
});

describe("an email's subject that gets too long", () => {
  it("leaves out the place, and ends at 99 characters", () => {
    const subjectOf = (borough: string) => alertMessage(facts({ borough })).email.subject;
    const rest = "Taser discharge without video, , 21 Nov 21:08".length;
    const fitting = "S".repeat(99 - rest);
    expect(subjectOf(fitting)).toBe(`Taser discharge without video, ${fitting}, 21 Nov 21:08`);
    expect(subjectOf(`${fitting}S`)).toBe("Taser discharge without video, 21 Nov 21:08");
  });
});

describe("alert ids", () => {
  it("tell the subject back, also for incident ids with dots", () => {
    expect(alertSubject(alertIdOf("i.1", subject))).toEqual(subject);
    expect(alertIdOf("i1", subject)).toBe("i1.UNRECORDED_DISCHARGE.2.1");
    expect(alertSubject("nonsense")).toBeUndefined();
  });
});

describe("word of an alert that may not have reached anybody", () => {
  const lost = { type: "UNRECORDED_DISCHARGE", levelName: "duty supervisors" } as const;
  const delivery = { type: "DELIVERY", version: 2, level: 2 } as const;

  it("says for whom it was and what it said, and asks to act in their place", () => {
    const { email, sms } = alertMessage(facts({ subject: delivery, undelivered: lost }));
    expect(email.subject).toBe("An alert may not have reached anybody, Southwark, 21 Nov 21:08");
    expect(email.body.split("\n").slice(0, 3)).toEqual([
      "An alert may not have reached anybody.",
      "It was for duty supervisors and said: Taser discharge without video.",
      "",
    ]);
    expect(email.body.split("\n").at(-1)).toBe(
      "What to do: read the incident and acknowledge it in their place by Tue 24 Nov 2026, 01:08:00 GMT.",
    );
    expect(sms).toMatch(
      /^Taser discharge alert not delivered, 21 Nov 21:08, .* Acknowledge by 24 Nov 01:08\.$/,
    );
  });

  it("does without what it was, once nobody knows", () => {
    expect(alertMessage(facts({ subject: delivery })).email.body.split("\n")[1]).toBe("");
  });
});

describe("the texts of every type", () => {
  it("cannot be broken, turned, forged or lengthened by what anybody filled in", () => {
    const anyFacts = fc.record({
      type: fc.constantFrom(...alertType.options),
      of: fc.constantFrom(...outcome.options),
      kind: fc.constantFrom(...incidentKind.options),
      borough: anyText,
      collarNumber: fc.option(anyText, { nil: undefined }),
      levelName: anyText,
      explanation: anyText,
      high: fc.boolean(),
      drill: fc.boolean(),
    });
    fc.assert(
      fc.property(anyFacts, ({ type, of, kind, levelName, explanation, high, ...given }) => {
        const priority = high ? "high" : "normal";
        const isDelivery = type === "DELIVERY";
        const message = alertMessage(
          facts({
            ...given,
            subject: { type, version: 2, level: 1 },
            verdict: aVerdict({ version: 2, outcome: of, kind, explanation, priority }),
            undelivered: isDelivery ? { type: "UNRECORDED_DISCHARGE", levelName } : undefined,
          }),
        );
        expect(() => alertMessageSchema.parse(message)).not.toThrow();
        expectHarmless(message, 13 + (given.drill ? 1 : 0) + (isDelivery ? 1 : 0));
      }),
      propertyRuns(500),
    );
  });
});
