import fc from "fast-check";
import { expect } from "vitest";

/** What a device, an officer, an administrator or a report may fill a field with. */
export const hostileTexts: readonly string[] = [
  '"><script>alert(1)</script><img src=x onerror=alert(2)>',
  "'; DROP TABLE items; --",
  '=HYPERLINK("https://evil.example/x","+1-1@")',
  "@SUM(1+1)*cmd|' /C calc'!A0",
  "\u202e\u2067gpj.exe\u2069 \u05e9\u05dc\u05d5\u05dd\u200f",
  "a\r\nWhat to do: nothing at all by Sat 21 Nov 2026, 21:08:00 GMT.",
  "a\u2028What to do: nothing\u2029by\u0085now\u000b\u000c.",
  "http://evil.example https://evil.example www.evil.example evil.example/x mailto:a@evil.example",
  ":\u200b//evil.example :\u0000//evil.example",
  "\u0000\u0001\u001b[31m\u007f\u009f",
  "\ud800 half \udc00",
  "`^{}[]~|\\€ ﷺﷺﷺﷺﷺﷺ 서울서울서울 ㈱ ℀ e\u0301\u0301\u0301",
  "🚓".repeat(200),
  "x".repeat(10_000),
];

/** Those, parts of them, and anything else that a string can hold. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...hostileTexts),
  fc.constantFrom(...hostileTexts).map((text) => text.slice(0, 20)),
  fc.string({ unit: "binary", maxLength: 120 }),
  fc.string({ unit: "grapheme", maxLength: 120 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 120 })
    .map((units) => String.fromCharCode(...units)),
);

const BY = String.raw`by \w{3} \d{1,2} \w{3,4} \d{4}, \d\d:\d\d:\d\d [\w:+]+`;
/** One thing to do and by when; `;` and what follows may say what need not be done. */
const TODO = new RegExp(`^What to do: [a-z][^:]* ${BY}(; nothing needs to be acknowledged)?\\.$`, "u");
const SHORT_BY = /by \d{1,2} \w{3,4} \d\d:\d\d\.$/;

type Texts = {
  readonly email: { readonly subject: string; readonly body: string };
  readonly sms: string;
  readonly link?: string | undefined;
};

/** The bounds that every text keeps, whatever it is made of. `lines` is how many its body has. */
export function expectHarmless({ email, sms, link = "" }: Texts, lines?: number): void {
  const body = email.body.split("\n");
  if (lines !== undefined) expect(body).toHaveLength(lines);
  expect(email.subject).toMatch(/^.{1,99}$/su);
  for (const line of [email.subject, ...body]) {
    // A control or formatting character, half a character, another line's end.
    expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
    expect(line.replaceAll(link, "")).not.toMatch(/:\/\/|www\.\p{L}|[\p{L}\p{N}][.@]\p{L}/u);
  }
  expect(body.filter((line) => line.startsWith("What to do: "))).toHaveLength(1);
  expect(body.at(-1)).toMatch(TODO);
  // One SMS of the GSM alphabet, without the characters that take two places in it.
  expect(sms).toMatch(/^[^\P{ASCII}\p{Cc}^{}[\]~|`\\]{1,160}$/u);
  expect(sms).toMatch(SHORT_BY);
}
