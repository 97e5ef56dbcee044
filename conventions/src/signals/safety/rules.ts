import { apiKeys } from "./rules/api-key.ts";
import { connectionString } from "./rules/connection-string.ts";
import { email } from "./rules/email.ts";
import { iban } from "./rules/iban.ts";
import { injectionRules } from "./rules/injection.ts";
import { ipAddress } from "./rules/ip-address.ts";
import { jwt } from "./rules/jwt.ts";
import { password } from "./rules/password.ts";
import { paymentCard } from "./rules/payment-card.ts";
import { phone } from "./rules/phone.ts";
import { privateKey } from "./rules/private-key.ts";
import { ukNhsNumber } from "./rules/uk-nhs-number.ts";
import { ukNino } from "./rules/uk-nino.ts";
import { usSsn } from "./rules/us-ssn.ts";
import type { SafetyRule } from "./safety-rule.ts";

/** Every built-in rule. Of two equally grave matches of the same characters the rule that stands first here has it. */
export const SAFETY_RULES: readonly SafetyRule[] = [
  privateKey,
  ...apiKeys,
  jwt,
  connectionString,
  paymentCard,
  iban,
  usSsn,
  ukNino,
  ukNhsNumber,
  password,
  email,
  phone,
  ipAddress,
  ...injectionRules,
];
