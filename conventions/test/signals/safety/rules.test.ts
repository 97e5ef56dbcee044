import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { scan } from "../../../src/signals/safety/built-in.ts";
import { cardNumber, DIGITS, drawn, ibanOf, PLANTED } from "./planted.ts";

/** What is found in a text: the rules, with `!` for page class and `?` for an example. */
function found(text: string): readonly string[] {
  return scan(text).map(({ rule, page, example }) => `${rule.rule}${page ? "!" : ""}${example ? "?" : ""}`);
}

const card = cardNumber("4539", 16);
const amex = cardNumber("37", 15);
const long = cardNumber("62", 19);
const iban = ibanOf("GB", "NWBK60161331926817");

describe("payment cards", () => {
  it.each([
    [card, "payment_card!"],
    [`"card":"${card}"`, "payment_card!"],
    [`[${card},1]`, "payment_card!"],
    [`${card}.`, "payment_card!"],
    [
      `Card No.: ${card.slice(0, 4)} ${card.slice(4, 8)} ${card.slice(8, 12)} ${card.slice(12)} 12/27 123`,
      "payment_card!",
    ],
    [amex, "payment_card!"],
    [`${amex.slice(0, 4)} ${amex.slice(4, 10)} ${amex.slice(10)}`, "payment_card!"],
    [`the card ${long}`, "payment_card!"],
    [`the id ${long}`, "payment_card"],
    ["4242 4242 4242 4242", "payment_card!?"],
    ["4111111111111111", "payment_card!?"],
    ["378282246310005", "payment_card!?"],
  ])("%s", (text, expected) => expect(found(text)).toEqual([expected]));

  it.each([
    ["a wrong check digit", `${card.slice(0, 15)}${(Number(card[15]) + 1) % 10}`],
    ["a longer run", `9${card}`],
    ["a run of groups", `1234 ${card.replaceAll(/(\d{4})(?=\d)/g, "$1 ")}`],
    ["an identifier", `order_${card}`],
    ["a hexadecimal id", `${card}ab12`],
    ["a UUID", "4539a8f0-1111-4222-8333-453914883436"],
    ["a decimal", `0.${card}`],
    ["nanoseconds", "1764061200000000000"],
    ["milliseconds", "1764061200000"],
    ["a trace id", "4bf92f3577b34da6a3ce929d0e0e4736"],
    ["token limits", "max_tokens: 4096, 8192, 16384"],
  ])("not in %s", (_, text) => expect(found(text)).toEqual([]));
});

describe("bank accounts", () => {
  it.each([
    [iban, "iban!"],
    [iban.toLowerCase(), "iban!"],
    [`IBAN: ${iban.replaceAll(/(.{4})(?=.)/g, "$1 ")} BIC NWBKGB2L`, "iban!"],
    ["DE89 3704 0044 0532 0130 00", "iban!?"],
  ])("%s", (text, expected) => expect(found(text)).toEqual([expected]));

  it.each([
    ["a wrong check number", `GB00${iban.slice(4)}`],
    ["a wrong length", iban.slice(0, -1)],
    ["more characters", `${iban}7`],
    ["no such country", ibanOf("XX", "NWBK60161331926817")],
  ])("not with %s", (_, text) => expect(found(text)).toEqual([]));
});

describe("US social security numbers", () => {
  it.each([
    ["My SSN is 536-22-8713", "us_ssn!"],
    ["social security number: 536 22 8713", "us_ssn!"],
    ['{"ssn":"536228713"}', "us_ssn!"],
    ["536-22-8713 (SSN)", "us_ssn!"],
    ["ref 536-22-8713", "us_ssn"],
    ["SSN 078-05-1120", "us_ssn!?"],
  ])("%s", (text, expected) => expect(found(text)).toEqual([expected]));

  it.each([
    "SSN 000-12-3456",
    "SSN 666-12-3456",
    "SSN 912-12-3456",
    "SSN 536-00-8713",
    "SSN 536-22-0000",
    "536228713",
    "SSN 1536-22-8713",
  ])("not %s", (text) => expect(found(text)).toEqual([]));
});

