import { ATTR_SPANWARDEN_INPUT_ENDING } from "../../names/attributes.ts";
import type { Signal } from "../signal.ts";

const ROLES: ReadonlySet<string> = new Set(["user", "tool", "assistant"]);

/**
 * Whose message the input ends with: `user`, `tool` or `assistant`; a message that holds a tool's result is a tool's, whatever
 * role the provider sends it in. Texts that were cut do not matter to it. Nothing where there is no input.
 */
export const inputEnding: Signal = {
  name: ATTR_SPANWARDEN_INPUT_ENDING,
  of({ call: { content } }) {
    const last = content.input.at(-1);
    if (last === undefined || content.state === "absent") return [];
    const label = last.parts.some(({ kind }) => kind === "tool_result") ? "tool" : last.role;
    return ROLES.has(label) ? [{ name: ATTR_SPANWARDEN_INPUT_ENDING, label }] : [];
  },
};
