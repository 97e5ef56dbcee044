import { decodedText } from "@spanwarden/conventions";
import { describe, expect, it } from "vitest";

import { hedging } from "../../../src/signals/quality/hedging.ts";
import { refusal } from "../../../src/signals/quality/refusal.ts";
import { repetition } from "../../../src/signals/quality/repetition.ts";
import { callOf, message } from "../../call-of.ts";
import { valueOf } from "../value-of.ts";

/** Plain answers, none of them at fault. */
const PLAIN = {
  en: "The parcel was sent on Monday and it will be at your door by Thursday. You can follow it with the number in the letter.",
  de: "Das Paket wurde am Montag verschickt und wird bis Donnerstag bei Ihnen sein. Sie können es mit der Nummer im Brief verfolgen.",
  fr: "Le colis est parti lundi et il sera chez vous jeudi. Vous pouvez le suivre avec le numéro qui est dans la lettre.",
  es: "El paquete salió el lunes y estará en su casa el jueves. Usted puede seguirlo con el número que está en la carta.",
  it: "Il pacco è partito lunedì e sarà da voi giovedì. Lo si può seguire con il numero che è nella lettera.",
  pl: "Paczka została wysłana w poniedziałek i będzie u Państwa w czwartek. Można ją śledzić za pomocą numeru z listu.",
  ja: "荷物は月曜日に発送され、木曜日までに届きます。手紙の番号で追跡できます。",
  zh: "包裹已于周一寄出，将于周四前送达。您可以使用信中的号码进行跟踪。",
  ar: "تم إرسال الطرد يوم الاثنين وسيصل إليكم يوم الخميس. يمكنكم تتبعه بالرقم الموجود في الرسالة.",
  ru: "Посылка отправлена в понедельник и будет у вас в четверг. Её можно отследить по номеру в письме.",
};

describe("an ordinary answer is at no fault in any language", () => {
  it.each(Object.entries(PLAIN))("%s", (_, answer) => {
    expect(valueOf(refusal, callOf({ answer })) ?? 0).toBe(0);
    expect(valueOf(hedging, callOf({ answer })) ?? 0).toBe(0);
    expect(valueOf(repetition, callOf({ answer })) ?? 0).toBe(0);
  });

  it("a language without cues stays unknown", () => {
    const answer = "Το δέμα στάλθηκε τη Δευτέρα και θα φτάσει στο σπίτι σας έως την Πέμπτη.";
    expect(valueOf(refusal, callOf({ answer }))).toBeUndefined();
    expect(valueOf(hedging, callOf({ answer }))).toBeUndefined();
  });
});

describe("refusal", () => {
  it.each([
    "I'm sorry, but I can't help with that request.",
    "I cannot assist with that.",
    "I’m unable to provide that information.",
    "Unfortunately, I am not able to answer this.",
    "I must decline to do this.",
    "**Sorry**, I won't help with breaking into somebody's account.",
    "Es tut mir leid, aber dabei kann ich Ihnen leider nicht helfen, denn das ist nicht erlaubt.",
    "Je suis désolé, mais je ne peux pas vous aider avec cette demande, elle est contraire à mes règles.",
    "Lo siento, pero no puedo ayudarle con esa petición porque es contraria a las normas.",
  ])("by its wording: %s", (answer) => {
    expect(valueOf(refusal, callOf({ answer }))).toBe(1);
  });

  it.each([
    "You cannot park here on Sundays. The street is closed for the market.",
    "The court refused to hear the case, and the defendants could not appeal.",
    "To kill a Python process, use `kill` with its number.",
    "I can help you with that. Here is the plan for the week.",
    "Ich kann Ihnen helfen. Der Zug fährt um neun Uhr und ist um zehn Uhr da.",
  ])("not: %s", (answer) => {
    expect(valueOf(refusal, callOf({ answer }))).toBe(0);
  });

  it("by a part or a finish reason of the provider", () => {
    const parts = [{ kind: "refusal" as const, text: decodedText("No.") }];
    expect(valueOf(refusal, callOf({ answer: [{ role: "assistant", parts }] }))).toBe(1);
    expect(valueOf(refusal, callOf({ call: { response: { finishReasons: ["content_filter"] } } }))).toBe(1);
  });

  it("shows in the opening of an answer that was cut later, and is unknown where the opening was cut", () => {
    const opening = [message("assistant", "I'm sorry, but I can't help with that", true)];
    expect(valueOf(refusal, callOf({ answer: opening }))).toBe(1);
    expect(valueOf(refusal, callOf({ answer: [message("assistant", "The plan is", true)] }))).toBeUndefined();
    expect(valueOf(refusal, callOf({ answer: [message("assistant", PLAIN.en.repeat(8), true)] }))).toBe(0);
  });

  it("is unknown of a failed call", () => {
    expect(
      valueOf(refusal, callOf({ answer: "No", call: { failure: { type: "x", class: "other" } } })),
    ).toBeUndefined();
  });
});

describe("hedging", () => {
  it.each([
    ["I think it is blue. Perhaps it is green. It might be red.", 1],
    ["It is blue. Perhaps it is green.", 0.5],
    ["It is blue. It is green.", 0],
    ["You may enter. The committee could meet in May.", 0],
    ["Ich glaube, das ist blau und nicht rot. Das ist der Plan.", 0.5],
    ["Je pense que c'est bleu. Il est possible que ce soit vert et que la porte soit dans la rue.", 1],
    ["Creo que es azul y que no es la puerta. Tal vez es verde.", 1],
    ["```\nperhaps(maybe)\n```\nIt is blue.", 0],
  ])("%s", (answer, expected) => {
    expect(valueOf(hedging, callOf({ answer }))).toBe(expected);
  });

  it("is that of the worst choice", () => {
    const answer = [message("assistant", "It is blue."), message("assistant", "Perhaps it is blue.")];
    expect(valueOf(hedging, callOf({ answer }))).toBe(1);
  });

  it.each([
    ["a cut answer", [message("assistant", "Perhaps it is", true)]],
    ["an answer without sentences", ""],
  ])("is unknown of %s", (_, answer) => {
    expect(valueOf(hedging, callOf({ answer }))).toBeUndefined();
  });
});

describe("repetition", () => {
  it("is near 1 for a loop, in words or characters of any script", () => {
    expect(valueOf(repetition, callOf({ answer: "the same words again and ".repeat(40) }))).toBeGreaterThan(0.9);
    expect(valueOf(repetition, callOf({ answer: "同じことを繰り返す。".repeat(40) }))).toBeGreaterThan(0.9);
    expect(valueOf(repetition, callOf({ answer: `Well ${"a".repeat(500)}` }))).toBe(1);
    expect(valueOf(repetition, callOf({ answer: "!".repeat(200) }))).toBe(1);
  });

  it("is low for prose, and does not read code in fences", () => {
    expect(valueOf(repetition, callOf({ answer: `${PLAIN.en} ${PLAIN.de}` }))).toBe(0);
    const code = `\`\`\`\n${"row(1, 2, 3)\n".repeat(100)}\`\`\`\n${PLAIN.en}`;
    expect(valueOf(repetition, callOf({ answer: code }))).toBe(0);
  });

  it.each([
    ["a short answer", "It is blue and it is green."],
    ["white space", " ".repeat(500)],
    ["a cut answer", [message("assistant", "again and again ".repeat(30), true)]],
  ])("is unknown of %s", (_, answer) => {
    expect(valueOf(repetition, callOf({ answer }))).toBeUndefined();
  });
});
