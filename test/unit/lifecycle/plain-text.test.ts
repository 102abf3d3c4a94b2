import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cut, gsmLine, oneLine } from "#domain/lifecycle/plain-text.ts";
import { anyText } from "#test/support/hostile-text.ts";
import { propertyRuns } from "#test/support/property-runs.ts";

describe("words from outside in a line of text", () => {
  it.each([
    ["of several lines", " South\r\n\twark\u2028\u2029 ", "South wark"],
    ["that are turned round or hidden", "a\u202eb\u2067c\u200bd\u0085e\u0000f\u007f", "abcdef"],
    ["with half a character", "a\ud800b\udc00 🚓", "ab 🚓"],
    ["with an address", "http://evil.example", "http: //evil. example"],
    ["with an address that hides its colon", ":\u200b//x", ": //x"],
    ["with a name that mail programs make a link of", "www.evil.example a@b.c", "www. evil. example a@ b. c"],
    ["as people write them", "St. Helens, 25.5 s, A.1, 12.5", "St. Helens, 25.5 s, A.1, 12.5"],
    ["with accents and other scripts", "Ynys Môn, שלום, 서울", "Ynys Môn, שלום, 서울"],
  ])("%s", (_, text, line) => {
    expect(oneLine(text)).toBe(line);
  });

  it("are the same when they are cleaned again", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(oneLine(oneLine(text))).toBe(oneLine(text));
      }),
      propertyRuns(300),
    );
  });
});

describe("words from outside in a text message", () => {
  it("keep to the letters that take one place each", () => {
    expect(gsmLine("Ynys Môn → €5 [a] {b} ~c^ |d| `e` \\f")).toBe("Ynys Mon ? ?5 ?a? ?b? ?c? ?d? ?e? ?f");
    expect(gsmLine("http：／／evil．example")).toBe("http: //evil. example");
  });
});

describe("a text that is cut", () => {
  it("keeps its first units, and no half of a character", () => {
    expect(cut("abc", 3)).toBe("abc");
    expect(cut("abcd", 3)).toBe("abc");
    expect(cut("ab🚓", 4)).toBe("ab🚓");
    expect(cut("ab🚓", 3)).toBe("ab");
  });
});
