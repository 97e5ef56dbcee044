import type { Candidate, SafetyRule } from "../safety-rule.ts";

/**
 * Marks of a text that wants to command the model: families of what such texts say, in English, and the commonest family
 * in nine further languages. Each has a weight: how sure it is by itself. They record and never page by themselves, for
 * people write about injection too, and an attack that says its task plainly bears no mark at all.
 * Families after OWASP LLM01 and K. Greshake et al., Not what you've signed up for, AISec 2023; the wording is ours.
 */
export const injectionRules: readonly SafetyRule[] = [
  marker(
    "override",
    /\b(?:ignore|disregard|forget|override|bypass|neglect|discard)\s{1,4}(?:\w{1,12}\s{1,4}){0,4}(?:previous|prior|above|earlier|preceding|existing|system|initial|original|your|all|any)\s{1,4}(?:\w{1,12}\s{1,4}){0,3}(?:instruction|prompt|rule|direction|guideline|guardrail|restriction|directive|command|constraint)/gi,
  ),
  marker(
    "override_latin",
    /\b(?:ignorier|vergiss|missachte|ignor[aeoà]|ignorez|oublie|olvid[ae]|desconsider|esque[cç]|dimentica|negeer|vergeet|haz caso omiso)[a-zà-ÿ]{0,6}[\s,]{1,4}(?:[a-zà-ÿ']{1,14}[\s,]{1,4}){0,6}(?:anweisung|instruktion|vorgaben|regeln|instruction|consigne|règle|instruccion|indicacion|regla|instruç|regra|istruzion|regole|instructies|opdracht)/gi,
  ),
  beyondLatin(
    "override_script",
    /(?:忽略|无视|無視|忘记|忘掉|忽視|不要理会)[^。\n]{0,12}(?:指令|指示|提示|说明|規則|规则)|(?:以前|これまで|上記|前)の?[^。\n]{0,10}(?:指示|命令|ルール|プロンプト)[^。\n]{0,6}(?:無視|忘れ)|(?:이전|위의|앞의|모든)[^.\n]{0,10}(?:지시|명령|지침|프롬프트)[^.\n]{0,6}(?:무시|잊)|(?:[Ии]гнорируй|[Зз]абудь|[Пп]роигнорируй)[^.\n]{0,40}(?:инструкци|указани|правил)|(?:تجاهل|انس)[^.\n]{0,30}(?:التعليمات|الأوامر|القواعد)|(?:पिछले|पूर्व|उपरोक्त)[^।\n]{0,20}(?:निर्देश|आदेश)[^।\n]{0,20}(?:अनदेखा|भूल|नज़रअंदाज़)/gu,
  ),
  marker(
    "role",
    /\b(?:you are|you're|act|behave|respond)\s{1,4}(?:now\s{1,4})?(?:in\s{1,4}|as\s{1,4})?(?:an?\s{1,4})?(?:DAN\b|developer mode|jailbroken|unrestricted|unfiltered|uncensored|no longer (?:bound|an? (?:ai|assistant)))|\bnew (?:system )?(?:instructions?|prompt|persona) ?:|\bend of (?:the )?(?:system|user) (?:prompt|input|message|instructions?)/gi,
  ),
  marker(
    "chat_template",
    /<\|(?:im_start|im_end|system|user|assistant|endoftext|start_header_id|end_header_id|eot_id|end_of_turn|channel)\|>|\[\/?INST\]|<<\/?SYS>>|<\/?start_of_turn>|\n\nHuman: [^\n]{0,200}\n\nAssistant:/g,
  ),
  marker(
    "exfiltration",
    /!\[[^\]\n]{0,100}\]\(https?:\/\/[^)\s]{1,200}[?&/](?:data|secrets?|q|c|d|info|leak|prompt|history|chat|conversation|exfil|stolen|text|msg)=(?:[{[<$%]|\))|\b(?:send|post|forward|e-?mail|upload|append|exfiltrate|transmit|leak)\s{1,4}(?:\S{1,20}\s{1,4}){0,6}(?:conversation|chat history|system prompt|credentials|passwords?|api keys?|secrets?|user(?:'s)? (?:data|information|messages))\s{1,4}(?:\S{1,20}\s{1,4}){0,4}(?:to|at|via)\s{1,4}(?:\S{1,20}\s{1,4}){0,3}(?:https?:|\S{1,40}@)/gi,
  ),
  marker("hidden_tags", /(?<!\uD83C\uDFF4)(?<!\uDB40[\uDC20-\uDC7F])(?:\uDB40[\uDC20-\uDC7E]){4,}/g),
  marker("zero_width", /[\u200b-\u200d\u2060-\u2064\ufeff]{5,}/g),
  marker(
    "encoded_payload",
    /\b(?:decode|base64|rot13|hex(?:adecimal)?|decrypt)\b[^\n]{0,80}?\b(?:and|then)\s{1,4}(?:\w{1,12}\s{1,4}){0,2}(?:follow|execute|obey|carry out|comply with|act on)\b/gi,
  ),
  marker(
    "tool_coercion",
    /<\/?(?:tool_call|function_calls?|tool_use|invoke)\b[^<>]{0,80}>|\b(?:you must|immediately|now|first|always|without (?:asking|confirmation)|before (?:you )?(?:answer|respond|reply)\w{0,3})[,\s]{1,4}(?:\w{1,12}\s{1,4}){0,3}(?:call|invoke|trigger)\s{1,4}(?:\S{1,30}\s{1,4}){0,3}(?:tool|function|plugin)\b/gi,
  ),
  marker(
    "concealment",
    /\b(?:do not|don't|never|without)\s{1,4}(?:tell|telling|inform|informing|mention|mentioning|notify|notifying|alert|alerting|reveal|revealing)\s{1,4}(?:\w{1,12}\s{1,4}){0,4}(?:to\s{1,4})?the (?:user|human)\b/gi,
  ),
  marker(
    "prompt_extraction",
    /\b(?:reveal|print|repeat|show|output|display|disclose|leak|recite|dump)\s{1,4}(?:\w{1,12}\s{1,4}){0,4}(?:your|the|its)\s{1,4}(?:\w{1,12}\s{1,4}){0,2}(?:system prompt|system message|(?:system|initial|hidden|original|secret) instructions?|instructions verbatim)/gi,
  ),
  marker(
    "addressed_to_model",
    /\b(?:attention|important|notice|note|message|instructions?)\s{0,2}(?:to|for)\s{1,4}(?:the\s{1,4}|any\s{1,4}|all\s{1,4})?(?:ai|llm|language model|chatbot|ai assistant|ai agent)s?\b|\bif you are an? (?:ai|llm|large language model|language model|ai assistant)\b|\bwhen an? (?:ai|llm|assistant|language model)\s{1,4}(?:reads|processes|summari[sz]es)/gi,
  ),
  inToolResults(
    "answer_steering",
    /\b(?:add|include|integrate|insert|append|incorporate|embed|mention|replace|remove|rearrange|modify|use|introduce|misspell|write|provide|group|swap|encode|translate|end|start|begin|finish)\b[^.\n]{0,120}\b(?:in|to|of|with|for|from|throughout|within|into)?\s{0,2}your\s{1,4}(?:\w{1,12}\s{1,4})?(?:response|answer|reply|output|summary)\b|\b(?:modify|change|alter|adjust|format|encode|begin|end|start|finish)\s{1,4}your\s{1,4}(?:response|answer|reply|output|summary)\b/gi,
  ),
  inToolResults(
    "code_insertion",
    /\b(?:following|subsequent|below)\s{1,4}(?:code|script|program)(?:\s{1,4}(?:section|block|snippet|excerpt|segment|fragment|lines?|piece))?[^.\n]{0,100}\byour\s{1,4}(?:\w{1,12}\s{1,4})?(?:code|implementation|solution|answer|response|codebase|program|project)|\byour\s{1,4}(?:code|implementation|solution|answer|response|codebase|program|algorithm)\b[^.\n]{0,100}\b(?:following|subsequent)\s{1,4}(?:code|script)\b/gi,
  ),
];

const WEIGHTS: Readonly<Record<string, number>> = {
  override: 0.8,
  override_latin: 0.8,
  override_script: 0.8,
  role: 0.5,
  chat_template: 0.6,
  exfiltration: 0.8,
  hidden_tags: 0.9,
  zero_width: 0.4,
  encoded_payload: 0.5,
  tool_coercion: 0.4,
  concealment: 0.5,
  prompt_extraction: 0.5,
  addressed_to_model: 0.4,
  answer_steering: 0.3,
  code_insertion: 0.5,
};

/** How sure several marks are together, in (0, 1): each takes its share of the doubt that is left. */
export function injectionScore(rules: Iterable<string>): number {
  let doubt = 1;
  for (const rule of new Set(rules)) doubt *= 1 - (WEIGHTS[rule] ?? 0);
  return 1 - doubt;
}

function marker(rule: string, pattern: RegExp): SafetyRule {
  return {
    category: "injection",
    rule,
    class: "record",
    where: ["input"],
    pattern,
    *find(text): Iterable<Candidate> {
      for (const { 0: value, index: start } of text.matchAll(pattern))
        yield { start, end: start + value.length, value, example: false };
    },
  };
}

/** What a user may well ask for, and a document or a tool has no business with. */
function inToolResults(rule: string, pattern: RegExp): SafetyRule {
  return { ...marker(rule, pattern), where: ["tool_output"] };
}

const BEYOND_LATIN = /[\u0400-\u04ff\u0600-\u06ff\u0900-\u097f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]/;

/** Its letters tell the prefilter nothing; a text without any of these scripts is not looked at. */
function beyondLatin(rule: string, pattern: RegExp): SafetyRule {
  const inner = marker(rule, pattern);
  return { ...inner, find: (text, budget) => (BEYOND_LATIN.test(text) ? inner.find(text, budget) : []) };
}
