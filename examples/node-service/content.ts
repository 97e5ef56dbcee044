import { pick, type Random } from "./random.ts";

/** What the local provider says: ordinary support answers, and the ways in which they go bad. */

const TOPICS = [
  ["delivery", "Your parcel left the depot this morning and is on the van of your local courier."],
  ["refund", "The refund was approved and returns to the payment method you used within five working days."],
  ["invoice", "The invoice was sent to the address in your profile, and a copy lies in the documents section."],
  ["exchange", "You can exchange the item within thirty days as long as it is unworn and in its box."],
  ["account", "Signing out on every device and resetting the password ends all other sessions."],
  ["warranty", "The warranty covers faults of material and workmanship for two years from the purchase."],
] as const;

const DETAILS = [
  "Open the orders page and choose the order to see each step with its date.",
  "If nothing arrives by Friday, reply to this message and a colleague will trace it by hand.",
  "You do not need to keep the original wrapping, only the slip with the order number.",
  "The confirmation comes by mail within an hour, so please look in the spam folder as well.",
  "Our team answers on weekdays from eight to six and on Saturdays until noon.",
  "Choosing another pick-up point is free until the parcel has been handed to the courier.",
  "The form asks for the reason and two pictures, which speeds the decision up a lot.",
  "Once the change is made, the new date shows on the order within a few minutes.",
] as const;

const HEDGES = [
  "I'm not entirely sure, but it might possibly be on its way.",
  "Perhaps it could be refunded, though I can't say for certain.",
  "It may be possible, but I am not sure.",
  "I think it might work, maybe.",
] as const;

export function question(random: Random): string {
  const [topic] = pick(random, TOPICS);
  return pick(random, [
    `I have a question about my ${topic}. What should I do next, and how long does it take?`,
    `Can you help with the ${topic} of my last order? I could not find it on the site.`,
    `Hello, what happens with my ${topic} now? The page shows nothing new since Monday.`,
  ]);
}

export function answer(random: Random): string {
  const sentences: string[] = [pick(random, TOPICS)[1]];
  const count = 4 + Math.floor(random() * 3);
  for (let i = 0; i < count; i++) sentences.push(pick(random, DETAILS));
  return sentences.join(" ");
}

export function triage(random: Random): string {
  const [topic, summary] = pick(random, TOPICS);
  return JSON.stringify({
    topic,
    urgency: pick(random, ["low", "normal", "high"]),
    summary,
    needs_human: random() < 0.2,
  });
}

/** An answer of the changed model: it hedges, is short, and holds to no declared format. */
export function degraded(random: Random): string {
  return pick(random, HEDGES);
}

export function leak(random: Random): string {
  return `${answer(random)} The card on file is ${cardNumber(random)}, should you want to pay again.`;
}

/** A number that passes the Luhn check and is nobody's published test card. */
function cardNumber(random: Random): string {
  const digits = [4, 9, 2, 9];
  while (digits.length < 15) digits.push(Math.floor(random() * 10));
  const sum = digits.reduce((total, digit, i) => {
    const doubled = i % 2 === 0 ? digit * 2 : digit;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  digits.push((10 - (sum % 10)) % 10);
  return digits.join("").replace(/(\d{4})(?=\d)/g, "$1 ");
}

/** About what a tokenizer would count. */
export function tokens(text: string): number {
  return Math.max(1, Math.round(text.length / 4));
}
