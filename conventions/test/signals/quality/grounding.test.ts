import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { grounding } from "../../../src/signals/quality/grounding.ts";
import { callOf, message, toolResult } from "../../call-of.ts";
import { valueOf } from "../value-of.ts";

const INVOICE = `Invoice 48213 of the company Halvorsen was sent to Marta Oliveira in Porto on the third of May. It lists twelve
chairs and one table, altogether 1.240,50 euros, payable within 30 days to the account that is printed below. Questions are answered
by our office in Bergen, where Ingrid keeps the books and knows the customers well.`;

describe("grounding", () => {
  const score = (answer: string, context = INVOICE): unknown =>
    valueOf(grounding, callOf({ question: `Here is a mail. ${context} Who must pay what?`, answer }));

  it.each([
    ["The customer Marta Oliveira must pay 1,240.50 euros within 30 days.", 1],
    ["The customer Marta Schneider must pay 1,240.50 euros within 30 days.", 0.75],
    ["The customer Pavel Schneider must pay 1,310.20 euros within 45 days.", 0],
    ["It is payable to Halvorsen's office for 12 chairs.", 1],
    ["It is payable for the chairs, the table and the books.", 1],
    [
      "Astronauts circled distant planets while volcanoes erupted beneath frozen oceans, and that is all there is to it.",
      0,
    ],
  ])("of %j is %d", (answer, expected) => {
    expect(score(answer)).toBe(expected);
  });

  it("looks at tool results and instructions, too", () => {
    const question = [message("user", "Who must pay, and who is Solveig?"), toolResult(INVOICE)];
    const call = callOf({
      system: "You work for Solveig.",
      question,
      answer: "The one to pay is Marta, says Solveig.",
    });
    expect(valueOf(grounding, call)).toBe(1);
  });

  it("does not hold a translation's words against it, only its numbers", () => {
    expect(score("La cliente doit payer la facture de 1 240,50 euros dans les 30 jours à la société.")).toBe(1);
    expect(
      score("Die Kundin muss die Rechnung mit den Stühlen und dem Tisch bald bei der Firma bezahlen."),
    ).toBeUndefined();
  });

  it("of several choices is the worst", () => {
    const answer = ["She is called Marta.", "She is called Petra."].map((text) => message("assistant", text));
    expect(valueOf(grounding, callOf({ question: INVOICE, answer }))).toBe(0);
  });

  it.each([
    ["there is no context to speak of", callOf({ question: "Who wrote Faust?", answer: "It was Goethe, in 1808." })],
    ["the context was cut", callOf({ question: [message("user", INVOICE, true)], answer: "It was Marta." })],
    ["the answer was cut", callOf({ question: INVOICE, answer: [message("assistant", "It was Marta", true)] })],
    ["the context is longer than is read", callOf({ question: INVOICE.repeat(800), answer: "It was Marta." })],
    ["the answer claims nothing", callOf({ question: INVOICE, answer: "Yes." })],
  ])("is unknown where %s", (_, call) => {
    expect(valueOf(grounding, call)).toBeUndefined();
  });

  it("is a share, whatever the texts", () => {
    const text = fc.oneof(fc.string({ unit: "binary", maxLength: 200 }), fc.lorem({ maxCount: 60 }), fc.string());
    fc.assert(
      fc.property(text, text, (context, answer) => {
        const value = score(answer, `${INVOICE} ${context}`) as number | undefined;
        expect(value === undefined || (value >= 0 && value <= 1)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});