describe("addresses and numbers are records", () => {
  it.each([
    ["Write to Jane.Doe+x@mail.acme-corp.co.uk.", "email"],
    ["<jane@acme-mail.io>", "email"],
    ["jane@example.com", "email?"],
    ["user@sub.example.org", "email?"],
    ["you@yourcompany.com", "email?"],
    ["Call +49 151 23457890 now", "phone"],
    ["+1 (415) 367-2671", "phone"],
    ["(415) 367-2671", "phone"],
    ["415-367-2671", "phone"],
    ["+1-202-555-0143", "phone?"],
    ["call me on 030 / 2345 6789", "phone"],
    ["Mobile: 06-10446904", "phone"],
    ["Téléphone : 01.84.17.61.18", "phone"],
    ["Tel. (85) 5986-8343", "phone"],
    ["fax 001-755-329-4431", "phone"],
    ["828-635-2307x09667-Office", "phone"],
    ["You can reach us at 73 448 266", "phone"],
    ["Fax: 9498777106", "phone"],
    ["from 91.198.174.192:443", "ip_address"],
    ["91.198.174.192.", "ip_address"],
    ["192.168.1.10", "ip_address?"],
    ["10.0.0.1/8", "ip_address?"],
    ["203.0.113.7", "ip_address?"],
    ["127.0.0.1", "ip_address?"],
    ["2a02:8109:9fc0:1::7", "ip_address"],
    ["2001:db8::1", "ip_address?"],
    ["4f8a:c99e:dc86:faf9:5988:5f63:375e:8a2a", "ip_address"],
  ])("%s", (text, expected) => expect(found(text)).toEqual([expected]));

  it.each([
    "@jane said so",
    "call on 2026-11-23 or 23.11.2026",
    "call within 10 000 000 years",
    "messages cost 1 250 000 a year",
    "phone = 2683056 * 2",
    "contact order 12 345 678",
    "contact the vendor about 10.20.30",
    "Reach: 1 2 3 4 5 6 7",
    "12 34 56 78 apples",
    "a @ b.c",
    "import x from '@scope/pkg'",
    "jane@localhost",
    "v1.22.333.4",
    "version 12.22.33.4",
    "1.2.3.4.5",
    "300.1.2.3",
    "at 12:30:45",
    "std::vector<int>::iterator",
    "aa:bb:cc:dd:ee:ff",
    "02:11:22:ff:fe:33:44:55",
    "2026-11-23T14:40:19+00:00",
    "max token: 4096",
    "550e8400-e29b-41d4-a716-446655440000",
    "1764061200",
    "pi is 3.14159265358979",
  ])("not %s", (text) => expect(found(text)).toEqual([]));
});

describe("UK numbers", () => {
  const nhs = PLANTED["uk_nhs_number"] ?? "";

  it.each([
    ["My National Insurance number is JG120316A.", "uk_nino!"],
    ["part JG120316A", "uk_nino"],
    ["NINO: AB 12 34 56 C", "uk_nino!?"],
    [nhs, "uk_nhs_number!"],
    ["NHS 999 000 0018", "uk_nhs_number!?"],
  ])("%s", (text, expected) => expect(found(text)).toEqual([expected]));

  it.each(["NI number GB123456A, QQ123456C, JG1203161", nhs.replace("NHS number", "ref"), nhs.replace("5870", "5871")])(
    "not %s",
    (text) => expect(found(text)).toEqual([]),
  );
});

