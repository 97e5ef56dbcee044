import { describe, expect, it } from "vitest";

import { inputEnding } from "../../../src/signals/input/input-ending.ts";
import { inputFingerprint } from "../../../src/signals/input/input-fingerprint.ts";
import { inputLanguage } from "../../../src/signals/input/input-language.ts";
import { inputLength } from "../../../src/signals/input/input-length.ts";
import { callOf, message, toolResult } from "../../call-of.ts";
import { valueOf } from "../value-of.ts";

describe("input length", () => {
  it("counts the messages and the tool results, not the system instructions", () => {
    const question = [message("user", "abc"), message("assistant", "de"), toolResult("fghi")];
    expect(valueOf(inputLength, callOf({ system: "long instructions", question }))).toBe(9);
  });

  it.each([
    ["nothing was sent", callOf({})],
    ["the content is absent", callOf({ question: "abc", content: { state: "absent" } })],
    ["a message was cut", callOf({ question: [message("user", "abc", true)] })],
    ["something was cut, no one knows what", callOf({ question: "abc", content: { state: "truncated" } })],
  ])("is unknown where %s", (_, call) => {
    expect(valueOf(inputLength, call)).toBeUndefined();
  });
});

describe("input ending", () => {
  it.each([
    ["user", [message("assistant", "Hello"), message("user", "abc")]],
    ["tool", [message("user", "abc"), toolResult("fghi")]],
    ["tool", [{ role: "user", parts: toolResult("fghi").parts }]],
    ["assistant", [message("user", "abc"), message("assistant", "{")]],
    [undefined, [message("critic", "abc")]],
    [undefined, []],
  ])("is %s", (expected, question) => {
    expect(valueOf(inputEnding, callOf({ question }))).toBe(expected);
  });

  it("is known of texts that were cut, and unknown without content", () => {
    expect(valueOf(inputEnding, callOf({ question: [message("user", "abc", true)] }))).toBe("user");
    expect(valueOf(inputEnding, callOf({ question: "abc", content: { state: "absent" } }))).toBeUndefined();
  });
});

describe("input language", () => {
  it.each([
    ["en", "Can you tell me what the weather is like in this part of the country?"],
    ["de", "Kannst du mir sagen, wie das Wetter in diesem Teil des Landes ist und was ich tun soll?"],
    ["fr", "Est-ce que vous pouvez me dire quel temps il fait dans cette partie du pays ?"],
    ["es", "¿Puede usted decirme qué tiempo hace en esta parte del país y qué debo hacer?"],
    ["it", "Mi puoi dire che tempo fa in questa parte del paese e come è la strada per il mare?"],
    ["pt", "Você pode me dizer como está o tempo nesta parte do país e o que eu posso fazer?"],
    ["nl", "Kun je mij zeggen wat voor weer het is in dit deel van het land en wat ik kan doen?"],
    ["pl", "Czy możesz mi powiedzieć, jaka jest pogoda w tej części kraju i co można tam robić?"],
    ["sv", "Kan du säga mig hur det är med vädret i den här delen av landet och vad jag ska göra?"],
    [
      "tr",
      "Bana ülkenin bu bölümünde havanın nasıl olduğunu ve ne için gelmem gerektiğini söyle, bu çok önemli bir şey",
    ],
    ["ru", "Скажите, пожалуйста, какая погода в этой части страны?"],
    ["ja", "この地方の天気を教えてください。"],
    ["zh", "请告诉我这个地区的天气情况。"],
    ["ko", "이 지역의 날씨를 알려 주세요."],
    ["ar", "ما هي حالة الطقس في هذا الجزء من البلاد؟"],
    ["he", "מה מזג האוויר בחלק הזה של הארץ?"],
    ["hi", "देश के इस हिस्से में मौसम कैसा है?"],
    ["th", "อากาศในส่วนนี้ของประเทศเป็นอย่างไร"],
    ["el", "Πώς είναι ο καιρός σε αυτό το μέρος της χώρας;"],
  ])("%s", (language, question) => {
    expect(valueOf(inputLanguage, callOf({ question }))).toBe(language);
  });

  it.each(["", "ok", "SELECT a, b FROM t WHERE x = 1", "1 2 3 4 5", "Zürich Köln Paris", "😀😀😀"])(
    "unknown: %j",
    (question) => {
      expect(valueOf(inputLanguage, callOf({ question }))).toBeUndefined();
    },
  );

  it("is that of the last user message", () => {
    const question = [
      message("user", "What is the time and what is the date?"),
      message("user", "Wie spät ist es und was ist das für ein Tag?"),
    ];
    expect(valueOf(inputLanguage, callOf({ question }))).toBe("de");
  });
});

describe("input fingerprint", () => {
  const question = "The delivery of my order has been late for more than a week and I would like to have my money back";
  const print = (text: string, options = {}): string =>
    String(valueOf(inputFingerprint, callOf({ question: text }), options));
  const distance = (a: string, b: string): number =>
    (BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2).replaceAll("0", "").length;

  it("is 128 bits, the same for the same words", () => {
    expect(print(question)).toMatch(/^[0-9a-f]{32}$/);
    expect(print(question)).toBe(print(question.toUpperCase()));
  });

  it("is near for near texts and far for others", () => {
    const near = distance(print(question), print(question.replace("week", "month")));
    const far = distance(
      print(question),
      print("Please write a short poem about autumn leaves and the colour of the sky at dusk"),
    );
    expect(near).toBeLessThan(32);
    expect(far).toBeGreaterThan(40);
  });

  it("depends on the key, and may be off", () => {
    expect(print(question, { fingerprint: { key: "a" } })).not.toBe(print(question));
    expect(print(question, { fingerprint: { key: "a" } })).not.toBe(print(question, { fingerprint: { key: "b" } }));
    expect(valueOf(inputFingerprint, callOf({ question }), { fingerprint: "off" })).toBeUndefined();
  });

  it("is unknown of a cut text and of one without words", () => {
    expect(valueOf(inputFingerprint, callOf({ question: [message("user", question, true)] }))).toBeUndefined();
    expect(valueOf(inputFingerprint, callOf({ question: "?!" }))).toBeUndefined();
  });
});
