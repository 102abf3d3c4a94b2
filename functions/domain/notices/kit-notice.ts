import type { Notice } from "#contracts/alert.ts";
import type { KitGap, Officer } from "#contracts/register.ts";
import { localDateTime, shortLocalTime } from "#domain/lifecycle/local-time.ts";
import { gsmLine, MAX_SMS, oneLine, subjectLine } from "#domain/lifecycle/plain-text.ts";

/** A camera is fetched from the pool before the shift goes on; this is a judgement, no rule says it. */
const RESPOND_MS = 30 * 60_000;

export type KitFacts = {
  /** Names the booking of the weapon without the officer: ids of alerts go to logs and to machines. */
  readonly about: string;
  /** As registered; absent when the officer is not. */
  readonly officer?: Pick<Officer, "collarNumber" | "borough" | "cameraIssued"> | undefined;
  readonly gap: KitGap;
  readonly level: number;
  readonly owedAt: Date;
  readonly timeZone: string;
  /** Where the kit check is. */
  readonly link: string;
};

/** `KIT`: an officer is out with a Taser and without a working camera. Once for each booking of a weapon. */
export function kitNotice(facts: KitFacts): Notice {
  const { about, gap, level, owedAt, timeZone, link } = facts;
  const borough = facts.officer?.borough ?? "unknown";
  const respondBy = owedAt.getTime() + RESPOND_MS;
  const collar = facts.officer?.collarNumber;
  const headline = gap.singleCrewed
    ? "Single-crewed officer with a Taser and no working camera"
    : "Taser booked without a working camera";
  const lines = [
    `${headline}.`,
    "",
    `Since: ${localDateTime(gap.from, timeZone)}`,
    `Where: ${oneLine(borough)}`,
    `Officer: ${collar === undefined ? "not registered" : `collar number ${oneLine(collar)}`}`,
    `Weapon: ${gap.weaponSerial}`,
    `Camera: ${camerasOf(facts)}`,
    "",
    `The kit check: ${link}`,
    `What to do: see that the officer takes a working camera or hands the Taser back, by ${localDateTime(respondBy, timeZone)}.`,
  ];
  const short = `${gap.singleCrewed ? "SINGLE-CREWED " : ""}Taser out without camera`;
  const who = collar === undefined ? "" : `, officer ${gsmLine(collar)}`;
  const todo = `Get a camera by ${shortLocalTime(respondBy, timeZone)}.`;
  /** What is to be done is never cut off. */
  const candidates = [`${short}${who}. ${link} ${todo}`, `${short}${who}. ${todo}`];
  return {
    alertId: ["KIT", about, level].join("."),
    type: "KIT",
    priority: "normal",
    borough,
    outcome: "NOT_APPLICABLE",
    level,
    email: {
      subject: subjectLine(headline, borough, shortLocalTime(gap.from, timeZone)),
      body: lines.join("\n"),
    },
    sms: candidates.find((text) => text.length <= MAX_SMS) ?? `${short}. ${todo}`,
    link,
    respondBy: new Date(respondBy).toISOString(),
  };
}

const whyWords: Readonly<Record<KitGap["cameras"][number]["why"], string>> = {
  REVOKED: "revoked",
  UNREGISTERED: "not registered",
  FAULTY: "its last recording ended by a fault",
};

function camerasOf({ gap, officer }: KitFacts): string {
  if (gap.cameras.length > 0)
    return gap.cameras.map(({ serial, why }) => `${serial} (${whyWords[why]})`).join(", ");
  return officer?.cameraIssued === false ? "none booked, and none is issued to this officer" : "none booked";
}