describe("secrets", () => {
  const random = drawn("secret", 24);

  it.each([
    [`AKIA${drawn("id", 16, "ABCDEFGHJKLMNPQRSTUVWXYZ234567")}`, "aws_access_key"],
    ["AKIAIOSFODNN7EXAMPLE", "aws_access_key?"],
    ["sk-proj-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "openai_key!?"],
    [`sk_test_${random}`, "stripe_key!?"],
    [`-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----`, "private_key!?"],
    [`-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n${drawn("rsa", 64)}\n`, "private_key!"],
    ["postgres://user:password@localhost:5432/db", "connection_string!?"],
    ["mysql://app:${DB_PASSWORD}@db:3306", "connection_string!?"],
    [`redis://:${random}@cache.acme.io:6379`, "connection_string!"],
    [`https://ci:${random}@git.acme.io/repo`, "connection_string!"],
    ["password: hunter2", "password"],
    ["Your password is Sommer2024", "password"],
    ["password: your-password1", "password?"],
    [`client_secret="${random}9aQ1"`, "password!"],
    [
      "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
      "jwt!?",
    ],
  ])("%s", (text, expected) => expect(found(text)).toEqual([expected]));

  it.each([
    "The password is required and must be long.",
    "const password = process.env.PASSWORD;",
    "password: string",
    "secret = getSecret('db1')",
    "A token is a piece of a word.",
    "api_key: ${API_KEY}",
    "risk-free and task-oriented work, sk-learn",
    "the eyJ prefix marks a token",
    "eyJub3QganNvbg.eyJhYmMi.abcdefghijklmnopqrst",
    "-----BEGIN PUBLIC KEY-----\nabc\n-----END PUBLIC KEY-----",
    "see https://acme.io:8080/a@b",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  ])("not %s", (text) => expect(found(text)).toEqual([]));

  it("a match that pages wins over a record inside it", () => {
    expect(found("secret: aB3/536-22-8713/xYz9QrT")).toEqual(["password!"]);
  });

  it("an AWS key id pages with its secret beside it", () => {
    expect(found(PLANTED["aws_access_key"] ?? "")).toEqual(["aws_access_key!"]);
  });
});

describe("what only looks like it", () => {
  it.each<[string, fc.Arbitrary<string>]>([
    ["UUIDs", fc.uuid()],
    ["trace ids", fc.stringMatching(/^[0-9a-f]{32}$/)],
    ["base64", fc.base64String({ minLength: 40, maxLength: 2_000 })],
    ["nanoseconds since 1970", fc.bigInt(1_500_000_000_000_000_000n, 1_999_999_999_999_999_999n).map(String)],
    ["microseconds", fc.bigInt(1_500_000_000_000_000n, 1_999_999_999_999_999n).map(String)],
    ["dates", fc.date({ noInvalidDate: true }).map((date) => date.toISOString())],
    ["decimals", fc.double({ noNaN: true }).map(String)],
    ["versions", fc.tuple(fc.nat(99), fc.nat(99), fc.nat(99)).map((parts) => `v${parts.join(".")}`)],
  ])("%s never page", (_, values) => {
    fc.assert(
      fc.property(values, fc.constantFrom("", "id ", "is: ", "=", '"'), (value, before) => {
        expect(found(`${before}${value} .`).filter((hit) => hit.includes("!"))).toEqual([]);
      }),
      { numRuns: 500, seed: 3 },
    );
  });
});

describe("recall", () => {
  const seed = fc.nat(1_000_000).map(String);
  const wrap = fc.constantFrom(
    (value: string) => `Sure, it is ${value}.`,
    (value: string) => JSON.stringify({ a: `x\n${value}\t`, b: 1 }),
    (value: string) => JSON.stringify(JSON.stringify([value])),
    (value: string) => `| ${value} | 12 |\n| - | - |`,
    (value: string) => `**${value}**`,
    (value: string) => `(${value})`,
    (value: string) => `Nr.:${value};`,
  );

  it.each<[string, (random: string) => string]>([
    ["payment_card", (random) => cardNumber("4", 16, random)],
    ["payment_card", (random) => cardNumber("37", 15, random)],
    ["payment_card", (random) => cardNumber("53", 16, random).replaceAll(/(\d{4})(?=\d)/g, "$1-")],
    ["iban", (random) => ibanOf("FR", drawn(random, 23, DIGITS))],
    [
      "us_ssn",
      (random) => `SSN 4${drawn(random, 2, DIGITS)}-2${drawn(random, 1, DIGITS)}-1${drawn(random, 3, DIGITS)}`,
    ],
    ["github_token", (random) => `gho_${drawn(random, 36)}`],
    ["openai_key", (random) => `sk-${drawn(random, 48)}`],
    ["google_api_key", (random) => `AIza${drawn(random, 35)}`],
  ])("every %s is found, whatever stands around it", (rule, make) => {
    fc.assert(
      fc.property(seed, wrap, (random, around) => {
        expect(found(around(make(random)))).toEqual([`${rule}!`]);
      }),
      { numRuns: 300, seed: 4 },
    );
  });
});
