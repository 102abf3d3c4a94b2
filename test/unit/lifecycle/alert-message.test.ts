import { describe, expect, it } from "vitest";
import { alertMessage as alertMessageSchema, alertType } from "#contracts/alert.ts";
import { outcome } from "#contracts/verdict.ts";
import { alertIdOf, alertSubject } from "#domain/lifecycle/alert-id.ts";
import { type AlertFacts, alertMessage } from "#domain/lifecycle/alert-message.ts";
import { aVerdict, hoursAfter, INCIDENT_ID } from "#test/support/lifecycle-builders.ts";

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

  it("let no line break of a borough into a subject", () => {
    const { email } = alertMessage(facts({ borough: "South\r\nBcc: wark" }));
    expect(email.subject).toContain("South Bcc: wark");
  });
});

describe("alert ids", () => {
  it("tell the subject back, also for incident ids with dots", () => {
    expect(alertSubject(alertIdOf("i.1", subject))).toEqual(subject);
    expect(alertSubject("nonsense")).toBeUndefined();
  });
});
